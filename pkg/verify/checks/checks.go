// Package checks holds what is looked at in a bundle: one file a check, whose texts are also its
// page in the documentation. The engine gives each check its scene; pkg/verify runs them.
package checks

import (
	"cmp"
	"slices"
	"strings"

	"github.com/aicr-flux/aicr/internal/suggest"
	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/verify/engine"
)

//go:generate go run ./internal/list

// All returns every check, in the order in which they run: by group, each after those whose
// findings it looks at, and else by ID.
func All() []*engine.Check {
	rest := slices.SortedFunc(slices.Values(list[:]), func(a, b *engine.Check) int {
		return strings.Compare(a.ID, b.ID)
	})
	var all []*engine.Check
	for _, group := range engine.Groups {
		for len(rest) > 0 {
			i := slices.IndexFunc(rest, func(c *engine.Check) bool { return c.Group == group && !waits(c, rest) })
			if i < 0 {
				break
			}
			all = append(all, rest[i])
			rest = slices.Delete(rest, i, i+1)
		}
	}
	return all
}

// waits reports whether a check that must run before c is among the rest of its group.
func waits(c *engine.Check, rest []*engine.Check) bool {
	return slices.ContainsFunc(rest, func(other *engine.Check) bool {
		return other.Group == c.Group && (slices.Contains(c.Unless, other.ID) || slices.Contains(c.After, other.ID))
	})
}

// Lookup returns the check with that ID. An unknown one is ErrCodeInvalidRequest, with a
// suggestion.
func Lookup(id string) (*engine.Check, error) {
	var ids []string
	for _, c := range list[:] {
		if c.ID == id {
			return c, nil
		}
		ids = append(ids, c.ID)
	}
	return nil, errors.Invalid("there is no check %q%s", id, cmp.Or(suggest.Meant(id, ids, "%q"), "; each finding names its check"))
}

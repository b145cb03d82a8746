package yamldoc

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/agnivade/levenshtein"
)

// Options say how a struct is read. The zero value is strict.
type Options struct {
	Unknown UnknownKeys
	// Synonyms are words that people know from elsewhere, and the fields that they mean by them,
	// such as {"dependsOn": "dependencyRefs"}. A field may be one of a map: "overrides.enabled".
	Synonyms map[string]string
}

// UnknownKeys says what becomes of a key that no field has.
type UnknownKeys int

const (
	// Refuse makes every unknown key a problem.
	Refuse UnknownKeys = iota
	// Warn makes an unknown key a problem where a field is meant by it, because it is nearly the
	// field's name or a synonym, and otherwise a warning.
	Warn
	// Ignore takes no notice of unknown keys, whatever they hold.
	Ignore
)

func (r *reader) unknown(e entry, at string, known map[string]reflect.StructField) {
	if r.Unknown == Ignore {
		return
	}
	text := fmt.Sprintf("unknown key %.100q", e.key)
	if at != "" {
		text = at + ": " + text
	}
	meant := r.Synonyms[e.key]
	field, _, _ := strings.Cut(meant, ".")
	if _, ok := known[field]; !ok {
		meant = nearest(e.key, slices.Sorted(maps.Keys(known)))
	}
	switch {
	case meant != "":
		r.problem(e.line, "%s; did you mean %q?", text, meant)
	case r.Unknown == Refuse:
		r.problem(e.line, "%s; remove it", text)
	default:
		r.warnings = append(r.warnings, (&Problem{e.line, text}).Error()+" (ignored)")
	}
}

// nearest returns the name that a key is misspelt from, or "". They may differ in two letters, or
// in one where the name is too short for that, and in case.
func nearest(key string, names []string) string {
	found, distance := "", 3
	for _, name := range names {
		if len(key) > 2*len(name) {
			continue
		}
		d := levenshtein.ComputeDistance(strings.ToLower(name), strings.ToLower(key))
		if d < distance && 2*d < len(name) {
			found, distance = name, d
		}
	}
	return found
}

// Package suggest finds what a misspelt word is meant to be among those that are known. A suggestion
// that has no sense is worse than no suggestion: where nothing is near, nothing is said.
package suggest

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/agnivade/levenshtein"

	"github.com/aicr-flux/aicr/pkg/errors"
)

// shown is how many names a suggestion has at most.
const shown = 3

// Nearest returns the names that word is probably meant to be: all that are equally near, in the
// order of names, and at most three.
func Nearest(word string, names []string) []string {
	var found []string
	best := far
	for _, name := range names {
		switch d := distance(plain(word), plain(name)); {
		case d == far || d > best || slices.Contains(found, name):
		case d < best:
			best, found = d, []string{name}
		default:
			found = append(found, name)
		}
	}
	return found[:min(shown, len(found))]
}

// Meant is Nearest as the end of a message: `; did you mean "a" or "b"?`, or "" where nothing is near.
// The verb %q or %s, or one with more around it, says how a name is written.
func Meant(word string, names []string, verb string) string {
	near := Nearest(word, names)
	if len(near) == 0 {
		return ""
	}
	for i, name := range near {
		near[i] = fmt.Sprintf(verb, name)
	}
	return "; did you mean " + OneOf(near) + "?"
}

// Unknown is the error about a word that is not among the known ones.
func Unknown(what, word string, known []string) error {
	return errors.Invalid("%s %q is unknown%s", what, word, Instead(word, known))
}

// Instead is Meant for a few words, which it lists where none is near: "; use a, b or c".
func Instead(word string, known []string) string {
	return cmp.Or(Meant(word, known, "%q"), "; use "+OneOf(known))
}

// Some lists the first few of many names: "a, b, c, d, e and 7 more".
func Some(names []string) string {
	const listed = 5
	if len(names) <= listed+1 {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:listed], ", "), len(names)-listed)
}

// OneOf lists words: "a, b or c".
func OneOf(words []string) string {
	last := len(words) - 1
	if last < 1 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:last], ", ") + " or " + words[last]
}

// The distances of kinds of mistakes. A slip of n letters is 2n: one letter is a smaller mistake than
// a name cut short, and two are a larger one.
const (
	turned = 1 // letters or words in another order
	cut    = 3
	far    = 1000
)

// distance says how near a word is to a name.
func distance(word, name string) int {
	const short = 3 // letters with which a name can be recognized
	slip := levenshtein.ComputeDistance(word, name)
	switch {
	case slip == 0:
		return 0
	case len(word) >= short && (sorted(word, "") == sorted(name, "") || sorted(word, "-") == sorted(name, "-")):
		return turned
	case slip == 1 && len(word) >= short:
		return 2 * slip
	case len(word) >= short && strings.HasPrefix(name, word), len(name) > short && strings.HasPrefix(word, name):
		return cut
	case slip <= min(len(word)/3, short) && 2*slip < len(name):
		return 2 * slip
	}
	return far
}

// plain is a word without what people do not see as its spelling.
func plain(word string) string { return strings.ReplaceAll(strings.ToLower(word), "_", "-") }

// sorted is the same text for all orders of the parts of a word.
func sorted(word, separator string) string {
	parts := strings.Split(word, separator)
	slices.Sort(parts)
	return strings.Join(parts, separator)
}

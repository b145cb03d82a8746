package option

import (
	"strings"
	"unicode"

	"github.com/spf13/cobra"
)

// unfinished reports whether something follows a word.
func unfinished(word cobra.Completion) bool {
	text, _, _ := strings.Cut(word, "\t")
	return strings.HasSuffix(text, ":") || strings.HasSuffix(text, "=") || strings.HasSuffix(text, ".")
}

// steps are the next steps of a path that begins so, each behind the text before it. A step that leads
// to more ends in a dot, and another one in the sign that the form has after it.
func steps(before, begun, after string, paths []string) []cobra.Completion {
	level := begun[:strings.LastIndexByte(begun, '.')+1]
	var order []string
	leads := map[string]bool{}
	for _, path := range paths {
		rest, below := strings.CutPrefix(path, level)
		if !below || !strings.HasPrefix(path, begun) || strings.ContainsFunc(rest, special) {
			continue
		}
		step, _, more := strings.Cut(rest, ".")
		if _, seen := leads[step]; !seen {
			order = append(order, step)
		}
		leads[step] = leads[step] || more
	}
	found := make([]cobra.Completion, len(order))
	for i, step := range order {
		end := after[:min(1, len(after))]
		if leads[step] {
			end = "."
		}
		found[i] = before + level + step + end
	}
	return found
}

// special reports whether shells take a sign for something else than itself. Such keys are rare, and
// are left to be typed.
func special(r rune) bool {
	return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("._-/", r)
}

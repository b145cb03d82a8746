package flux

import (
	"reflect"
	"strings"

	"github.com/aicr-flux/aicr/pkg/values"
)

// carry puts what was edited in one form into another, with its comments. It can where nothing but
// the values was edited.
func carry(from, to editableFile, edited []byte) ([]byte, bool) {
	body, ok := strings.CutPrefix(string(edited), from.head)
	if !ok {
		return nil, false
	}
	text, ok := dedent(body, 4)
	if !ok {
		return nil, false
	}
	hints := ""
	for i, hint := range from.hints {
		if before, after, found := strings.Cut(text, hint); found {
			text, hints = before+after, hints+to.hints[i]
		}
	}
	if from.below != to.below {
		if text, ok = moved(text, from.below, to.below); !ok {
			return nil, false
		}
	}
	return to.bytes(text + hints), true
}

// moved takes the values out of the key below which they stand, or puts them below one. What comes
// out must be read as the same values.
func moved(text, from, to string) (string, bool) {
	was, err := values.Decode([]byte(text))
	if err != nil || len(was) == 0 {
		return text, err == nil
	}
	var want map[string]any
	if from == "" {
		if _, already := was[to]; already && len(was) == 1 {
			return "", false // somebody has moved them, such as a run that was killed then
		}
		want = map[string]any{to: was}
		text, err = below(to, text)
	} else {
		want, _ = was[from].(map[string]any)
		if want == nil || len(was) != 1 {
			return "", false
		}
		text, err = above(from, text)
	}
	if err != nil {
		return "", false
	}
	is, err := values.Decode([]byte(text))
	return text, err == nil && reflect.DeepEqual(is, want)
}

func below(key, text string) (string, error) {
	name, err := values.Scalar(key)
	return name + ":\n" + values.Indent(text, 2), err
}

// above leaves out the line of the key. Comments beside the values stay beside them.
func above(key, text string) (string, error) {
	name, err := values.Scalar(key)
	before, after, _ := strings.Cut("\n"+text, "\n"+name+":\n")
	for n := 8; n > 0; n-- {
		if inner, ok := dedent(after, n); ok {
			after = inner
			break
		}
	}
	return strings.TrimPrefix(before+"\n", "\n") + after, err
}

// dedent takes n spaces from the beginning of each line that has anything else; it cannot where one
// has fewer.
func dedent(text string, n int) (string, bool) {
	var b strings.Builder
	for line := range strings.Lines(text) {
		inner, ok := strings.CutPrefix(line, strings.Repeat(" ", n))
		if !ok && strings.TrimSpace(line) != "" {
			return "", false
		}
		if !ok {
			inner = "\n"
		}
		b.WriteString(inner)
	}
	return b.String(), true
}

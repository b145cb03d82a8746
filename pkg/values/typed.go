package values

import (
	"encoding/json"
	"regexp"
	"strconv"
)

var decimal = regexp.MustCompile(`^-?\d+\.\d+$`)

// Typed reads the text of an assignment, component:path=text: a boolean, an integer or a decimal
// fraction where printing it back gives the same text, and text otherwise. So 570.10, 007, 1e3 and
// Infinity stay text.
func Typed(text string) any {
	switch text {
	case "true":
		return true
	case "false":
		return false
	}
	if i, err := strconv.ParseInt(text, 10, 64); err == nil && strconv.FormatInt(i, 10) == text {
		return i
	}
	if decimal.MatchString(text) {
		// The number is written as JSON writes it; see Encode.
		f, err := strconv.ParseFloat(text, 64)
		if back, jsonErr := json.Marshal(f); err == nil && jsonErr == nil && string(back) == text {
			return f
		}
	}
	return text
}

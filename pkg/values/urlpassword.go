package values

import (
	"regexp"
	"slices"
	"strings"
)

// userInfo finds the password of a URL within a text.
var userInfo = regexp.MustCompile(`([A-Za-z][A-Za-z0-9+.-]*://[^\s/@:?#"'<>]*:)([^\s/@"']+)@`)

// HasURLPassword reports whether a text holds a URL with a password that is written out: no variable
// and no placeholder.
func HasURLPassword(text string) bool {
	return slices.ContainsFunc(userInfo.FindAllStringSubmatch(text, -1), func(match []string) bool { return !Placeholder(match[2]) })
}

// HideURLPasswords puts hidden in the place of the passwords of URLs.
func HideURLPasswords(text, hidden string) string {
	if !strings.Contains(text, "://") {
		return text
	}
	return userInfo.ReplaceAllStringFunc(text, func(found string) string {
		if match := userInfo.FindStringSubmatch(found); !Placeholder(match[2]) {
			return match[1] + hidden + "@"
		}
		return found
	})
}

// Placeholder reports whether something else will stand in the place of a secret: a variable, a
// template's action, what SOPS encrypted.
func Placeholder(secret string) bool {
	return slices.ContainsFunc([]string{"$", "{{", "<", "%", "ENC["}, func(begin string) bool { return strings.HasPrefix(secret, begin) })
}

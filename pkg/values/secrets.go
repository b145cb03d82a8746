package values

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// SecretPaths returns the dotted paths, sorted, whose key says that the text there is a password, a
// token or a key, and which hold some, and those of text that looks like one. An entry of a list of
// variables counts by its name: {name: DB_PASSWORD, value: text}.
func SecretPaths(m map[string]any) []string { return secretPaths(m, IsSecret) }

// PathsInClear are SecretPaths, and those of text with a password in a URL.
func PathsInClear(m map[string]any) []string {
	return secretPaths(m, func(key string, v any) bool {
		text, _ := v.(string)
		return IsSecret(key, v) || HasURLPassword(text)
	})
}

func secretPaths(m map[string]any, is func(key string, v any) bool) []string {
	var found []string
	var visit func(at []string, v any)
	visit = func(at []string, v any) {
		below := func(key string) []string { return append(slices.Clip(at), key) }
		switch v := v.(type) {
		case map[string]any:
			if name, ok := v["name"].(string); ok && is(name, v["value"]) {
				found = append(found, JoinPath(below("value")))
			}
			for key, item := range v {
				if is(key, item) {
					found = append(found, JoinPath(below(key)))
				}
				visit(below(key), item)
			}
		case []any:
			for i, item := range v {
				if text, ok := item.(string); ok && is("", text) {
					found = append(found, JoinPath(below(strconv.Itoa(i))))
				}
				visit(below(strconv.Itoa(i)), item)
			}
		}
	}
	visit(nil, m)
	slices.Sort(found)
	return slices.Compact(found)
}

var separators = strings.NewReplacer("-", "", "_", "")

// telling is text that says itself that it is a secret: tokens of GitHub and GitLab, keys of AWS, a
// private key.
var telling = regexp.MustCompile(`^(gh[pousr]_\w{20,}|github_pat_\w{20,}|glpat-[\w-]{20,}|AKIA[0-9A-Z]{16})$|-----BEGIN [A-Z ]*PRIVATE KEY-----`)

// IsSecret reports whether a key, or the name of a variable, says that the text is a secret, or the text
// itself looks like one.
func IsSecret(key string, v any) bool {
	text, ok := v.(string)
	if !ok || text == "" {
		return false
	}
	if telling.MatchString(text) {
		return true
	}
	key = strings.ToLower(separators.Replace(key))
	return slices.ContainsFunc([]string{
		"password", "passwd", "passphrase", "token", "secretkey", "accesskey", "apikey", "privatekey", "clientsecret", "licensekey", "dockerconfigjson",
	}, func(end string) bool { return strings.HasSuffix(key, end) })
}

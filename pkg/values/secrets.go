package values

import (
	"slices"
	"strconv"
	"strings"
)

// SecretPaths returns the dotted paths, sorted, whose key says that the text there is a password, a
// token or a key, and which hold some. An entry of a list of variables counts by its name: {name:
// DB_PASSWORD, value: text}.
func SecretPaths(m map[string]any) []string {
	f := &secretFinder{}
	f.visit(m)
	slices.Sort(f.found)
	return f.found
}

type secretFinder struct{ at, found []string }

func (f *secretFinder) visit(v any) {
	switch v := v.(type) {
	case map[string]any:
		if name, ok := v["name"].(string); ok && isSecret(name, v["value"]) {
			f.found = append(f.found, JoinPath(append(slices.Clip(f.at), "value")))
		}
		for key, item := range v {
			f.at = append(f.at, key)
			if isSecret(key, item) {
				f.found = append(f.found, JoinPath(f.at))
			}
			f.visit(item)
			f.at = f.at[:len(f.at)-1]
		}
	case []any:
		for i, item := range v {
			f.at = append(f.at, strconv.Itoa(i))
			f.visit(item)
			f.at = f.at[:len(f.at)-1]
		}
	}
}

var separators = strings.NewReplacer("-", "", "_", "")

func isSecret(key string, v any) bool {
	if text, ok := v.(string); !ok || text == "" {
		return false
	}
	key = strings.ToLower(separators.Replace(key))
	for _, end := range []string{"password", "passwd", "passphrase", "token", "secretkey", "accesskey", "apikey", "privatekey", "clientsecret"} {
		if strings.HasSuffix(key, end) {
			return true
		}
	}
	return false
}

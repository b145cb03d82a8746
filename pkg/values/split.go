package values

import (
	"fmt"
	"slices"
	"strings"
)

// Split moves the values at paths out of m, in place, and returns them as a
// tree of their own, together with the paths that had no value, sorted. A path
// that is given twice, or that lies inside another one, is moved once. A path
// that leads through something else than a map is an error: inline values win
// over a ConfigMap, so nothing set there could ever take effect.
func Split(m map[string]any, paths [][]string) (moved map[string]any, unset [][]string, err error) {
	moved = map[string]any{}
	for _, keys := range outermost(paths) {
		if at, blocked := Blocked(m, keys); blocked {
			held, _ := Get(m, at)
			return nil, nil, fmt.Errorf("path %q: %q holds %s, not a map", JoinPath(keys), JoinPath(at), Kind(held))
		}
		v, ok := Get(m, keys)
		if !ok {
			unset = append(unset, keys)
			continue
		}
		Set(moved, keys, v)
		remove(m, keys)
	}
	return moved, unset, nil
}

// outermost sorts paths and drops those that lie inside another one.
func outermost(paths [][]string) [][]string {
	sorted := slices.SortedFunc(slices.Values(paths), slices.Compare)
	var out [][]string
	for _, p := range sorted {
		if len(out) > 0 {
			last := out[len(out)-1]
			if len(p) >= len(last) && slices.Equal(p[:len(last)], last) {
				continue
			}
		}
		out = append(out, p)
	}
	return out
}

// SecretPaths returns the dotted paths, sorted, whose key says that the text
// there is a password, a token or a key, and which hold some.
func SecretPaths(m map[string]any) []string {
	var found []string
	walkSecrets(m, nil, &found)
	slices.Sort(found)
	return found
}

func walkSecrets(v any, at []string, found *[]string) {
	switch v := v.(type) {
	case map[string]any:
		if name, ok := v["name"].(string); ok && isSecretText(name, v["value"]) {
			*found = append(*found, JoinPath(append(at, "value")))
		}
		for k, item := range v {
			here := append(slices.Clip(at), k)
			if isSecretText(k, item) {
				*found = append(*found, JoinPath(here))
			}
			walkSecrets(item, here, found)
		}
	case []any:
		for i, item := range v {
			walkSecrets(item, append(slices.Clip(at), fmt.Sprint(i)), found)
		}
	}
}

func isSecretText(key string, v any) bool {
	if text, ok := v.(string); !ok || text == "" {
		return false
	}
	key = strings.ToLower(strings.NewReplacer("-", "", "_", "").Replace(key))
	for _, suffix := range []string{"password", "passwd", "passphrase", "token", "secretkey", "accesskey", "apikey", "privatekey", "clientsecret"} {
		if strings.HasSuffix(key, suffix) {
			return true
		}
	}
	return false
}

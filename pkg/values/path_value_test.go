package values_test

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/aicr-flux/aicr/pkg/values"
)

func TestParsePath(t *testing.T) {
	for path, want := range map[string][]string{
		"a": {"a"}, "a.b": {"a", "b"}, `a\.b.c`: {"a.b", "c"}, `a\b`: {`a\b`}, `a\`: {`a\`}, "a.0.b": {"a", "0", "b"},
		`aicr\.run/x`: {"aicr.run/x"}, "a b.c=d": {"a b", "c=d"}, "a\x00b": {"a\x00b"}, "a[x]": {"a[x]"},
	} {
		if got, err := values.ParsePath(path); err != nil || !slices.Equal(got, want) {
			t.Errorf("%q: %q, %v", path, got, err)
		}
	}
	for path, want := range map[string]string{
		"":       `path "" has an empty key`,
		"a.":     `path "a." has an empty key`,
		".a":     `path ".a" has an empty key`,
		"a..b":   `path "a..b" has an empty key`,
		"a[0].b": "path \"a[0].b\" has an index, and lists cannot be addressed: name the whole list, which `SetJSON` sets",
		"a[]":    "path \"a[]\" has an index, and lists cannot be addressed: name the whole list, which `SetJSON` sets",
	} {
		if _, err := values.ParsePath(path); err == nil || err.Error() != want {
			t.Errorf("%q: %v", path, err)
		}
	}
}

func FuzzPath(f *testing.F) {
	for _, s := range []string{"a.b", `a\.b.c`, `a\\.b`, `\`, "a\x00.b", "a[0]"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, path string) {
		keys, err := values.ParsePath(path)
		if err != nil {
			return
		}
		again, err := values.ParsePath(values.JoinPath(keys))
		if err != nil || !slices.Equal(keys, again) {
			t.Fatalf("%q is %q, written back %q is %q (%v)", path, keys, values.JoinPath(keys), again, err)
		}
		tree := map[string]any{}
		values.Set(tree, keys, "v")
		if v, ok := values.Get(tree, keys); !ok || v != "v" {
			t.Fatalf("%q is set in %v and not found", keys, tree)
		}
	})
}

func TestGetSetBlocked(t *testing.T) {
	tree := m{"a": m{"b": nil}, "s": "text"}
	if v, ok := values.Get(tree, []string{"a", "b"}); v != nil || !ok {
		t.Error("a null is no value")
	}
	for _, keys := range [][]string{{"x"}, {"s", "x"}, {"a", "b", "c"}} {
		if v, ok := values.Get(tree, keys); v != nil || ok {
			t.Errorf("%v is found", keys)
		}
	}
	for path, want := range map[string]string{"s.x": "s", "s.x.y": "s", "a.b.c.d": "a.b", "a.b": "", "x.y": "", "a.z.y": "", "s": ""} {
		keys, _ := values.ParsePath(path)
		at, blocked := values.Blocked(tree, keys)
		if got := values.JoinPath(at); got != want || blocked != (want != "") {
			t.Errorf("%s is blocked at %q (%v)", path, got, blocked)
		}
	}
	values.Set(tree, []string{"s", "x"}, 1)
	values.Set(tree, []string{"a", "b", "c"}, 2)
	if diff := cmp.Diff(m{"a": m{"b": m{"c": 2}}, "s": m{"x": 1}}, tree); diff != "" {
		t.Error(diff)
	}
}

func TestHazard08_TypedOnlyWhatPrintsBackTheSame(t *testing.T) {
	for text, want := range map[string]any{
		"true": true, "false": false, "0": int64(0), "42": int64(42), "-7": int64(-7), "0.5": 0.5, "-1.25": -1.25, "1.1": 1.1,
		"9223372036854775807": int64(math.MaxInt64), "-9223372036854775808": int64(math.MinInt64),
	} {
		if got := values.Typed(text); got != want {
			t.Errorf("%s is %T %v", text, got, got)
		}
	}
	for _, text := range []string{
		"570.10", "007", "1e3", "1E3", "Infinity", "Inf", "inf", "-inf", "NaN", "-0", "-0.0", "0x10", "0b1", "0o7", "+1", "1_000", "1.0", "1.", ".5", "00.5",
		"True", "TRUE", "yes", "on", "null", "~", "", " 1", "1 ", "9223372036854775808", "123456789.123456789", "1,5", "١",
	} {
		if got := values.Typed(text); got != text {
			t.Errorf("%q is %T %v", text, got, got)
		}
	}
}

func TestHazard09_SplitMovesEachValueOnce(t *testing.T) {
	for name, c := range map[string]struct {
		tree  m
		paths string
		left  m
		moved m
		unset string
		err   string
	}{
		"one":               {m{"a": m{"b": 1, "c": 2}}, "a.b", m{"a": m{"c": 2}}, m{"a": m{"b": 1}}, "", ""},
		"the last of a map": {m{"a": m{"b": m{"c": 1}}, "z": 1}, "a.b.c", m{"z": 1}, m{"a": m{"b": m{"c": 1}}}, "", ""},
		"twice":             {m{"a": "v"}, "a a", m{}, m{"a": "v"}, "", ""},
		"parent, child":     {m{"a": m{"b": 1, "c": 2}}, "a a.b", m{}, m{"a": m{"b": 1, "c": 2}}, "", ""},
		"child, parent":     {m{"a": m{"b": 1, "c": 2}}, "a.b a", m{}, m{"a": m{"b": 1, "c": 2}}, "", ""},
		"siblings":          {m{"a": m{"b": 1, "bb": 2, "c": 3}}, "a.bb a.b", m{"a": m{"c": 3}}, m{"a": m{"b": 1, "bb": 2}}, "", ""},
		"missing":           {m{"a": 1}, "x.y b", m{"a": 1}, m{}, "b x.y", ""},
		"a null moves":      {m{"a": nil}, "a", m{}, m{"a": nil}, "", ""},
		"falsy ones move":   {m{"a": "", "b": false, "c": m{}}, "a b c", m{}, m{"a": "", "b": false, "c": m{}}, "", ""},
		"blocked by text":   {m{"a": "x"}, "a.b", nil, nil, "", `path "a.b": "a" holds text, not a map`},
		"blocked by null":   {m{"a": m{"b": nil}}, "a.b.c.d", nil, nil, "", `path "a.b.c.d": "a.b" holds null, not a map`},
		"blocked by a list": {m{"a": []any{1}}, "a.0", nil, nil, "", `path "a.0": "a" holds a list, not a map`},
	} {
		t.Run(name, func(t *testing.T) {
			var paths [][]string
			for p := range strings.FieldsSeq(c.paths) {
				keys, err := values.ParsePath(p)
				if err != nil {
					t.Fatal(err)
				}
				paths = append(paths, keys)
			}
			moved, unset, err := values.Split(c.tree, paths)
			if c.err != "" {
				if err == nil || !strings.HasPrefix(err.Error(), c.err) {
					t.Fatalf("got %v, want %s", err, c.err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			var names []string
			for _, keys := range unset {
				names = append(names, values.JoinPath(keys))
			}
			if strings.Join(names, " ") != c.unset {
				t.Errorf("unset %v", names)
			}
			if diff := cmp.Diff(c.left, c.tree) + cmp.Diff(c.moved, moved); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestHazard18_TextThatSaysThatItIsASecret(t *testing.T) {
	for text, want := range map[string]bool{
		"ghp_" + strings.Repeat("a", 36): true, "glpat-" + strings.Repeat("a", 20): true, "AKIA" + strings.Repeat("A", 16): true,
		"-----BEGIN RSA PRIVATE KEY-----\nx": true,
		"https://charts.example.com":         false, "ghp_": false, "oci://h:5000/x@sha256:abc": false, "a:b@c": false,
	} {
		if got := len(values.SecretPaths(map[string]any{"a": map[string]any{"text": text}})) > 0; got != want {
			t.Errorf("%s: %t", text, got)
		}
	}
}

func TestHazard18_SecretPathsAreThoseThatHoldSecretText(t *testing.T) {
	tree := m{
		"grafana":        m{"adminPassword": "x", "adminUser": "admin", "existingSecret": "s", "passwordKey": "k"},
		"auth":           m{"token": "t", "tokenSecretName": "s", "secretName": "s", "secretKey": "x", "api-key": "x", "api_key": "", "PASSWORD": "p"},
		"env":            []any{m{"name": "NGC_API_KEY", "value": "v"}, m{"name": "NGC_API_KEY", "valueFrom": m{"secretKeyRef": m{"name": "s", "key": "password"}}}, m{"name": "LOG", "value": "info"}},
		"serviceAccount": m{"automountServiceAccountToken": true}, "password": nil, "tokens": 3, "dots.in": m{"privateKey": "x"},
	}
	want := []string{"auth.PASSWORD", "auth.api-key", "auth.secretKey", "auth.token", `dots\.in.privateKey`, "env.0.value", "grafana.adminPassword"}
	if diff := cmp.Diff(want, values.SecretPaths(tree)); diff != "" {
		t.Error(diff)
	}
	if got := values.SecretPaths(nil); got != nil {
		t.Errorf("nothing holds %v", got)
	}
}

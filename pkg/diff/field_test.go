package diff

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/yaml"
)

func value(t *testing.T, text string) any {
	t.Helper()
	var v any
	if err := yaml.Unmarshal([]byte(text), &v); err != nil {
		t.Fatal(err)
	}
	return v
}

func TestFields(t *testing.T) {
	for name, c := range map[string]struct {
		from, to string
		want     []string
	}{
		"the same":                    {"{a: [1, {b: c}], d: null}", "{d: null, a: [1, {b: c}]}", nil},
		"a number is a number":        {"{a: 1}", "{a: 1.0}", nil},
		"text is no number":           {`{a: "1"}`, "{a: 1}", []string{"changed a: 1 → 1"}},
		"null is a value":             {"{a: null}", "{}", []string{"removed a: <nil> → <nil>"}},
		"a map for a text":            {"{a: b}", "{a: {b: c}}", []string{"changed a: b → map[b:c]"}},
		"whole branches":              {"{a: {b: {c: 1}}}", "{d: [2]}", []string{"removed a: map[b:map[c:1]] → <nil>", "added d: <nil> → [2]"}},
		"keys with dots":              {"{a.b: {c/d: 1}}", "{a.b: {c/d: 2}}", []string{`changed ["a.b"]["c/d"]: 1 → 2`}},
		"items by name":               {"[{name: a, v: 1}, {name: b}]", "[{name: a, v: 2}, {name: c}]", []string{"changed [name=a].v: 1 → 2", "removed [name=b]: map[name:b] → <nil>", "added [name=c]: <nil> → map[name:c]"}},
		"items by name, moved":        {"{x: [{name: a, v: 1}, {name: b}]}", "{x: [{name: b}, {name: a, v: 2}]}", []string{"changed x[name=a].v: 1 → 2", "moved x: [a b] → [b a]"}},
		"a name twice":                {"[{name: a, v: 1}, {name: a, v: 2}]", "[{name: a, v: 1}, {name: a, v: 3}]", []string{"changed [1].v: 2 → 3"}},
		"one item more in the middle": {"[a, b, c]", "[a, x, b, c]", []string{"added [1]: <nil> → x"}},
		"one item less":               {"[a, b, a]", "[a, b]", []string{"removed [2]: a → <nil>"}},
		"another item":                {"[a, b, c]", "[a, x, c]", []string{"changed [1]: b → x"}},
		"another order":               {"[a, b]", "[b, a]", []string{"moved : [a b] → [b a]"}},
		"secrets":                     {"{password: hunter2hunter2, env: [{name: API_TOKEN, value: old}]}", "{password: other2other2, env: [{name: API_TOKEN, value: new}]}", []string{"changed env[name=API_TOKEN].value: (secret) → (secret)", "changed password: (secret) → (secret)"}},
		"a secret in a branch":        {"{}", "{auth: {clientSecret: shhh, name: me}}", []string{"added auth: <nil> → map[clientSecret:(secret) name:me]"}},
	} {
		t.Run(name, func(t *testing.T) {
			h := hider{strings.NewReplacer()}
			var got []string
			for _, f := range h.fields(value(t, c.from), value(t, c.to)) {
				got = append(got, fmt.Sprintf("%s %s: %v → %v", f.Change, f.Path, f.From, f.To))
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

// A label that repeats the version is no news, in whatever template it is.
func TestRepeats(t *testing.T) {
	for path, want := range map[string]bool{
		`metadata.labels["helm.sh/chart"]`:                           true,
		`spec.template.metadata.labels["app.kubernetes.io/version"]`: true,
		`metadata.labels.chart`:                                      true,
		`metadata.labels.app`:                                        false,
		`metadata.annotations["helm.sh/chart"]`:                      false,
		`spec.chart`:                                                 false,
		`spec.labels.version`:                                        false,
	} {
		if got := repeats(Field{Path: path}); got != want {
			t.Errorf("%s: %v", path, got)
		}
	}
}

package localformat

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestOnlyCoreNamespacesCount: an object of another API that is called Namespace creates no
// namespace.
func TestOnlyCoreNamespacesCount(t *testing.T) {
	for manifest, want := range map[string][]Namespace{
		"apiVersion: v1\nkind: Namespace\nmetadata: {name: a}\n":                                             {{Name: "a"}},
		"kind: Namespace\nmetadata: {name: a}\n":                                                             {{Name: "a"}},
		"apiVersion: foo.io/v1\nkind: Namespace\nmetadata: {name: a}\n":                                      nil,
		"{{- if .Values.x }}\napiVersion: v1\nkind: Namespace\nmetadata:\n  name: a\n{{- end }}\n":           {{Name: "a", Conditional: true}},
		"apiVersion: v1\nkind: Namespace\nmetadata:\n  name: {{ .Release.Namespace }}\n":                     {{Name: "target"}},
		"apiVersion: v1\nkind: Namespace\nmetadata:\n  name: {{ index .Values \"x\" \"ns\" }}\n  labels: {}": {{}},
	} {
		if diff := cmp.Diff(want, namespacesIn([]byte(manifest), "release", "target")); diff != "" {
			t.Errorf("%s\n%s", manifest, diff)
		}
	}
}

func TestATemplateThatHelmTakesForHelpersIsRefused(t *testing.T) {
	for name, refused := range map[string]bool{"_p.yaml": true, "a/_p.json": true, "_helpers.tpl": false, "p_.yaml": false} {
		if err := checkTemplate(name, nil); (err != nil) != refused {
			t.Errorf("%s: %v", name, err)
		}
	}
}

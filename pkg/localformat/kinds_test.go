package localformat_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/aicr-flux/aicr/pkg/localformat"
)

func TestKindsOfManifests(t *testing.T) {
	for name, c := range map[string]struct {
		manifest string
		want     []localformat.Kind
	}{
		"a plain object": {"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n", []localformat.Kind{{Kind: "ConfigMap"}}},
		"inside a condition, behind variables": {
			"{{- $v := .Values }}\n{{- if $v.on }}\n---\napiVersion: nvidia.com/v1 # ours\nkind: \"ClusterPolicy\"\nmetadata:\n  name: {{ $v.name }}\n{{- end }}\n---\napiVersion: apps/v1\nkind: DaemonSet\nspec:\n  template:\n    kind: Other\n",
			[]localformat.Kind{{Group: "nvidia.com", Kind: "ClusterPolicy"}, {Group: "apps", Kind: "DaemonSet"}},
		},
		"a group that is computed": {"apiVersion: {{ .Values.group }}/v1\nkind: Gateway\n", []localformat.Kind{{Kind: "Gateway", Unclear: true}}},
		"a kind that is computed":  {"apiVersion: v1\nkind: {{ .Values.kind }}\n", nil},
		"hooks": {
			"apiVersion: a/v1\nkind: A\nmetadata:\n  annotations:\n    helm.sh/hook: post-install\n---\n" +
				"apiVersion: b/v1\nkind: B\nmetadata:\n  annotations:\n    helm.sh/hook: post-install\n    helm.sh/hook-delete-policy: hook-succeeded\n---\n" +
				"apiVersion: c/v1\nkind: C\nmetadata:\n  annotations:\n    \"helm.sh/hook\": post-install\n    \"helm.sh/hook-delete-policy\": before-hook-creation,hook-failed\n",
			[]localformat.Kind{{Group: "a", Kind: "A", Recreated: true}, {Group: "b", Kind: "B"}, {Group: "c", Kind: "C", Recreated: true}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			chart, err := localformat.NewManifestChart(localformat.Manifests{Release: "x", Namespace: "y", Files: map[string][]byte{"x.yaml": []byte(c.manifest)}})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, chart.Kinds); diff != "" {
				t.Error(diff)
			}
			for _, want := range c.want {
				if found, ok := chart.Brings(want.Group, want.Kind); !ok || found != want {
					t.Errorf("%v, %t", found, ok)
				}
			}
			if _, ok := chart.Brings("other", "Nothing"); ok {
				t.Error("it brings what it does not have")
			}
		})
	}
}

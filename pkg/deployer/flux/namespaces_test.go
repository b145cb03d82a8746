package flux_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/aicr-flux/aicr/pkg/deployer/flux"
	"github.com/aicr-flux/aicr/pkg/recipe"
)

// namespace is a manifest of a Namespace with metadata beyond its name.
func namespace(name, more string) string {
	return "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: " + name + "\n" + more
}

const keep = "  annotations:\n    helm.sh/resource-policy: keep\n"

// placed is what Helm is told about namespaces, and what a release waits for.
type placed struct {
	Storage string
	Create  bool
	Needs   []string
}

func TestHazard21_ShippedNamespaceIsCreatedOnceAndWaitedFor(t *testing.T) {
	const own, shared = "gpu-system", "shared"
	in := func(ref recipe.ComponentRef, namespace string) recipe.ComponentRef {
		ref.Namespace = namespace
		return ref
	}
	for name, c := range map[string]struct {
		refs      []recipe.ComponentRef
		order     []string
		pre, main map[string]string // component → manifest
		chain     map[string]placed
		graph     map[string]placed // nil: as in the chain
	}{
		"by the component's own -pre": {
			refs: []recipe.ComponentRef{chartRef("gpu"), chartRef("other")},
			pre:  map[string]string{"gpu": namespace(own, keep)},
			chain: map[string]placed{
				"gpu-pre": {"flux-system", false, []string{}}, "gpu": {own, false, []string{"gpu-pre"}}, "other": {"other-system", true, []string{"gpu"}},
			},
			graph: map[string]placed{
				"gpu-pre": {"flux-system", false, []string{}}, "gpu": {own, false, []string{"gpu-pre"}}, "other": {"other-system", true, []string{}},
			},
		},
		"by its own -pre, named by the release": {
			refs:  []recipe.ComponentRef{chartRef("gpu")},
			pre:   map[string]string{"gpu": namespace("{{ .Release.Namespace | quote }}", keep)},
			chain: map[string]placed{"gpu-pre": {"flux-system", false, []string{}}, "gpu": {own, false, []string{"gpu-pre"}}},
		},
		"by the manifest-only component itself": {
			refs:  []recipe.ComponentRef{manifestRef("gpu")},
			main:  map[string]string{"gpu": namespace(own, keep) + "---\n" + manifest},
			chain: map[string]placed{"gpu": {"flux-system", false, []string{}}},
		},
		"by another component, without any edge between them": {
			refs:  []recipe.ComponentRef{in(manifestRef("a-shipper"), "kube-system"), in(chartRef("b"), shared), in(chartRef("c", "b"), shared)},
			main:  map[string]string{"a-shipper": namespace(shared, keep) + "---\n" + manifest},
			order: []string{"a-shipper", "b", "c"},
			chain: map[string]placed{"a-shipper": {"flux-system", false, []string{}}, "b": {shared, false, []string{"a-shipper"}}, "c": {shared, false, []string{"b"}}},
		},
		"by a component that stands last in the order, in a graph": {
			refs:  []recipe.ComponentRef{in(manifestRef("z-shipper"), "kube-system"), in(chartRef("b"), shared), chartRef("c")},
			main:  map[string]string{"z-shipper": namespace(shared, keep)},
			chain: nil,
			graph: map[string]placed{"z-shipper": {"flux-system", false, []string{}}, "b": {shared, false, []string{"z-shipper"}}, "c": {"c-system", true, []string{}}},
		},
		"by a component of nothing but Namespaces, with a namespace of its own": {
			refs:  []recipe.ComponentRef{manifestRef("a-shipper"), in(chartRef("b"), shared)},
			main:  map[string]string{"a-shipper": namespace(shared, keep) + "---\n" + namespace("more", keep)},
			chain: map[string]placed{"a-shipper": {"flux-system", false, []string{}}, "b": {shared, false, []string{"a-shipper"}}},
		},
		"by a component that has objects in a namespace of its own": {
			refs:  []recipe.ComponentRef{manifestRef("a-shipper"), in(chartRef("b"), shared)},
			main:  map[string]string{"a-shipper": namespace(shared, keep) + "---\n" + manifest},
			chain: map[string]placed{"a-shipper": {"flux-system", true, []string{}}, "b": {shared, false, []string{"a-shipper"}}},
		},
		"by a component that has objects in the namespace of Flux, which is there": {
			refs:  []recipe.ComponentRef{in(manifestRef("a-shipper"), "flux-system"), in(chartRef("b"), shared)},
			main:  map[string]string{"a-shipper": namespace(shared, keep) + "---\n" + manifest},
			chain: map[string]placed{"a-shipper": {"flux-system", false, []string{}}, "b": {shared, false, []string{"a-shipper"}}},
		},
		"of no component": {
			refs:  []recipe.ComponentRef{manifestRef("gpu")},
			main:  map[string]string{"gpu": namespace("elsewhere", keep)},
			chain: map[string]placed{"gpu": {own, true, []string{}}},
		},
	} {
		for _, ordering := range []flux.Ordering{flux.OrderChain, flux.OrderGraph} {
			want := c.chain
			if ordering == flux.OrderGraph && c.graph != nil {
				want = c.graph
			}
			if want == nil {
				continue
			}
			for _, oci := range []bool{false, true} {
				t.Run(name+"/"+string(ordering), func(t *testing.T) {
					g := newGenerator(c.refs...)
					g.RecipeResult.DeploymentOrder, g.Ordering = c.order, ordering
					for component, text := range c.pre {
						g.ComponentPreManifests[component] = manifests("ns.yaml", text)
					}
					for component, text := range c.main {
						g.ComponentManifests[component] = manifests("ns.yaml", text)
					}
					if oci {
						g = inOCI(g)
					}
					plan, fsys, _ := proved(t, g)
					got := map[string]placed{}
					for _, r := range plan.Releases {
						hr := helmRelease(t, fsys, r.Name)
						got[r.Name] = placed{hr.Spec.StorageNamespace, hr.Spec.Install.CreateNamespace, needs(hr)}
					}
					if diff := cmp.Diff(want, got); diff != "" {
						t.Errorf("(-want +got)\n%s", diff)
					}
				})
			}
		}
	}
}

func TestHazard21_NamespaceThatComesTooLateIsRefused(t *testing.T) {
	g := newGenerator(chartRef("gpu"))
	g.ComponentManifests["gpu"] = manifests("ns.yaml", namespace("gpu-system", keep))
	refuses(t, g, `release "gpu-post" ships Namespace "gpu-system"`, "preManifestFiles")

	g = newGenerator(chartRef("a"), manifestRef("b", "a"))
	g.ComponentManifests["b"] = manifests("ns.yaml", namespace("a-system", keep))
	for _, g := range []*flux.Generator{g, inGraph(g)} {
		refuses(t, g, `"b" ships Namespace "a-system"`, `put component "b" before "a"`)
	}
}

func TestHazard21_TwoShippersAreRefused(t *testing.T) {
	g := newGenerator(chartRef("a"), chartRef("b"))
	g.ComponentPreManifests["a"] = manifests("x/ns.yaml", namespace("shared", keep))
	g.ComponentPreManifests["b"] = manifests("ns.json", `{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"shared"}}`)
	refuses(t, g, `"a-pre" and "b-pre" both ship Namespace "shared"`)
}

func TestHazard21_Warnings(t *testing.T) {
	for text, want := range map[string][]string{
		namespace("gpu-system", ""):                      {`"gpu-pre"`, `"gpu-system"`, "helm.sh/resource-policy: keep", "deletes everything"},
		namespace("gpu-system", keep):                    nil,
		namespace("elsewhere", ""):                       {`"elsewhere"`, "helm.sh/resource-policy: keep"},
		namespace("{{ .Values.x.name }}", keep):          {`"gpu-pre"`, "only the cluster knows"},
		namespace("x-{{ .Release.Namespace }}-y", keep):  nil,
		"kind: RoleBinding\nsubjects: [{kind: Namespace": nil,
	} {
		g := newGenerator(chartRef("gpu"))
		g.ComponentPreManifests["gpu"] = manifests("ns.yaml", text)
		warnings := mustPlan(t, g).Warnings
		if want == nil && len(warnings) > 0 || want != nil && !hasWarning(warnings, want...) {
			t.Errorf("%q gives the warnings %q, want one with %q", text, warnings, want)
		}
	}
}

// A Namespace whose name only the cluster knows changes nothing: to guess would
// leave a release without its namespace.
func TestHazard21_ComputedNameChangesNothing(t *testing.T) {
	g := newGenerator(chartRef("gpu"))
	g.ComponentPreManifests["gpu"] = manifests("ns.yaml", namespace("{{ .Chart.Name }}", keep))
	_, fsys, _ := proved(t, g)
	for _, name := range []string{"gpu-pre", "gpu"} {
		if hr := helmRelease(t, fsys, name); hr.Spec.StorageNamespace != "gpu-system" || !hr.Spec.Install.CreateNamespace {
			t.Errorf("%s: %q, create %t", name, hr.Spec.StorageNamespace, hr.Spec.Install.CreateNamespace)
		}
	}
}

// The shipped Namespace must also be what Helm renders, under the release that
// was chosen for it.
func TestHazard21_ShipperRendersTheNamespace(t *testing.T) {
	g := newGenerator(chartRef("gpu"))
	g.ComponentPreManifests["gpu"] = manifests("ns.yaml", "{{- if true }}\n"+namespace("{{ .Release.Namespace }}", keep)+"{{- end }}\n")
	_, _, report := proved(t, g)
	if !slices.ContainsFunc(report.Charts[0].Manifests, func(m manifestOf) bool {
		return m.Object()["kind"] == "Namespace" && m.Object()["metadata"].(map[string]any)["name"] == "gpu-system"
	}) {
		t.Errorf("%+v", report.Charts)
	}
}

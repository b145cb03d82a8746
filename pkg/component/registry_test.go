package component_test

import (
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/aicr-flux/aicr/pkg/component"
	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/recipe"
)

func memory(name, registry string) component.Root {
	return component.Root{Name: name, FS: fstest.MapFS{"registry.yaml": {Data: []byte(registry)}}}
}

func registry(t *testing.T, text string) *component.Registry {
	t.Helper()
	reg, err := component.Roots{memory("mem", text)}.Registry()
	if err != nil {
		t.Fatal(err)
	}
	return reg
}

func TestTheStrongestRootsEntryCountsWhole(t *testing.T) {
	roots := component.Roots{
		memory("strong", "components: [{name: a, displayName: strong}]"),
		{Name: "without", FS: fstest.MapFS{}},
		memory("weak", "components: [{name: a, ownsCRDs: true, helm: {defaultChart: x}}, {name: b, displayName: weak}]"),
	}
	reg, err := roots.Registry()
	if err != nil {
		t.Fatal(err)
	}
	a, b, none := reg.Entry("a"), reg.Entry("b"), reg.Entry("none")
	if a.DisplayName != "strong" || a.OwnsCRDs != nil || a.Helm.DefaultChart != "" {
		t.Errorf("a is mixed from two entries: %+v", a)
	}
	if b.DisplayName != "weak" {
		t.Errorf("b: %+v", b)
	}
	if diff := cmp.Diff(&component.Entry{Name: "none"}, none); diff != "" {
		t.Error(diff)
	}
}

func TestEveryFieldOfTheRegistry(t *testing.T) {
	got := registry(t, `
apiVersion: whatever
common: &common {tolerationPaths: [t], other: [1]}
components:
- name: a
  displayName: A
  valueOverrideKeys: [aa, 1]
  unknown: {x: [1]}
  helm: {defaultRepository: r, defaultChart: c, defaultVersion: 1.10, defaultNamespace: on, other: 1}
  kustomize: {defaultSource: s, defaultPath: p, defaultTag: t}
  nodeScheduling:
    system: {nodeSelectorPaths: [s1], <<: *common}
    accelerated: {nodeSelectorPaths: [s2], tolerationPaths: [t2], taintStrPaths: [x]}
    nodeCountPaths: [n]
  podScheduling: {workload: {workloadSelectorPaths: [w]}}
  storageClassPaths: [sc]
  sharedStorageClassPaths: [ssc]
  manifestFiles: [m.yaml]
  healthCheck: {assertFile: check.yaml}
  upgrades: {file: upgrades.yaml}
  ownsCRDsExcludeSubcharts: [sub]
  mixinSafeOverridePaths: [safe]
  testTier: 1
  validations: [{function: Check, severity: error, conditions: {service: [aks, gke]}, message: text}]
  gkeCriticalPriority: yes
  ownsCRDs: true
  hasSelfRefCRDs: true
  manifestsUseChartCRDs: true
- name: empty
  helm:
  storageClassPaths: ~
`).Entry("a")
	var want component.Entry
	want.Name, want.DisplayName, want.ValueOverrideKeys = "a", "A", []string{"aa", "1"}
	want.Helm.DefaultRepository, want.Helm.DefaultChart, want.Helm.DefaultVersion, want.Helm.DefaultNamespace = "r", "c", "1.10", "on"
	want.Kustomize.DefaultSource, want.Kustomize.DefaultPath, want.Kustomize.DefaultTag = "s", "p", "t"
	want.NodeScheduling.System = component.NodePaths{NodeSelectorPaths: []string{"s1"}, TolerationPaths: []string{"t"}}
	want.NodeScheduling.Accelerated = component.NodePaths{NodeSelectorPaths: []string{"s2"}, TolerationPaths: []string{"t2"}, TaintStrPaths: []string{"x"}}
	want.NodeScheduling.NodeCountPaths, want.PodScheduling.Workload.WorkloadSelectorPaths = []string{"n"}, []string{"w"}
	want.StorageClassPaths, want.GKECriticalPriority = []string{"sc"}, true
	owns := true
	want.OwnsCRDs, want.HasSelfRefCRDs, want.ManifestsUseChartCRDs = &owns, true, true
	want.SharedStorageClassPaths, want.ManifestFiles, want.OwnsCRDsExcludeSubcharts = []string{"ssc"}, []string{"m.yaml"}, []string{"sub"}
	want.HealthCheck.AssertFile, want.Upgrades.File, want.MixinSafeOverridePaths, want.TestTier = "check.yaml", "upgrades.yaml", []string{"safe"}, "1"
	want.Validations = []component.Validation{{Function: "Check", Severity: "error", Conditions: map[string][]string{"service": {"aks", "gke"}}, Message: "text"}}
	if diff := cmp.Diff(&want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestBrokenRegistriesAreReadable(t *testing.T) {
	for text, want := range map[string]string{
		"components: [{name: a}, {name: a}]":                   `component "a" is described twice; remove one entry`,
		"components: [{name: a}, {helm: {}}]":                  "components[1] has no name; give it that of its component",
		"components: [~]":                                      "line 1: components[0] is null, where a component is needed",
		"components: {a: b}":                                   "line 1: components is a map, where a list is needed",
		"- a":                                                  "line 1: the document is a list, where a map is needed",
		"components:\n- name: a\n  ownsCRDs: often":            `line 3: component "a": ownsCRDs is "often", where true or false is needed`,
		"components:\n- name: [a]":                             "line 2: components[0].name is a list, where text is needed",
		"components:\n- name: a\n  helm: x":                    `line 3: component "a": helm is "x", where a map is needed`,
		"components:\n- name: a\n  name: b":                    `line 3: component "a": the key "name" appears twice in one map (first on line 2); remove one`,
		"components:\n- name: a\n  storageClassPaths: x":       `line 3: component "a": storageClassPaths is "x", where a list is needed`,
		"components: &a [{name: x, helm: {<<: [*a]}}]":         `line 1: the anchor "a" contains itself; write the values out`,
		"components: [":                                        "line 1: did not find expected node content; check the syntax there",
		"components: []\n---\na: b":                            "line 3: a second document begins here, and only one can be read; remove the --- or the rest",
		"components:\n- name: a\n  helm: x\n  ownsCRDs: often": "2 problems:\n  - line 3: component \"a\": helm is \"x\", where a map is needed\n  - line 4: component \"a\": ownsCRDs is \"often\", where true or false is needed",
	} {
		_, err := component.Roots{memory("mem", text)}.Registry()
		want = "registry.yaml in data root mem: " + want
		if errors.CodeOf(err) != errors.ErrCodeInvalidRequest || err.Error() != want {
			t.Errorf("%q\n got %v\nwant %s", text, err, want)
		}
	}
	for _, text := range []string{"", "# nothing\n", "components:\n"} {
		registry(t, text)
	}
}

func TestFill(t *testing.T) {
	reg := registry(t, `
components:
- {name: h, helm: {defaultRepository: 'https://r', defaultChart: nvidia/h-chart, defaultVersion: v1, defaultNamespace: ns}}
- {name: k, kustomize: {defaultSource: 'https://k', defaultPath: p, defaultTag: t}, helm: {defaultNamespace: kns}}
- {name: bare}
`)
	type ref = recipe.ComponentRef
	for name, c := range map[string]struct{ in, want ref }{
		"all empty fields":           {ref{Name: "h"}, ref{Name: "h", Type: "Helm", Namespace: "ns", Chart: "h-chart", Source: "https://r", Version: "v1"}},
		"given fields stay":          {ref{Name: "h", Type: "helm", Namespace: "n", Chart: "c", Source: "s", Version: "2"}, ref{Name: "h", Type: "helm", Namespace: "n", Chart: "c", Source: "s", Version: "2"}},
		"manifests alone stay alone": {ref{Name: "h", ManifestFiles: []string{"m"}}, ref{Name: "h", Type: "Helm", Namespace: "ns", ManifestFiles: []string{"m"}}},
		"manifests beside a chart":   {ref{Name: "h", Chart: "c", ManifestFiles: []string{"m"}}, ref{Name: "h", Type: "Helm", Namespace: "ns", Chart: "c", Source: "https://r", Version: "v1", ManifestFiles: []string{"m"}}},
		"manifests beside a source":  {ref{Name: "h", Source: "s", ManifestFiles: []string{"m"}}, ref{Name: "h", Type: "Helm", Namespace: "ns", Source: "s", ManifestFiles: []string{"m"}}},
		"pre-manifests need a chart": {ref{Name: "h", PreManifestFiles: []string{"m"}}, ref{Name: "h", Type: "Helm", Namespace: "ns", Chart: "h-chart", Source: "https://r", Version: "v1", PreManifestFiles: []string{"m"}}},
		"Kustomize by the registry":  {ref{Name: "k"}, ref{Name: "k", Type: "Kustomize", Namespace: "kns", Source: "https://k", Path: "p", Tag: "t"}},
		"Helm by the recipe":         {ref{Name: "k", Type: "Helm"}, ref{Name: "k", Type: "Helm", Namespace: "kns"}},
		"Kustomize by the recipe":    {ref{Name: "h", Type: "kustomize"}, ref{Name: "h", Type: "kustomize", Namespace: "ns"}},
		"an entry that says nothing": {ref{Name: "bare"}, ref{Name: "bare", Type: "Helm"}},
		"no entry":                   {ref{Name: "x", Source: "s"}, ref{Name: "x", Type: "Helm", Source: "s"}},
	} {
		t.Run(name, func(t *testing.T) {
			reg.Fill(&c.in)
			if diff := cmp.Diff(c.want, c.in); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestResolve(t *testing.T) {
	reg := registry(t, `
components:
- {name: gpu-operator, displayName: GPU Operator, valueOverrideKeys: [gpuoperator, gpu, nfd]}
- {name: gpu-operator-ocp, valueOverrideKeys: [gpuoperatorocp, gpu]}
- {name: nfd, displayName: ""}
- {name: absent, valueOverrideKeys: [gone]}
`)
	components := []string{"gpu-operator", "gpu-operator-ocp", "nfd", "other"}
	for name, want := range map[string]string{"gpu-operator": "gpu-operator", "gpuoperator": "gpu-operator", "GPU Operator": "gpu-operator", "gpuoperatorocp": "gpu-operator-ocp", "nfd": "nfd", "other": "other"} {
		if got, err := reg.Resolve(name, components); err != nil || got != want {
			t.Errorf("%s is %q, %v", name, got, err)
		}
	}
	for name, want := range map[string]string{
		"gpu":         `"gpu" may mean gpu-operator or gpu-operator-ocp; use the component's own name`,
		"gpu-opertor": `"gpu-opertor" is no component of the recipe; did you mean "gpu-operator"?`,
		"gpuoperater": `"gpuoperater" is no component of the recipe; did you mean "gpuoperator"?`,
		"gone":        `"gone" is no component of the recipe; it has gpu-operator, gpu-operator-ocp, nfd, other`,
	} {
		if _, err := reg.Resolve(name, components); errors.CodeOf(err) != errors.ErrCodeInvalidRequest || err.Error() != want {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := reg.Resolve("x", nil); err == nil || err.Error() != `"x" is no component of the recipe, which has none` {
		t.Errorf("no components: %v", err)
	}
}

package aicr_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aicr-flux/aicr/pkg/aicr"
	"github.com/aicr-flux/aicr/pkg/errors"
)

const schedulingRegistry = `components:
- name: app
  nodeScheduling:
    system: {nodeSelectorPaths: [a.sel], tolerationPaths: [a.tol]}
    accelerated: {nodeSelectorPaths: [g.sel], tolerationPaths: [g.tol], taintStrPaths: [g.taint]}
    nodeCountPaths: [num.count]
  podScheduling: {workload: {workloadSelectorPaths: [w.sel]}}
  storageClassPaths: [s.class]
`

// scheduled resolves one component with all of the scheduling.
func scheduled(t *testing.T, file, overrides string, sets []string) (map[string]any, []string) {
	t.Helper()
	dir := tree(t, map[string]string{
		"registry.yaml": schedulingRegistry, "values.yaml": file,
		"recipe.yaml": "componentRefs:\n" + chartOf("app", "  valuesFile: values.yaml\n  overrides: "+overrides+"\n"),
	})
	g, warnings := resolve(t, aicr.BundleOptions{
		Recipe: filepath.Join(dir, "recipe.yaml"), Set: set(sets...),
		Scheduling: aicr.Scheduling{
			SystemNodeSelector:      map[string]string{"k": "v"},
			SystemNodeTolerations:   []aicr.Toleration{{Taint: aicr.Taint{Key: "dedicated", Value: "sys", Effect: "NoSchedule"}}},
			AcceleratedNodeSelector: map[string]string{"gpu": "yes", "example.com/x": ""},
			AcceleratedNodeTolerations: []aicr.Toleration{
				{Taint: aicr.Taint{Key: "gpu", Effect: "NoExecute"}, Exists: true}, {Exists: true},
			},
			WorkloadSelector: map[string]string{"w": "1", "w2": "2"},
			WorkloadGate:     aicr.Taint{Key: "gate", Value: "on", Effect: "NoSchedule"},
			Nodes:            4, StorageClass: "fast",
		},
	})
	return g.Values["app"], warnings
}

const (
	systemTaint = "{key: dedicated, operator: Equal, value: sys, effect: NoSchedule}"
	gpuTaints   = "[{key: gpu, operator: Exists, effect: NoExecute}, {operator: Exists}]"
	rest        = `, g: {sel: {gpu: "yes", example.com/x: ""}, tol: ` + gpuTaints + `, taint: "gate=on:NoSchedule"}, num: {count: 4}, w: {sel: {w: "1", w2: "2"}}`
)

func TestSchedulingWritesEveryPath(t *testing.T) {
	got, warnings := scheduled(t, "", "{}", nil)
	same(t, "{a: {sel: {k: v}, tol: ["+systemTaint+"]}, s: {class: fast}"+rest+"}", got)
	if len(warnings) != 0 {
		t.Errorf("warnings %v", warnings)
	}
}

// TestSchedulingAndWhatIsThere: what overrides, --set or a values file hold at
// the path, crossed with what is written there.
func TestSchedulingAndWhatIsThere(t *testing.T) {
	const other = "{key: mine, operator: Exists}"
	written := map[string]string{"sel": "{k: v}", "tol": "[" + systemTaint + "]", "class": "fast", "count": "4", "gate": `"gate=on:NoSchedule"`, "workload": `{w: "1", w2: "2"}`}
	paths := map[string][2]string{"sel": {"a", "sel"}, "tol": {"a", "tol"}, "class": {"s", "class"}, "count": {"num", "count"}, "gate": {"g", "taint"}, "workload": {"w", "sel"}}
	for what, p := range paths {
		full := written[what]
		appended := full
		if what == "tol" {
			appended = "[" + other + ", " + systemTaint + "]"
		}
		held := map[string]string{"sel": "{own: x}", "tol": "[" + other + "]", "class": "slow", "count": "9", "gate": "own", "workload": "{own: x}"}[what]
		at := func(v string) string { return fmt.Sprintf("{%s: {%s: %s}}", p[0], p[1], v) }
		parent := func(v string) string { return fmt.Sprintf("{%s: %s}", p[0], v) }
		for name, c := range map[string]struct{ file, overrides, set, want string }{
			"nothing":                     {"", "{}", "", at(full)},
			"overrides hold something":    {"", at(held), "", at(appended)},
			"overrides hold null":         {"", at("null"), "", at("null")},
			"overrides hold []":           {"", at("[]"), "", at("[]")},
			"overrides hold {}":           {"", at("{}"), "", at("{}")},
			"null removes the file's":     {at(held), at("null"), "", parent("{}")},
			"the parent is null":          {"", parent("null"), "", parent("null")},
			"the parent is text":          {"", parent("txt"), "", parent("txt")},
			"the parent is {}":            {"", parent("{}"), "", at(full)},
			"the file holds something":    {at(held), "{}", "", at(full)},
			"the file holds null":         {at("null"), "{}", "", at(full)},
			"the file's parent is text":   {parent("text"), "{}", "", at(full)},
			"set holds a neighbour":       {"", "{}", p[0] + ".z=1", fmt.Sprintf("{%s: {%s: %s, z: 1}}", p[0], p[1], full)},
			"set puts text at the parent": {"", "{}", p[0] + "=text", parent("text")},
		} {
			t.Run(what+"/"+name, func(t *testing.T) {
				var sets []string
				if c.set != "" {
					sets = []string{"app:" + c.set}
				}
				vals, _ := scheduled(t, c.file, c.overrides, sets)
				got := map[string]any{p[0]: vals[p[0]]}
				if m, ok := vals[p[0]].(map[string]any); ok {
					for _, neighbour := range []string{"sel", "tol", "taint"} {
						if neighbour != p[1] {
							delete(m, neighbour)
						}
					}
				}
				same(t, c.want, got)
			})
		}
	}
}

func TestSchedulingAndSetAtTheSamePath(t *testing.T) {
	vals, warnings := scheduled(t, "", "{}", []string{"app:s.class=mine", "app:num.count=7", "app:g.taint=mine", "app:a.tol=text", "app:a.sel.own=x"})
	same(t, `{a: {sel: {k: v}, tol: text}, s: {class: mine}`+rest+"}", vals)
	if len(warnings) != 1 || warnings[0] != `component "app": the value at "a.tol" is text, not a list, so no tolerations are added there` {
		t.Errorf("warnings %q", warnings)
	}
}

func TestTolerationsInTheListAreNotAddedAgain(t *testing.T) {
	vals, _ := scheduled(t, "", "{a: {tol: ["+systemTaint+"]}, g: {tol: [{operator: Exists}]}}", nil)
	same(t, "{a: ["+systemTaint+"], g: [{operator: Exists}, {key: gpu, operator: Exists, effect: NoExecute}]}",
		map[string]any{"a": vals["a"].(map[string]any)["tol"], "g": vals["g"].(map[string]any)["tol"]})
}

func TestWithoutOptionsOnlyTolerationsAreWritten(t *testing.T) {
	dir := tree(t, map[string]string{"registry.yaml": schedulingRegistry, "recipe.yaml": "componentRefs:\n" + chartOf("app", "")})
	g, _ := resolve(t, options(dir))
	same(t, "{a: {tol: [{operator: Exists}]}, g: {tol: [{operator: Exists}]}}", g.Values["app"])
}

func TestSetFileAndSetJSONWinOverScheduling(t *testing.T) {
	dir := tree(t, map[string]string{"registry.yaml": schedulingRegistry, "recipe.yaml": "componentRefs:\n" + chartOf("app", ""), "class": "text"})
	o := options(dir)
	o.SetJSON, o.SetFile, o.Scheduling.StorageClass = setJSON("app:a.tol=[]", "app:g=null"), setText("app:s.class="+dir+"/class"), "fast"
	g, _ := resolve(t, o)
	same(t, "{a: {tol: []}, g: null, s: {class: text}}", g.Values["app"])
}

func TestBrokenRegistryPathsAreRefused(t *testing.T) {
	dir := tree(t, map[string]string{"registry.yaml": strings.Replace(schedulingRegistry, "a.tol", "'a[0].tol'", 1), "recipe.yaml": "componentRefs:\n" + chartOf("app", "")})
	refused(t, options(dir), errors.ErrCodeInvalidRequest, `component "app": registry entry "app": path "a[0].tol" has an index`)
}

func TestWhatKubernetesWouldRefuseIsRefused(t *testing.T) {
	dir := tree(t, map[string]string{"recipe.yaml": "componentRefs:\n" + chartOf("app", "")})
	taint := func(key, value, effect string) aicr.Taint { return aicr.Taint{Key: key, Value: value, Effect: effect} }
	for want, s := range map[string]aicr.Scheduling{
		"`SystemNodeSelector` \"=b\" is not a label":                  {SystemNodeSelector: map[string]string{"": "b"}},
		"`AcceleratedNodeSelector` \"a/b/c=d\" is not a label":        {AcceleratedNodeSelector: map[string]string{"a/b/c": "d"}},
		"`WorkloadSelector` \"a=b c\" is not a label":                 {WorkloadSelector: map[string]string{"a": "b c"}},
		"`WorkloadSelector` \"a=" + strings.Repeat("b", 64) + "\" is": {WorkloadSelector: map[string]string{"a": strings.Repeat("b", 64)}},
		"`SystemNodeTolerations` \"a=b:\" is not a taint":             {SystemNodeTolerations: []aicr.Toleration{{Taint: taint("a", "b", "")}}},
		"`AcceleratedNodeTolerations` \"a:Never\" is not a taint":     {AcceleratedNodeTolerations: []aicr.Toleration{{Taint: taint("a", "", "Never"), Exists: true}}},
		"`AcceleratedNodeTolerations` \":\" is not a taint":           {AcceleratedNodeTolerations: []aicr.Toleration{{}}},
		"`WorkloadGate` \":NoSchedule\" is not a taint":               {WorkloadGate: taint("", "", "NoSchedule")},
	} {
		o := options(dir)
		o.Scheduling = s
		refused(t, o, errors.ErrCodeInvalidRequest, want)
	}
}

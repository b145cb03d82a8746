package aicr_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"

	"github.com/aicr-flux/aicr/pkg/aicr"
	"github.com/aicr-flux/aicr/pkg/deployer"
	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/oci"
)

func TestGatewaySourceRanges(t *testing.T) {
	const private = "{allowedSourceRanges: [10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16]}"
	for name, c := range map[string]struct{ ranges, want, warning, err string }{
		"absent":        {"", private, "", ""},
		"null":          {"null", private, "", ""},
		"empty":         {"[]", private, "", ""},
		"given":         {"[1.2.3.0/24, 'fd00::/8']", "{allowedSourceRanges: [1.2.3.0/24, 'fd00::/8']}", "", ""},
		"any source":    {"[10.0.0.0/8, 0.0.0.0/0]", "{allowedSourceRanges: [10.0.0.0/8, 0.0.0.0/0]}", `component "agentgateway": allowedSourceRanges has 0.0.0.0/0, so anybody on the Internet reaches the inference endpoint`, ""},
		"any IPv6":      {"['::/0']", "{allowedSourceRanges: ['::/0']}", `component "agentgateway": allowedSourceRanges has ::/0, so anybody on the Internet reaches the inference endpoint`, ""},
		"bits outside":  {"[10.0.0.0/8, 1.2.3.4/24]", "", "", `component "agentgateway": allowedSourceRanges[1] is "1.2.3.4/24", whose address has bits outside of the network; write 1.2.3.0/24`},
		"no CIDR":       {"[10.0.0.1]", "", "", `component "agentgateway": allowedSourceRanges[0] is "10.0.0.1", where a CIDR such as 10.0.0.0/8 is needed`},
		"white space":   {"[10.0.0.0/8, ' 10.0.0.0/8']", "", "", `component "agentgateway": allowedSourceRanges[1] is " 10.0.0.0/8", where a CIDR such as 10.0.0.0/8 is needed`},
		"not text":      {"[10]", "", "", `component "agentgateway": allowedSourceRanges[0] is a number, where a CIDR such as 10.0.0.0/8 is needed`},
		"null inside":   {"[null]", "", "", `component "agentgateway": allowedSourceRanges[0] is null, where a CIDR such as 10.0.0.0/8 is needed`},
		"text":          {"10.0.0.0/8", "", "", `component "agentgateway": allowedSourceRanges is text, where a list of CIDRs is needed`},
		"a map":         {"{a: b}", "", "", `component "agentgateway": allowedSourceRanges is a map, where a list of CIDRs is needed`},
		"an empty map":  {"{}", private, "", ""},
		"an empty text": {"''", private, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			extra := "  overrides: {}\n"
			if c.ranges != "" {
				extra = "  overrides: {allowedSourceRanges: " + c.ranges + "}\n"
			}
			dir := tree(t, map[string]string{"recipe.yaml": "componentRefs:\n" + chartOf("agentgateway", extra), "registry.yaml": "components: [{name: agentgateway}]"})
			if c.err != "" {
				refused(t, options(dir), errors.ErrCodeInvalidRequest, c.err)
				return
			}
			g, warnings := resolve(t, options(dir))
			same(t, c.want, g.Values["agentgateway"])
			if got := strings.Join(warnings, "\n"); got != c.warning {
				t.Errorf("warnings %q", got)
			}
		})
	}
}

func TestGatewayDefaultCanBeDynamic(t *testing.T) {
	dir := tree(t, map[string]string{"recipe.yaml": "componentRefs:\n" + chartOf("agentgateway", ""), "registry.yaml": "components: [{name: agentgateway}]"})
	o := options(dir)
	o.DynamicValues = dynamic("agentgateway:allowedSourceRanges")
	bundle(t, o)
	files := contents(t, o.Output)
	if text := files["agentgateway/configmap-values.yaml"]; !strings.Contains(text, "172.16.0.0/12") {
		t.Errorf("the ConfigMap is\n%s", text)
	}
	if text := files["agentgateway/helmrelease.yaml"]; strings.Contains(text, "172.16.0.0/12") {
		t.Errorf("the HelmRelease still holds the value:\n%s", text)
	}
}

func TestDRAFollowsTheGPUOperator(t *testing.T) {
	const annotation = `podAnnotations: {aicr.run/gpu-operator-chart-version: "1.10"}`
	for name, c := range map[string]struct{ gpu, dra, want string }{
		"both":            {"{}", "{}", "{controller: {" + annotation + "}, kubeletPlugin: {" + annotation + "}}"},
		"others are kept": {"{}", "{controller: {podAnnotations: {a: b}, replicas: 2}}", `{controller: {podAnnotations: {a: b, aicr.run/gpu-operator-chart-version: "1.10"}, replicas: 2}, kubeletPlugin: {` + annotation + "}}"},
		"no operator":     {"", "{}", "{}"},
		"operator off":    {"{enabled: false}", "{}", "{}"},
		"driver off":      {"{}", "{enabled: false}", ""},
	} {
		t.Run(name, func(t *testing.T) {
			doc := "componentRefs:\n" + chartOf("nvidia-dra-driver-gpu", "  overrides: "+c.dra+"\n")
			if c.gpu != "" {
				doc += strings.Replace(chartOf("gpu-operator", "  overrides: "+c.gpu+"\n"), "1.0.0", "1.10", 1)
			}
			dir := tree(t, map[string]string{"recipe.yaml": doc, "registry.yaml": "components: [{name: gpu-operator}, {name: nvidia-dra-driver-gpu}]"})
			g, _ := resolve(t, options(dir))
			vals, has := g.Values["nvidia-dra-driver-gpu"]
			if has != (c.want != "") {
				t.Fatalf("values %v", vals)
			}
			if has {
				same(t, c.want, vals)
			}
			if got := g.Values["gpu-operator"]; len(got) != 0 {
				t.Errorf("the operator gets %v", got)
			}
		})
	}
}

func TestGKEQuota(t *testing.T) {
	const registry = "components: [{name: crit, gkeCriticalPriority: true}, {name: calm}]"
	for name, c := range map[string]struct {
		service string
		nodes   int
		given   int
		want    string // pods; empty for no quota
	}{
		"no nodes":        {"gke", 0, 0, "32"},
		"one node":        {"gke", 1, 0, "32"},
		"two nodes":       {"gke", 2, 0, "64"},
		"Nodes win":       {"gke", 2, 5, "160"},
		"Nodes alone":     {"gke", 0, 3, "96"},
		"upper case":      {"GKE", 2, 0, "64"},
		"another service": {"eks", 2, 0, ""},
		"any service":     {"any", 2, 5, ""},
		"no service":      {"", 2, 5, ""},
	} {
		t.Run(name, func(t *testing.T) {
			doc := fmt.Sprintf("criteria: {service: %q, nodes: %d}\ncomponentRefs:\n", c.service, c.nodes)
			// A namespace that YAML takes for a number must stay text.
			doc += strings.Replace(chartOf("crit", ""), "namespace: crit", "namespace: '123'", 1) + chartOf("calm", "")
			dir := tree(t, map[string]string{"recipe.yaml": doc, "registry.yaml": registry})
			o := options(dir)
			o.Scheduling.Nodes = c.given
			g, _ := resolve(t, o)
			if got := len(g.PreManifests["calm"]); got != 0 {
				t.Errorf("a component without critical pods gets %d manifests", got)
			}
			data, has := g.PreManifests["crit"]["gke-critical-pods-quota.yaml"]
			if has != (c.want != "") {
				t.Fatalf("quota: %v", has)
			}
			if !has {
				return
			}
			var object map[string]any
			if err := yaml.Unmarshal(data, &object); err != nil {
				t.Fatal(err)
			}
			same(t, `{apiVersion: v1, kind: ResourceQuota, metadata: {name: aicr-gke-critical-pods, namespace: "123"}, spec: {hard: {pods: "`+c.want+`"}, scopeSelector: {matchExpressions: [
				{scopeName: PriorityClass, operator: In, values: [system-node-critical, system-cluster-critical]}]}}}`, object)
		})
	}
}

func TestGKEQuotaAndTheRecipesOwnManifests(t *testing.T) {
	files := map[string]string{
		"registry.yaml": "components: [{name: crit, gkeCriticalPriority: true}]", "own.yaml": "# own", "deep/gke-critical-pods-quota.yaml": "# deep", "gke-critical-pods-quota.yaml": "# clash",
		"recipe.yaml": "criteria: {service: gke}\ncomponentRefs:\n" + chartOf("crit", "  preManifestFiles: [own.yaml, deep/gke-critical-pods-quota.yaml]\n"),
	}
	o := options(tree(t, files))
	if got := bundle(t, o).Releases; len(got) != 2 || got[0].Name != "crit-pre" {
		t.Fatalf("releases %v", got)
	}
	templates := 0
	for name := range contents(t, filepath.Join(o.Output, "crit-pre", "templates")) {
		if strings.HasSuffix(name, ".yaml") {
			templates++
		}
	}
	if templates != 3 {
		t.Errorf("%d templates, want the recipe's two and the quota", templates)
	}
	files["recipe.yaml"] = "criteria: {service: gke}\ncomponentRefs:\n" + chartOf("crit", "  preManifestFiles: [gke-critical-pods-quota.yaml]\n")
	refused(t, options(tree(t, files)), errors.ErrCodeInvalidRequest, `component "crit": preManifestFiles has a gke-critical-pods-quota.yaml of its own; rename it`)
	// The release that the quota adds obeys the rules of names.
	files["recipe.yaml"] = "criteria: {service: gke}\ncomponentRefs:\n" + chartOf("crit", "") + chartOf("crit-pre", "")
	refused(t, options(tree(t, files)), errors.ErrCodeInvalidRequest, `component "crit-pre": the name is that of a release which component "crit" generates`)
	files["recipe.yaml"] = "criteria: {service: gke}\ncomponentRefs:\n" + chartOf("crit", "  overrides: {enabled: false}\n") + chartOf("calm", "")
	if got, _ := resolve(t, options(tree(t, files))); len(got.PreManifests) != 0 {
		t.Error("a component that is switched off gets a quota")
	}
}

func TestContradictingOptions(t *testing.T) {
	dir := tree(t, map[string]string{"recipe.yaml": "componentRefs:\n" + chartOf("app", "")})
	recipe := filepath.Join(dir, "recipe.yaml")
	registry := func(c oci.Connection) aicr.BundleOptions {
		return aicr.BundleOptions{Publish: aicr.Publish{Registry: c}}
	}
	with := func(o deployer.Options) aicr.BundleOptions { return aicr.BundleOptions{Options: o} }
	for want, o := range map[string]aicr.BundleOptions{
		`deployer "nosuch" is unknown; use flux`:                                                    {Deployer: "nosuch"},
		"`Nodes` -1 is not a number of nodes":                                                       {Scheduling: aicr.Scheduling{Nodes: -1}},
		"`PlainHTTP` belongs to publishing to oci://, and the output is a directory; remove it":     registry(oci.Connection{PlainHTTP: true}),
		"`InsecureTLS` belongs to publishing to oci://, and the output is a directory; remove it":   registry(oci.Connection{InsecureTLS: true}),
		"`ImageRefs` belongs to publishing to oci://, and the output is a directory; remove it":     {Publish: aicr.Publish{ImageRefs: "f"}},
		`output "s3://b/x" has the unknown scheme "s3"; name a directory, or oci://HOST/REPOSITORY`: {Output: "s3://b/x"},
		"`RepoURL` belongs to a GitRepository that is written, and `GitSourceName` names one":       with(deployer.Options{GitSourceName: "g", RepoURL: "https://h/x"}),
		"`RepoSecret` belongs to a GitRepository that is written, and `GitSourceName` names one":    with(deployer.Options{GitSourceName: "g", RepoSecret: "s"}),
		"`TargetRevision` belongs to a GitRepository that is written, and `GitSourceName` names":    with(deployer.Options{GitSourceName: "g", TargetRevision: "b"}),
		"`Ordering` \"random\" is unknown; use chain or graph":                                      with(deployer.Options{Ordering: "random"}),
		"`Namespace` \"No\" is not a DNS-1123 label":                                                with(deployer.Options{Namespace: "No"}),
		"`DriftDetection` \"maybe\" is unknown; use enabled, warn or disabled":                      with(deployer.Options{Settings: deployer.Settings{DriftDetection: "maybe"}}),
		"`ChartRepoSecrets` for \"else.where\": no component has a chart from that host":            with(deployer.Options{ChartRepoSecrets: map[string]string{"else.where": "s"}}),
	} {
		o.Recipe = recipe
		if o.Output == "" {
			o.Output = filepath.Join(dir, "out")
		}
		refused(t, o, errors.ErrCodeInvalidRequest, want)
	}
	refused(t, aicr.BundleOptions{Output: filepath.Join(dir, "out")}, errors.ErrCodeInvalidRequest, "no recipe is named")
	all := registry(oci.Connection{PlainHTTP: true, InsecureTLS: true})
	all.Recipe, all.Output, all.ImageRefs, all.Scheduling.Nodes = recipe, filepath.Join(dir, "out"), "f", -1
	for range 10 {
		_, err := aicr.Bundle(t.Context(), all)
		lines := strings.Split(err.Error(), "\n")
		if len(lines) != 5 || !strings.Contains(lines[1], "`Nodes`") || !strings.Contains(lines[2], "`PlainHTTP`") || !strings.Contains(lines[3], "`InsecureTLS`") || !strings.Contains(lines[4], "`ImageRefs`") {
			t.Fatalf("the problems have no fixed order:\n%s", err)
		}
	}
}

func TestMissingInputsAreNamedForWhatTheyAre(t *testing.T) {
	dir := tree(t, map[string]string{"recipe.yaml": "componentRefs:\n" + chartOf("app", ""), "file": ""})
	for want, o := range map[string]aicr.BundleOptions{
		"recipe " + dir + "/no/recipe.yaml does not exist; check the path": {Recipe: dir + "/no/recipe.yaml"},
		"data directory " + dir + "/no does not exist; check the path":     {Recipe: dir + "/recipe.yaml", Data: []string{dir + "/no"}},
	} {
		o.Output = filepath.Join(dir, "out")
		refused(t, o, errors.ErrCodeNotFound, want)
	}
	refused(t, aicr.BundleOptions{Recipe: dir + "/recipe.yaml", Data: []string{dir + "/file"}}, errors.ErrCodeInvalidRequest, "data directory "+dir+"/file is not a directory")
}

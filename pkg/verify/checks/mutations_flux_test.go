package checks_test

import (
	"math/rand/v2"
	"regexp"
	"strings"
	"testing/fstest"
)

// fluxMutations are what the controllers of Flux refuse, or take and do something else with.
var fluxMutations = []mutation{
	// Versions, names and addresses.
	{"a version that is a word", false, []string{"version-invalid"}, inUpstream(`(?m)^(      version: ).*`, "${1}latest")},
	{"a version of four numbers", false, []string{"version-invalid"}, inUpstream(`(?m)^(      version: ).*`, "${1}1.2.3.4")},
	{"a chart name in upper case", false, []string{"chart-name"}, inUpstream(`(?m)^(      chart: )(.*)`, "${1}GPU-$2")},
	{"a chart name with its version", false, []string{"chart-name"}, inUpstream(`(?m)^(      chart: )(.*)`, "${1}$2:1.2.3")},
	{"a chart name with a blank", false, []string{"chart-name"}, inUpstream(`(?m)^(      chart: )(.*)`, "${1}my $2")},
	{"a repository with a tag", false, []string{"source-url"}, replaces(sources, `(?m)(  url: oci://.*)`, "$1:v1")},
	{"a repository in upper case", false, []string{"source-url"}, replaces(sources, `(?m)(  url: oci://[^/]*/)`, "${1}NVIDIA/")},
	{"a repository by its index", false, []string{"source-url"}, replaces(`^sources/helm`, `(?m)(  url: https://.*)`, "$1/index.yaml")},
	{"a URL without its scheme", false, []string{"source-url", "schema"}, replaces(sources, `(?m)(  url: )https://`, "$1")},
	{"a registry that is not said to be one", false, []string{"source-url"}, replaces(sources, `  type: oci\n`, "")},
	{"a placeholder for a URL", false, []string{"source-placeholder"}, replaces(`^sources/gitrepo`, "acme/clusters", "YOUR_ORG/YOUR_REPO")},
	{"ssh without a key", false, []string{"source-settings"}, replaces(`^sources/gitrepo`, "https://github.com", "ssh://git@github.com")},
	{"half a commit", false, []string{"source-settings"}, replaces(`^sources/gitrepo`, "branch: main", "commit: 1a2b3c4")},
	{"a branch with a blank", false, []string{"source-settings"}, replaces(`^sources/gitrepo`, "branch: main", "branch: my branch")},
	{"a range of tags that is none", false, []string{"source-settings"}, replaces(`^sources/gitrepo`, "branch: main", "semver: newest")},
	{"a signature where none is looked at", false, []string{"source-settings"}, inHelmRepository(`(?m)^      sourceRef:`, "      verify: {provider: cosign}\n$0")},
	{"a source that nobody uses", false, []string{"source-unused"}, addsListed("unused.yaml", "apiVersion: source.toolkit.fluxcd.io/v1\nkind: HelmRepository\nmetadata: {name: unused, namespace: flux-system}\nspec: {interval: 1h, url: 'https://charts.example.com'}\n")},
	{"a source that is stopped", false, []string{"suspended"}, replaces(sources, `(?m)^spec:`, "$0\n  suspend: true")},
	{"a source of another kind", false, []string{"source-missing", "schema"}, inUpstream(`kind: HelmRepository`, "kind: GitRepository")},
	{"a source in another namespace", false, []string{"source-missing"}, inUpstream(`(        namespace: )flux-system`, "${1}default")},

	// Releases.
	{"a release name in upper case", false, []string{"release-settings"}, replaces(releases, `(?m)^  releaseName: `, "${0}X-")},
	{"a namespace in upper case", false, []string{"release-settings", "schema"}, replaces(releases, `(?m)^  targetNamespace: `, "${0}X-")},
	{"no time at all", false, []string{"release-settings"}, replaces(releases, `(?m)^  timeout: .*`, "  timeout: 0s")},
	{"no second try in time", false, []string{"release-settings"}, replaces(releases, `retryInterval: 2m`, "retryInterval: 0s")},
	{"a time without its unit", false, []string{"schema"}, replaces(releases, `(?m)^  interval: .*`, "  interval: 30")},
	{"no second try", false, []string{"release-fragile"}, replaces(releases, `    strategy:\n      name: RetryOnFailure\n      retryInterval: 2m\n`, "")},
	{"no timeout", false, []string{"release-fragile"}, replaces(releases, `(?m)^  timeout: .*\n`, "")},
	{"CRDs that stay as they are", false, []string{"release-fragile"}, replaces(releases, `  upgrade:\n    crds: CreateReplace\n`, "  upgrade:\n")},
	{"a release that is stopped", false, []string{"suspended"}, replaces(releases, `(?m)^spec:`, "$0\n  suspend: true")},
	{"no target namespace", false, []string{"target-namespace", "namespace-shared", "namespace-missing"}, replaces(releases, `(?m)^  targetNamespace: .*\n`, "")},
	{"wait twice", false, []string{"dependency-duplicate"}, replaces(releases, `(?m)^    - name: (.*)`, "$0\n    - name: $1\n      namespace: flux-system")},
	{"wait for oneself", false, []string{"dependency-cycle"}, replaces(releases, `(?m)^  name: (.*)\n((?:.*\n)*?)  dependsOn:`, "$0\n    - name: $1")},
	{"wait for a release of another namespace", false, []string{"dependency-missing"}, replaces(releases, `(?m)^    - name: .*`, "$0\n      namespace: default")},
	{"a condition that does not compile", false, []string{"health-check"}, replaces(releases, `(?m)^      readyExpr: >-\n(        .*\n)+`, "      readyExpr: dep.status = 1\n")},
	{"a condition about a word that is not there", false, []string{"health-check"}, replaces(releases, `dep\.status\.conditions`, "dependency.status.conditions")},
	{"a gate that does not compile", false, []string{"health-check"}, replaces(releases, `(?m)^spec:`, "$0\n  healthCheckExprs: [{apiVersion: v1, kind: Service, current: 'status.state = 1'}]")},
	{"two gates for one kind", false, []string{"health-check"}, replaces(releases, `(?m)^spec:`, "$0\n  healthCheckExprs: [{apiVersion: v1, kind: Service, current: 'true'}, {apiVersion: v1, kind: Service, current: 'true'}]")},
	{"the object of one file in another", false, []string{"object-duplicate", "kustomize-build"}, twice},
	{"two charts at once", false, []string{"schema"}, replaces(releases, `(?m)^  chartRef:`, "  chart: {spec: {chart: a, sourceRef: {kind: HelmRepository, name: a}}}\n$0")},

	// Values.
	{"a values file that is not there", false, []string{"values-missing"}, replaces(releases, `(      valuesFiles:\n        - .*)values-`, "${1}value-")},
	{"a value that Helm takes apart", false, []string{"values-missing"}, commaAtTargetPath},
	{"values that nobody reads", false, []string{"values-unused"}, replaces(releases, `(?m)^  valuesFrom:\n(    .*\n)+`, "")},
	{"values whose change is not seen", false, []string{"values-watch"}, replaces(`configmap-values\.yaml$`, `(?m)^    reconcile.fluxcd.io/watch: .*\n`, "")},
	{"values that are no YAML", false, []string{"values-missing", "values-map", "yaml-syntax"}, replaces(`configmap-values\.yaml$`, `(?m)^    driver:`, "    driver: [")},
	{"a misspelt value", false, []string{"values-unknown"}, withReader(`(?m)^      driver:`, "      drivr:")},
	{"a misspelt value further down", false, []string{"values-unknown"}, withReader(`(?m)^      driver:\n        enabled:`, "      driver:\n        enable:")},
	{"a word for a boolean", false, []string{"values-type"}, withReader(`(?m)^      driver:\n        enabled: .*`, "      driver:\n        enabled: \"no\"")},
	{"a list for a map", false, []string{"values-type", "chart-render"}, withReader(`(?m)^      driver:\n(        .*\n)+`, "      driver: [enabled]\n")},
	{"text for a list", false, []string{"values-type"}, withReader(`(?m)^      driver:`, "      tolerations: gpu,cpu\n$0")},
	{"a value that the template wants is gone", false, []string{"chart-render"}, replaces(`^nodewright-customizations/helmrelease`, `(?m)^      acceleratedNodeSelector:\n.*\n`, "")},

	// Patches and builds.
	{"a patch that is no YAML", false, []string{"post-render"}, postRenders(`{patches: [{target: {kind: Namespace}, patch: "- op: add\n  path: /a\n   value: 5\n"}]}`)},
	{"a patch of nothing", false, []string{"post-render"}, postRenders(`{patches: [{target: {kind: StatefulSet}, patch: '[{"op": "remove", "path": "/spec"}]'}]}`)},
	{"a patch where nothing is", false, []string{"post-render"}, postRenders(`{patches: [{target: {kind: Namespace}, patch: '[{"op": "remove", "path": "/spec/a"}]'}]}`)},
	{"a patch without a target", false, []string{"post-render"}, postRenders(`{patches: [{patch: '[{"op": "remove", "path": "/spec"}]'}]}`)},
	{"charts that kustomize should render", false, []string{"kustomize-build"}, appends(`^kustomization\.yaml$`, "helmCharts:\n- {name: a, repo: 'https://h', version: 1.2.3}\n")},
	{"a second kustomization", false, []string{"kustomize-build"}, adds("kustomization.yml", "resources: []\n")},
	{"a component that is not there", false, []string{"resource-missing"}, appends(`^kustomization\.yaml$`, "components: [gone]\n")},
	{"a patch of an object that is not there", false, []string{"kustomize-build"}, replaces(`^kustomization\.yaml$`, `patches:\n`, "${0}  - patch: '{apiVersion: v1, kind: ConfigMap, metadata: {name: other}}'\n")},
	{"a misspelt field of a kustomization", false, []string{"kustomize-build"}, replaces(`^kustomization\.yaml$`, `(?m)^patches:`, "patchs:")},
	{"a generator of a file that is not there", false, []string{"kustomize-build", "resource-missing"}, appends(`^kustomization\.yaml$`, "configMapGenerator: [{name: a, files: [gone.txt]}]\n")},
	{"a rule that drops what is needed", false, []string{"flux-ignored"}, adds(".sourceignore", "templates/\nhelmrelease.yaml\n")},
	{"a misspelt value that a manifest reads", false, nil, inGit(replaces(`^nodewright-customizations/helmrelease`, `(?m)^      (accelerator|intent|service|workloadSelector):`, "      ${1}s:"))},
	{"a branch that nobody has", false, nil, replaces(`^sources/gitrepo`, "branch: main", "branch: master")},
	{"a version that nobody published", false, nil, inUpstream(`(?m)^(      version: v?).*`, "${1}9999.0.0")},
}

// addsListed adds an object to the bundle.
func addsListed(file, text string) func(*rand.Rand, fstest.MapFS) string {
	return func(_ *rand.Rand, bundle fstest.MapFS) string { return addListed(bundle, file, text) }
}

// inHelmRepository replaces a match in a release of a chart from a repository that is no registry.
func inHelmRepository(expression, replacement string) func(*rand.Rand, fstest.MapFS) string {
	return func(r *rand.Rand, bundle fstest.MapFS) string {
		file := oneOf(r, bundle, func(file string) bool {
			return isRelease(file) && contains(bundle, file, "kind: HelmRepository") && !contains(bundle, "sources/helmrepo-"+sourceOf(bundle, file)+".yaml", "type: oci")
		})
		if file == "" {
			return ""
		}
		return replaces("^"+file+"$", expression, replacement)(r, bundle)
	}
}

func sourceOf(bundle fstest.MapFS, file string) string {
	_, after, _ := strings.Cut(string(bundle[file].Data), "kind: HelmRepository\n        name: ")
	name, _, _ := strings.Cut(after, "\n")
	return name
}

// postRenders gives the release of the chart with a Namespace a post-renderer.
func postRenders(kustomize string) func(*rand.Rand, fstest.MapFS) string {
	return replaces(`^gpu-operator-pre/helmrelease\.yaml$`, `(?m)^spec:`, "$0\n  postRenderers: [{kustomize: "+kustomize+"}]")
}

// twice adds a release once more in another file.
func twice(r *rand.Rand, bundle fstest.MapFS) string {
	file := pick(r, bundle, releases)
	return addListed(bundle, "again.yaml", string(bundle[file].Data))
}

// commaAtTargetPath gives a release a value with a comma, which Helm takes for two.
func commaAtTargetPath(r *rand.Rand, bundle fstest.MapFS) string {
	file := oneOf(r, bundle, func(file string) bool { return isRelease(file) && !contains(bundle, file, "valuesFrom:") })
	if file == "" {
		return ""
	}
	addListed(bundle, "hosts.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: hosts, namespace: flux-system, labels: {reconcile.fluxcd.io/watch: Enabled}}\ndata: {hosts: 'a.example.com,b.example.com'}\n")
	put(bundle, file, replaceOnce(string(bundle[file].Data), "\nspec:\n", "\nspec:\n  valuesFrom: [{kind: ConfigMap, name: hosts, valuesKey: hosts, targetPath: hosts}]\n"))
	return file
}

// withReader puts a chart that reads some values in the place of a vendored one that reads all, and
// changes the values of its release.
func withReader(expression, replacement string) func(*rand.Rand, fstest.MapFS) string {
	return func(r *rand.Rand, bundle fstest.MapFS) string {
		archive := pick(r, bundle, `^gpu-operator/charts/.*\.tgz$`)
		if archive == "" || pick(r, bundle, `artifactgenerator`) != "" {
			return ""
		}
		delete(bundle, archive)
		version := strings.TrimSuffix(strings.TrimPrefix(archive, "gpu-operator/charts/gpu-operator-"), ".tgz")
		const chart = "gpu-operator/charts/gpu-operator/"
		put(bundle, chart+"Chart.yaml", "apiVersion: v2\nname: gpu-operator\nversion: "+version+"\n")
		put(bundle, chart+"values.yaml", "driver: {enabled: true, version: a}\ntolerations: []\n")
		put(bundle, chart+"templates/a.yaml", "# {{ .Values.driver.enabled }} {{ .Values.driver.version }} {{ toYaml .Values.tolerations }}\n")
		inside := regexp.MustCompile(`(?m)^ {4}gpu-operator:\n( {6}.*\n)+`)
		put(bundle, release, inside.ReplaceAllString(string(bundle[release].Data), "    gpu-operator:\n      driver:\n        enabled: true\n        version: b\n"))
		return replaces(`^gpu-operator/helmrelease\.yaml$`, expression, replacement)(r, bundle)
	}
}

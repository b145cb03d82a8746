package checks_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing/fstest"
)

const (
	releases = `^[^/]+/helmrelease\.yaml$`
	sources  = `^sources/`
	objects  = `^(sources/.*|[^/]+/(helmrelease|artifactgenerator))\.yaml$`
	charts   = `^[^/]+/(Chart|chart-h[0-9a-f]+)\.yaml$` // the second where an artifact brings it
)

// mutations are the kinds of things that go wrong with bundles.
var mutations = slices.Concat(bundleMutations, fluxMutations, chartMutations, podMutations, kindMutations, customMutations)

// bundleMutations are what goes wrong with files, lists, references and order.
var bundleMutations = []mutation{
	// What happens to files.
	{"change a byte", true, []string{"file-changed"}, flip(`\.(yaml|md|tgz)$`)},
	{"lose a file", true, []string{"file-missing"}, removes(`/.`)},
	{"gain a file", true, []string{"file-extra"}, adds("gpu-operator/extra.txt", "x")},
	{"gain a hidden file", true, []string{"file-extra"}, adds(".env", "TOKEN=x")},
	{"spoil the checksums", true, []string{"checksums-invalid"}, replaces(`^checksums\.txt$`, `(?m)^[0-9a-f]{64}  `, "${0}/")},
	{"swap a vendored chart", false, []string{"provenance"}, flip(`\.tgz$`)},
	{"forget a vendored chart", false, []string{"provenance"}, replaces(`^provenance\.yaml$`, `sha256: "?[0-9a-f]{8}`, "sha256: 00000000")},

	// Syntax and schema.
	{"break the YAML", false, []string{"yaml-syntax"}, replaces(objects, `(?m)^spec:`, "spec: [")},
	{"give a key twice", false, []string{"yaml-syntax"}, replaces(releases, `(?m)^  timeout: .*\n`, "$0$0")},
	{"lose the kind", false, []string{"yaml-syntax"}, replaces(objects, `(?m)^kind: .*\n`, "")},
	{"lose the name", false, []string{"yaml-syntax"}, replaces(objects, `(?m)^  name: .*\n`, "")},
	{"lose a required field", false, []string{"schema"}, replaces(objects, `(?m)^  (url|sourceRef|artifacts): .*\n|^      chart: .*\n`, "")},
	{"misspell a field", false, []string{"schema"}, replaces(releases, `(?m)^  (timeout|releaseName|targetNamespace|storageNamespace):`, "  ${1}s:")},
	{"a field of the wrong type", false, []string{"schema"}, replaces(releases, `(?m)^  timeout: (.*)`, "  timeout: [$1]")},
	{"an invalid duration", false, []string{"schema"}, replaces(releases, `(?m)^  (timeout|interval): .*`, "  $1: soon")},
	{"a word that the CRD does not know", false, []string{"schema"}, replaces(releases, `crds: CreateReplace`, "crds: Replace")},
	{"a strategy without its field", false, []string{"schema"}, replaces(releases, `name: RetryOnFailure`, "name: RemediateOnFailure")},
	{"a kind that Flux does not have", false, []string{"schema"}, replaces(sources, `(?m)^(apiVersion: source.toolkit.fluxcd.io)/v1$`, "$1/v3")},
	{"an object without a namespace", false, []string{"object-metadata"}, replaces(sources, `(?m)^  namespace: .*\n`, "")},
	{"an invalid name", false, []string{"object-metadata"}, replaces(sources, `(?m)^  name: (.*)`, "  name: X_$1")},

	{"values that are text", false, []string{"values-map"}, replaces(releases, `(?m)^  values:\n`, "  values: |\n")},
	{"values that are a list", false, []string{"values-map"}, replaces(releases, `(?m)^  values:\n(    .*\n)+`, "  values: []\n")},
	{"no spec", false, []string{"schema"}, replaces(objects, `(?m)^spec:\n(  .*\n)+`, "")},
	{"a version that Kubernetes does not have", false, []string{"api-removed"}, replaces(`configmap-values\.yaml$`, `(?m)^apiVersion: v1`, "apiVersion: v2")},
	{"a version that Kubernetes does not have, in a template", false, []string{"api-removed"}, addTemplate("apiVersion: apps/v3\nkind: Deployment\nmetadata: {name: a}\n")},

	// The build.
	{"lose the root", false, []string{"kustomization-missing"}, removes(`^kustomization\.yaml$`)},
	{"list a file that is not there", false, []string{"resource-missing"}, appends(`^kustomization\.yaml$`, "  - gone/helmrelease.yaml\n")},
	{"lose a listed file", false, []string{"resource-missing"}, removes(objects)},
	{"list a file twice", false, []string{"resource-duplicate"}, replaces(`^kustomization\.yaml$`, `(?m)^  - .*\n`, "$0$0")},
	{"list a file from outside", false, []string{"resource-outside"}, appends(`^kustomization\.yaml$`, "  - ../x.yaml\n")},
	{"list a URL", false, []string{"resource-outside"}, appends(`^kustomization\.yaml$`, "  - https://example.com/x.yaml\n")},
	{"forget a file in the list", false, []string{"resource-unlisted"}, replaces(`^kustomization\.yaml$`, `(?m)^  - .*\n`, "")},
	{"a file that Flux drops", false, []string{"flux-ignored"}, addToChart("files/logo.png")},
	{"a transformer without a file", false, []string{"kustomize-build", "resource-missing"}, replaces(`^kustomization\.yaml$`, `(?m)^patches:\n`, "${0}  - path: gone.yaml\n")},

	// References.
	{"wait for nobody", false, []string{"dependency-missing"}, replaces(releases, `(?m)^(  dependsOn:\n\s+- name: )(.*)`, "${1}x-$2")},
	{"a source of another name", false, []string{"source-missing"}, replaces(releases, `(?m)^(\s+kind: (?:Helm|Git)Repository\n\s+name: )(.*)`, "${1}x-$2")},
	{"an artifact of another name", false, []string{"source-missing"}, replaces(releases, `(?m)^(\s+kind: ExternalArtifact\n\s+name: )(.*)`, "${1}x-$2")},
	{"a source without a branch", false, []string{"source-ref"}, replaces(sources, `(?m)^  ref:\n    branch: .*\n`, "")},
	{"a storage that nobody creates", false, []string{"namespace-missing"}, replaces(releases, `(?m)^  storageNamespace: .*`, "  storageNamespace: elsewhere")},
	{"wait for no name", false, []string{"dependency-missing"}, replaces(releases, `(?m)^(  dependsOn:\n\s+- name: ).*`, "$1''")},
	{"an scp URL", false, []string{"source-url", "schema"}, replaces(sources, `url: "?https://([^/]+)/`, "url: git@$1:")},
	{"values of another name", false, []string{"values-missing"}, replaces(releases, `(?m)^(\s+- kind: ConfigMap\n\s+name: )(.*)`, "${1}x-$2")},
	{"values under another key", false, []string{"values-missing"}, replaces(`configmap-values\.yaml$`, `(?m)^  values\.yaml:`, "  other.yaml:")},
	{"a chart at another path", false, []string{"chart-path"}, replaces(releases, `(?m)^(\s+chart: "?\./)`, "${1}elsewhere-")},
	{"copy what is not there", false, []string{"artifact-path"}, replaces(`artifactgenerator\.yaml$`, `(@bundle/[^"/]+)/Chart\.yaml`, "$1/Chart.yml")},
	{"copy to nowhere", false, []string{"artifact-path"}, replaces(`artifactgenerator\.yaml$`, `@artifact/`, "@artefact/")},

	// Order.
	{"wait for each other", false, []string{"dependency-cycle"}, waitForEachOther},

	// Charts.
	{"break a template", false, []string{"chart-render"}, appends(`^[^/]+/templates/.*\.yaml$`, "{{ if }}\n")},
	{"a template that fails", false, []string{"chart-render"}, appends(`^[^/]+/templates/.*\.yaml$`, `{{ fail "no" }}`+"\n")},
	{"a template that is no YAML", false, []string{"chart-render"}, appends(`^[^/]+/templates/.*\.yaml$`, "---\na: [\n")},
	{"lose Chart.yaml", false, []string{"chart-path", "artifact-path", "chart-load"}, removes(charts)},
	{"another chart version", false, []string{"chart-version"}, inGit(replaces(charts, `(?m)^version: .*`, "version: 0.1.1"))},
	{"a chart without a name", false, []string{"chart-load", "chart-lint"}, replaces(charts, `(?m)^name: .*\n`, "")},
	{"a dependency that is not there", false, []string{"chart-dependencies", "chart-load"}, appends(charts, "dependencies:\n  - name: gone\n    version: 1.0.0\n    repository: https://example.com\n")},
	{"a release without the chart's version", false, []string{"chart-version"}, inGit(replaces(releases, `(?m)(chart: "?\./.*\n)\s+version: .*\n`, "$1"))},
	{"ignore the templates", false, []string{"chart-incomplete"}, appends(`^(gpu-operator-pre|kubeflow-trainer-post|nodewright-customizations)/\.helmignore$`, "templates/\n")},
	{"copy no templates", false, []string{"chart-incomplete"}, replaces(`artifactgenerator\.yaml$`, `(?m)^\s+- from: .*/templates/\*\*['"]?\n.*\n`, "")},
	{"lose .helmignore", false, []string{"chart-foreign-file"}, removes(`/\.helmignore$`)},
	{"a chart that nobody uses", false, []string{"chart-unused"}, adds("lost/Chart.yaml", "apiVersion: v2\nname: lost\nversion: 0.1.0\n")},

	// Hazards.
	{"two releases in one storage", false, []string{"release-collision"}, collide},
	{"a password in a URL", false, []string{"url-credentials"}, replaces(sources, `url: "?https://`, "${0}user:hush@")},
	{"a version that is a range", false, []string{"version-range"}, inUpstream(`(?m)^(      version: ).*`, `${1}">=1.0.0"`)},
	{"no version", false, []string{"version-missing"}, inUpstream(`(?m)^      version: .*\n`, "")},
	{"substitution", false, []string{"substitution"}, replaces(releases, `(?m)^  values:\n`, "${0}    fromTheCluster: \"$${CLUSTER_NAME}\"\n")},
	{"a secret in clear", false, []string{"secret-in-clear"}, replaces(releases, `(?m)^  values:\n`, "${0}    adminPassword: hunter2hunter2\n")},
	{"a Job", false, []string{"plain-job"}, addTemplate("apiVersion: batch/v1\nkind: Job\nmetadata: {name: once}\nspec:\n  template:\n    spec:\n      restartPolicy: Never\n      containers: [{name: a, image: a:1}]\n")},
	{"an environment variable twice", false, []string{"duplicate-list-key", "manifest-schema", "core-schema"}, addTemplate("apiVersion: v1\nkind: Pod\nmetadata: {name: twice}\nspec:\n  containers: [{name: a, image: a:1, env: [{name: A, value: x}, {name: A, value: y}]}]\n")},
	{"a name that is too long", false, []string{"name-length", "schema"}, replaces(releases, `(?m)^  releaseName: (.*)`, "  releaseName: a-name-that-is-longer-than-the-fifty-three-letters-helm-takes")},
	{"the version raw in a label", false, []string{"chart-version-label"}, inOCI(addTemplate("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: labelled\n  labels:\n    version: {{ .Chart.Version }}\n"))},
	{"a namespace with two owners", false, []string{"namespace-shared"}, addTemplate("apiVersion: v1\nkind: Namespace\nmetadata: {name: '{{ .Release.Namespace }}'}\n")},
	{"a custom resource without its CRD before", false, []string{"crd-order"}, customResourceTooEarly},
}

// flip changes one byte of a file.
func flip(files string) func(*rand.Rand, fstest.MapFS) string {
	return func(r *rand.Rand, bundle fstest.MapFS) string {
		file := pick(r, bundle, files)
		if file == "" {
			return ""
		}
		data := []byte(string(bundle[file].Data))
		at := r.IntN(len(data))
		data[at] ^= 1
		put(bundle, file, string(data))
		return fmt.Sprintf("%s: byte %d", file, at)
	}
}

// addToChart adds a file to one of the local charts, and to what an artifact would take of it.
func addToChart(name string) func(*rand.Rand, fstest.MapFS) string {
	return func(r *rand.Rand, bundle fstest.MapFS) string {
		chart := pick(r, bundle, charts)
		if chart == "" || pick(r, bundle, `artifactgenerator`) != "" {
			return ""
		}
		file := chart[:len(chart)-len("Chart.yaml")] + name
		put(bundle, file, "x")
		return file
	}
}

// addTemplate adds a template to one of the manifest charts.
func addTemplate(text string) func(*rand.Rand, fstest.MapFS) string {
	return func(r *rand.Rand, bundle fstest.MapFS) string {
		file := pick(r, bundle, `^[^/]+/templates/`)
		if file == "" {
			return ""
		}
		put(bundle, file, text)
		return file + ": " + text
	}
}

// waitForEachOther lets a release that waits for nobody wait for one that waits for it, through
// however many others.
func waitForEachOther(r *rand.Rand, bundle fstest.MapFS) string {
	first := ""
	for file := range bundle {
		if isRelease(file) && !contains(bundle, file, "dependsOn:") && (first == "" || file < first) {
			first = file
		}
	}
	last := oneOf(r, bundle, func(file string) bool { return isRelease(file) && contains(bundle, file, "dependsOn:") })
	if first == "" || last == "" {
		return ""
	}
	text := string(bundle[first].Data)
	put(bundle, first, replaceOnce(text, "\nspec:\n", "\nspec:\n  dependsOn:\n    - name: "+nameOf(bundle, last)+"\n"))
	return first + " waits for " + last
}

// collide gives one release the name and the storage of another.
func collide(r *rand.Rand, bundle fstest.MapFS) string {
	one := oneOf(r, bundle, isRelease)
	other := oneOf(r, bundle, func(file string) bool { return isRelease(file) && file != one })
	if one == "" || other == "" {
		return ""
	}
	for _, field := range []string{"releaseName", "storageNamespace"} {
		put(bundle, one, setField(string(bundle[one].Data), field, fieldOf(bundle, other, field)))
	}
	return one + " is stored as " + other
}

// inGit leaves out bundles whose charts come from an artifact, which has no version to compare.
func inGit(apply func(*rand.Rand, fstest.MapFS) string) func(*rand.Rand, fstest.MapFS) string {
	return func(r *rand.Rand, bundle fstest.MapFS) string {
		if pick(r, bundle, `artifactgenerator`) != "" {
			return ""
		}
		return apply(r, bundle)
	}
}

// inOCI takes only bundles whose charts come from an artifact, which gives them a version with a
// plus.
func inOCI(apply func(*rand.Rand, fstest.MapFS) string) func(*rand.Rand, fstest.MapFS) string {
	return func(r *rand.Rand, bundle fstest.MapFS) string {
		if pick(r, bundle, `artifactgenerator`) == "" {
			return ""
		}
		return apply(r, bundle)
	}
}

// inUpstream replaces a match in a release of an upstream chart.
func inUpstream(expression, replacement string) func(*rand.Rand, fstest.MapFS) string {
	return func(r *rand.Rand, bundle fstest.MapFS) string {
		file := oneOf(r, bundle, func(file string) bool { return isRelease(file) && contains(bundle, file, "kind: HelmRepository") })
		if file == "" {
			return ""
		}
		return replaces("^"+file+"$", expression, replacement)(r, bundle)
	}
}

// customResourceTooEarly puts a custom resource of a chart that comes later into a manifest chart
// that comes before it.
func customResourceTooEarly(r *rand.Rand, bundle fstest.MapFS) string {
	file := pick(r, bundle, `^gpu-operator-pre/templates/`)
	if file == "" {
		return ""
	}
	put(bundle, file, "apiVersion: nvidia.com/v1\nkind: ClusterPolicy\nmetadata: {name: early}\nspec: {}\n")
	return file
}

package checks_test

import (
	"math/rand/v2"
	"strings"
	"testing/fstest"
)

const aConfigMap = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: app}\ndata: {a: b}\n"

// chartMutations are what goes wrong inside of a chart.
var chartMutations = []mutation{
	{"an object twice in one release", false, []string{"post-render"}, addTemplate(aConfigMap + "---\n" + aConfigMap)},
	{"a key twice in what is rendered", false, []string{"post-render"}, addTemplate("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: app}\ndata:\n  a: b\n  a: c\n")},
	{"an object without a name", false, []string{"post-render"}, addTemplate("apiVersion: v1\nkind: ConfigMap\nmetadata: {labels: {a: b}}\n")},
	{"a function of another program", false, []string{"template-function"}, addTemplate("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: app}\ndata: {a: '{{ instance }}'}\n")},
	{"a field of another program", false, []string{"template-function"}, addTemplate("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: app}\ndata: {a: '{{ .pod }}'}\n")},
	{"the environment in a template", false, []string{"template-function"}, addTemplate("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: app}\ndata: {a: '{{ env \"HOME\" }}'}\n")},
	{"a part that is not defined", false, []string{"chart-render"}, addTemplate("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: app}\ndata: {a: '{{ include \"gone\" . }}'}\n")},
	{"a value of a value that is not there", false, []string{"chart-render"}, addTemplate("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: app}\ndata: {a: '{{ .Values.gone.further }}'}\n")},
	{"a value that must be there", false, []string{"chart-render"}, addTemplate("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: app}\ndata: {a: '{{ required \"say it\" .Values.gone }}'}\n")},
	{"an indentation that is lost", false, []string{"chart-render", "post-render", "manifest-schema"}, addTemplate("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: app\n  labels:\n{{ dict \"a\" \"b\" | toYaml }}\n")},
	{"an object in two releases", false, []string{"object-shared"}, inTwo("templates", "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: app}\nrules: []\n")},
	{"a definition in two charts", false, []string{"object-shared"}, differInTwo},
	{"an object over 1 MiB", false, []string{"release-size"}, addTemplate("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: app}\ndata: {a: {{ repeat 1100000 \"a\" }}}\n")},
	{"a release that Helm cannot store", false, []string{"release-size", "chart-size"}, tooLargeForHelm},
	{"values that the chart's schema refuses", false, []string{"values-schema"}, refusedBySchema},
	{"a version that stays", false, []string{"constant-version"}, constant},
	{"the revision of a whole bundle for a chart", false, []string{"artifact-revision"}, replaces(`artifactgenerator\.yaml$`, `(?m)^      copy:`, "      revision: '@bundle'\n$0")},
	{"a Job of the same name each time", false, []string{"plain-job"}, addTemplate("apiVersion: batch/v1\nkind: Job\nmetadata: {name: app, labels: {a: '{{ .Chart.Name }}'}}\nspec: {template: {spec: {restartPolicy: Never, containers: [{name: a, image: 'a:{{ .Chart.Name }}'}]}}}\n")},
	{"a token in a ConfigMap", false, []string{"secret-in-clear"}, replaces(releases, `(?m)^  values:\n`, "${0}    apiToken: ghp_0123456789abcdefghijABCDEFGHIJ012345\n")},
	{"a private key in values", false, []string{"secret-in-clear"}, replaces(releases, `(?m)^  values:\n`, "${0}    tlsKey: |\n      -----BEGIN PRIVATE KEY-----\n      MIIEvQIBADANBgkqhkiG9w0BAQEFAASC\n      -----END PRIVATE KEY-----\n")},
}

// inTwo adds the same file to two charts.
func inTwo(directory, text string) func(*rand.Rand, fstest.MapFS) string {
	return func(_ *rand.Rand, bundle fstest.MapFS) string {
		for _, chart := range []string{"gpu-operator-pre", "kubeflow-trainer-post"} {
			put(bundle, chart+"/"+directory+"/app.yaml", text)
		}
		return text
	}
}

// differInTwo adds a definition to one chart and another version of it to the other.
func differInTwo(r *rand.Rand, bundle fstest.MapFS) string {
	if pick(r, bundle, `artifactgenerator`) != "" { // it does not copy this directory
		return ""
	}
	put(bundle, "gpu-operator-pre/crds/app.yaml", clusterPolicies)
	put(bundle, "kubeflow-trainer-post/crds/app.yaml", strings.Replace(clusterPolicies, "minimum: 1", "minimum: 2", 1))
	return "two definitions"
}

// tooLargeForHelm adds what does not get smaller when it is packed.
func tooLargeForHelm(r *rand.Rand, bundle fstest.MapFS) string {
	if pick(r, bundle, `artifactgenerator`) != "" {
		return ""
	}
	noise := make([]byte, 1_500_000)
	for i := range noise {
		noise[i] = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ+/"[r.IntN(64)]
	}
	put(bundle, "gpu-operator-pre/files/a.txt", string(noise))
	return "1.5 MB in gpu-operator-pre"
}

// refusedBySchema gives a chart a schema that its values do not fit.
func refusedBySchema(r *rand.Rand, bundle fstest.MapFS) string {
	if pick(r, bundle, `artifactgenerator`) != "" {
		return ""
	}
	put(bundle, "nodewright-customizations/values.schema.json", `{"properties": {"nodewright-customizations": {"properties": {"service": {"enum": ["gke"]}}}}}`)
	return "a schema that wants gke"
}

// constant takes the hash out of the version of a chart and of its release.
func constant(r *rand.Rand, bundle fstest.MapFS) string {
	if pick(r, bundle, `artifactgenerator`) != "" {
		return ""
	}
	for _, file := range []string{"gpu-operator-pre/Chart.yaml", "gpu-operator-pre/helmrelease.yaml"} {
		before, after, _ := strings.Cut(string(bundle[file].Data), "version: 0.1.0-h")
		_, after, _ = strings.Cut(after, "\n")
		put(bundle, file, before+"version: 0.1.0\n"+after)
	}
	return "version 0.1.0"
}

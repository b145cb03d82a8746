package checks_test

import (
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/aicr-flux/aicr/pkg/rollout"
	"github.com/aicr-flux/aicr/pkg/verify"
)

// repository is a Git repository with a base, two overlays over it, and what these share.
func repository() fstest.MapFS {
	files := fstest.MapFS{}
	for name, text := range map[string]string{
		"apps/base/kustomization.yaml": "resources: [repo.yaml, web.yaml]\n",
		"apps/base/repo.yaml":          "apiVersion: source.toolkit.fluxcd.io/v1\nkind: HelmRepository\nmetadata: {name: charts, namespace: flux-system}\nspec: {interval: 1h, url: 'https://charts.example.com'}\n",
		"apps/base/web.yaml": `apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: web, namespace: flux-system}
spec:
  interval: 30m
  timeout: 15m
  releaseName: web
  targetNamespace: web
  storageNamespace: web
  install: {createNamespace: true, crds: CreateReplace, strategy: {name: RetryOnFailure}}
  upgrade: {crds: CreateReplace, strategy: {name: RetryOnFailure}}
  chart: {spec: {chart: web, version: 1.2.3, sourceRef: {kind: HelmRepository, name: charts}}}
`,
		"apps/plain/kustomization.yaml":      "resources: [../base]\n",
		"apps/production/kustomization.yaml": "resources: [../base, ../../shared/settings.yaml]\npatches: [{path: ../../shared/version.yaml}]\nconfigMapGenerator: [{name: texts, namespace: flux-system, files: [a=../../shared/a.txt]}]\n",
		"shared/settings.yaml":               "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings, namespace: flux-system}\ndata: {a: b}\n",
		"shared/version.yaml":                "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: web, namespace: flux-system}\nspec: {chart: {spec: {version: 1.2.4}}}\n",
		"shared/a.txt":                       "a",
		"clusters/production/artifacts.yaml": `apiVersion: source.extensions.fluxcd.io/v1beta1
kind: ArtifactGenerator
metadata: {name: split, namespace: flux-system}
spec:
  sources: [{alias: repo, kind: GitRepository, name: flux-system}]
  artifacts:
  - {name: shared, copy: [{from: "@repo/shared/**", to: "@artifact/"}]}
  - {name: whole, copy: [{from: "@repo/**", to: "@artifact/"}]}
  - {name: chart, copy: [{from: "@repo/charts/own", to: "@artifact/"}]}
`,
		"clusters/production/own.yaml":           strings.ReplaceAll(ownRelease, "NAME", "own"),
		"clusters/production/kustomization.yaml": "resources: [artifacts.yaml, own.yaml]\n",
		"charts/own/Chart.yaml":                  "apiVersion: v2\nname: own\nversion: 1.0.0\ndescription: a\nicon: https://example.com/a.png\n",
		"charts/own/templates/a.yaml":            "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n  a: {{ .Values.a | quote }}\n",
		"charts/own/values.yaml":                 "a: b\n",
	} {
		files[name] = &fstest.MapFile{Data: []byte(text), Mode: 0o644}
	}
	return files
}

const ownRelease = `apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: NAME, namespace: flux-system}
spec:
  interval: 30m
  timeout: 15m
  releaseName: NAME
  targetNamespace: NAME
  storageNamespace: NAME
  install: {createNamespace: true, crds: CreateReplace, strategy: {name: RetryOnFailure}}
  upgrade: {crds: CreateReplace, strategy: {name: RetryOnFailure}}
  chartRef: {kind: ExternalArtifact, name: chart}
  values: {a: c}
`

// part is the bundle in a directory of the repository.
func part(t *testing.T, files fstest.MapFS, dir string) fs.FS {
	t.Helper()
	bundle, err := rollout.Within(files, dir)
	if err != nil {
		t.Fatal(err)
	}
	return bundle
}

func TestHazard69_AnOverlayLeadsOutOfItsBundle(t *testing.T) {
	report := passes(t, part(t, repository(), "apps/production"), verify.Options{})
	if report.Objects != 4 || report.Releases != 1 {
		t.Errorf("%d objects and %d releases, want 4 and 1:\n%s", report.Objects, report.Releases, list(report))
	}
	if report := passes(t, part(t, repository(), "apps/plain"), verify.Options{}); report.Objects != 2 {
		t.Errorf("an overlay that changes nothing has %d objects, want 2", report.Objects)
	}
	for name, c := range map[string]struct{ file, old, text, check, at string }{
		"a defect in the base":      {"apps/base/web.yaml", "version: 1.2.3, ", "version: 1.2.3, colour: red, ", "schema", "../base/web.yaml:12"},
		"a defect of the patch":     {"shared/version.yaml", "version: 1.2.4", "version: ''", "version-missing", "../base/web.yaml:12"},
		"a file that is not there":  {"apps/production/kustomization.yaml", "settings.yaml", "gone.yaml", "resource-missing", "kustomization.yaml:1"},
		"a way out of everything":   {"apps/production/kustomization.yaml", "../../shared/settings.yaml", "../../../settings.yaml", "resource-outside", "kustomization.yaml:1"},
		"a base that is not listed": {"apps/base/kustomization.yaml", "repo.yaml, ", "", "source-missing", "../base/web.yaml:12"},
	} {
		t.Run(name, func(t *testing.T) {
			files := repository()
			edit(c.file, c.old, c.text)(t, files)
			found := ""
			for _, f := range verifyAll(t, part(t, files, "apps/production"), verify.Options{}).Findings {
				found += f.Check + " " + f.String() + "\n"
			}
			if !strings.Contains(found, c.check+" "+c.at) {
				t.Errorf("want %s at %s, got\n%s", c.check, c.at, found)
			}
		})
	}
}

func TestHazard69_AnArtifactGeneratorDividesARepository(t *testing.T) {
	external := verify.Options{External: []string{"GitRepository flux-system/flux-system"}}
	report := passes(t, part(t, repository(), "clusters/production"), external)
	if strings.Contains(list(report), "artifact-path") {
		t.Errorf("the repository is there, and something was not looked at:\n%s", list(report))
	}
	// What is seen is judged: the path, and the chart that is composed.
	for file, c := range map[string]struct{ old, text, check string }{
		"clusters/production/artifacts.yaml": {"@repo/shared/**", "@repo/shard/**", "artifact-path"},
		"charts/own/templates/a.yaml":        {"| quote", "| fail", "chart-render"},
	} {
		files := repository()
		edit(file, c.old, c.text)(t, files)
		if report := verifyAll(t, part(t, files, "clusters/production"), external); len(report.Findings) != 1 || report.Findings[0].Check != c.check {
			t.Errorf("%s: want %s:\n%s", c.text, c.check, list(report))
		}
	}
	// Where the rest of the repository is not seen, it is noted.
	alone, err := fs.Sub(repository(), "clusters/production")
	if err != nil {
		t.Fatal(err)
	}
	for _, at := range []string{"", "clusters/production"} {
		o := external
		o.RepositoryPath = at
		if report := passes(t, alone, o); !strings.Contains(list(report), "artifact-path: ArtifactGenerator flux-system/split copies") {
			t.Errorf("at %q nothing says what was not looked at:\n%s", at, list(report))
		}
	}
	// A path below the bundle is seen all the same.
	files := repository()
	edit("clusters/production/artifacts.yaml", "@repo/shared/**", "@repo/clusters/production/gone/**")(t, files)
	alone, err = fs.Sub(files, "clusters/production")
	if err != nil {
		t.Fatal(err)
	}
	o := external
	o.RepositoryPath = "clusters/production"
	if report := verifyAll(t, alone, o); !strings.Contains(list(report), "artifact-path clusters") && !strings.Contains(list(report), "nothing matches") {
		t.Errorf("want artifact-path:\n%s", list(report))
	}
}

func TestHazard69_TheTargetNamespaceOfAKustomizationIsThatOfTheObjects(t *testing.T) {
	bundle := fstest.MapFS{
		"repo.yaml": {Data: []byte("apiVersion: source.toolkit.fluxcd.io/v1\nkind: HelmRepository\nmetadata: {name: charts}\nspec: {interval: 1h, url: 'https://charts.example.com'}\n")},
		"web.yaml":  {Data: []byte(strings.ReplaceAll(string(repository()["apps/base/web.yaml"].Data), ", namespace: flux-system", ""))},
		"a.yaml":    {Data: []byte("apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: a}\n")},
	}
	const resources = "resources: [repo.yaml, web.yaml, a.yaml]\n"
	for name, root := range map[string]string{"a kustomization": resources, "one with a namespace of its own": "namespace: other\n" + resources, "none": ""} {
		delete(bundle, listing)
		o := verify.Options{TargetNamespace: "apps", Skip: []string{"kustomization-missing"}}
		if root != "" {
			bundle[listing] = &fstest.MapFile{Data: []byte(root)}
		}
		passes(t, bundle, o)
		o.TargetNamespace = ""
		if report := verifyAll(t, bundle, o); !strings.HasPrefix(root, "namespace") && !report.Worst(verify.SeverityError) {
			t.Errorf("%s: without it the objects have no namespace:\n%s", name, list(report))
		}
	}
	if _, err := verify.Bundle(t.Context(), bundle, verify.Options{TargetNamespace: "A b"}); err == nil || !strings.Contains(err.Error(), "`TargetNamespace`") {
		t.Errorf("got %v", err)
	}
}

func TestHazard69_VariablesWithADefaultAreMeant(t *testing.T) {
	bundle := repository()
	edit("apps/base/kustomization.yaml", "resources: [", "resources: [a.yaml, ")(t, bundle)
	add("apps/base/a.yaml", `apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: p, namespace: "${NS:=apps}"}
spec:
  accessModes: [ReadWriteOnce]
  resources: {requests: {storage: "${SIZE:=5Gi}"}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: d, namespace: flux-system, labels: {a: "${ENV:-dev}"}}
spec:
  replicas: ${REPLICAS:=1}
  paused: ${PAUSED:=false}
  selector: {matchLabels: {a: b}}
  strategy: {rollingUpdate: {maxSurge: "${SURGE:=25%}"}}
  template:
    metadata: {labels: {a: b}}
    spec:
      containers:
      - name: x
        image: x
        imagePullPolicy: ${POLICY:=Always}
        ports: [{containerPort: "${PORT:=80}"}]
        resources: {limits: {memory: "${MEMORY:=1Gi}"}}
`)(t, bundle)
	edit("apps/base/web.yaml", "timeout: 15m", "timeout: ${TIMEOUT:=15m}\n  suspend: ${SUSPEND:=false}")(t, bundle)
	report := passes(t, part(t, bundle, "apps/base"), verify.Options{})
	if !strings.Contains(list(report), "substitution: Deployment flux-system/d has 7 variables with a default") {
		t.Errorf("nothing says that there are variables:\n%s", list(report))
	}
}

func TestHazard69_TheClusterHasWhatBelongsToNoNamespace(t *testing.T) {
	bundle := fstest.MapFS{
		listing:  {Data: []byte("resources: [a.yaml]\n")},
		"a.yaml": {Data: []byte("apiVersion: cert-manager.io/v1\nkind: Certificate\nmetadata: {name: a, namespace: default}\nspec: {secretName: a, issuerRef: {name: a}}\n")},
	}
	const note = "crd-order: nothing in the bundle is known to bring the definition of Certificate.cert-manager.io"
	if text := list(verifyAll(t, bundle, verify.Options{})); !strings.Contains(text, note) {
		t.Errorf("want %q in\n%s", note, text)
	}
	for _, name := range []string{"CustomResourceDefinition certificates.cert-manager.io"} {
		if text := list(verifyAll(t, bundle, verify.Options{External: []string{name}})); strings.Contains(text, note) {
			t.Errorf("%s: %s", name, text)
		}
	}
	for _, wrong := range []string{"CustomResourceDefinition", "Namespace a b", "Namespace /a", "Namespace a/", " a"} {
		if _, err := verify.Bundle(t.Context(), bundle, verify.Options{External: []string{wrong}}); err == nil {
			t.Errorf("%q is taken", wrong)
		}
	}
}

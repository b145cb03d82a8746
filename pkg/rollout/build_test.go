package rollout_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/aicr-flux/aicr/pkg/rollout"
)

const overlay = `
-- kustomization.yaml --
namePrefix: prod-
resources: [base]
components: [gpu]
images: [{name: nginx, newName: mirror/nginx}]
patches:
- target: {kind: ConfigMap}
  patch: '[{"op": "add", "path": "/data/patched", "value": "https://example.com"}]'
configMapGenerator:
- {name: made, literals: [a=b], options: {disableNameSuffixHash: true}}
transformers:
- |
  apiVersion: builtin
  kind: AnnotationsTransformer
  metadata: {name: x}
  annotations: {by: transformer}
  fieldSpecs: [{path: metadata/annotations, create: true}]
-- base/kustomization.yaml --
resources: [a.yaml]
-- base/a.yaml --
apiVersion: v1
kind: ConfigMap
metadata: {name: a, namespace: n}
data: {}
-- gpu/kustomization.yaml --
apiVersion: kustomize.config.k8s.io/v1alpha1
kind: Component
resources: [pod.yaml]
-- gpu/pod.yaml --
apiVersion: v1
kind: Pod
metadata: {name: p, namespace: n}
spec: {containers: [{name: c, image: nginx}]}
`

// TestHazard67_ObjectsAreThoseOfTheBuild reads a bundle whose kustomizations change, add and
// generate.
func TestHazard67_ObjectsAreThoseOfTheBuild(t *testing.T) {
	r := read(t, overlay)
	if r.BuildErr != nil || !r.Built {
		t.Fatal(r.BuildErr)
	}
	object := func(kind, name string) *rollout.Object {
		for _, o := range r.Objects {
			if o.Kind == kind && o.Name == name {
				return o
			}
		}
		t.Fatalf("there is no %s %s among %v", kind, name, r.Objects)
		return nil
	}
	a := object("ConfigMap", "prod-a")
	if a.Text("data", "patched") != "https://example.com" || a.Text("metadata", "annotations", "by") != "transformer" {
		t.Errorf("the build gives %v", a.Content)
	}
	if at := a.Place("data").String(); at != "base/a.yaml:4: ConfigMap n/prod-a: data" {
		t.Errorf("it stands at %s", at)
	}
	if pod := object("Pod", "prod-p"); pod.Text("spec", "containers", 0, "image") != "mirror/nginx" || pod.File != "gpu/pod.yaml" {
		t.Errorf("the pod of %s has %v", pod.File, pod.Content)
	}
	if made := object("ConfigMap", "prod-made"); made.File != "kustomization.yaml" || made.Text("metadata", "annotations", "config.kubernetes.io/origin") != "" {
		t.Errorf("the generated one is of %s: %v", made.File, made.Content)
	}
}

func TestWhatABuildCannotDoHere(t *testing.T) {
	for _, c := range []struct{ name, kustomization, want string }{
		{"a URL", "namePrefix: x-\nresources: [https://example.com/a.yaml]", "names a URL"},
		{"a patch from elsewhere", "patches: [{path: https://example.com/a.yaml}]", "names a URL"},
		{"a file of a generator", "configMapGenerator: [{name: a, files: [k=https://example.com/a]}]", "names a URL"},
		{"a repository", "namePrefix: x-\nresources: ['secret@example.com/org/repo']", `names "…@example.com/org/repo", which the bundle does not hold`},
		{"a transformer of another place", "transformers: [../up.yaml]", `names "../up.yaml", which the bundle does not hold`},
		{"a transformer's URL", "transformers:\n- |\n  apiVersion: builtin\n  kind: PatchTransformer\n  metadata: {name: p}\n  path: http://example.com/a.yaml", "names a URL"},
		{"a generator's file with a URL", "generators: [gen.yaml]\n-- gen.yaml --\nfiles: ['x=http://example.com']", "names a URL"},
		{"a chart", "helmCharts: [{name: x}]", "renders Helm charts"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := read(t, "-- kustomization.yaml --\n"+c.kustomization+"\n")
			if _, ok := errors.AsType[rollout.ErrNotAlone](r.BuildErr); !ok || !strings.Contains(r.BuildErr.Error(), c.want) {
				t.Errorf("got %v, want %s", r.BuildErr, c.want)
			}
		})
	}
}

type brokenBuilder struct{ err error }

func (b brokenBuilder) Build(context.Context, string, map[string][]byte) ([]rollout.BuiltObject, error) {
	return nil, b.err
}

// TestObjectsStandAsInTheFilesWhereTheBuildFails lets others go on with what is there.
func TestObjectsStandAsInTheFilesWhereTheBuildFails(t *testing.T) {
	files := fstest.MapFS{
		"kustomization.yaml": {Data: []byte("namePrefix: x-\nresources: [a.yaml]")},
		"a.yaml":             {Data: []byte("{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}")},
	}
	r, err := rollout.Read(t.Context(), files, rollout.Options{Builder: brokenBuilder{rollout.ErrLimit}})
	if err != nil {
		t.Fatal(err)
	}
	if r.Built || !errors.Is(r.BuildErr, rollout.ErrLimit) || len(r.Objects) != 1 || r.Objects[0].Name != "a" {
		t.Errorf("built %v (%v), objects %v", r.Built, r.BuildErr, r.Objects)
	}
}

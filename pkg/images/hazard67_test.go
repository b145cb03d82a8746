package images

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

// TestHazard67_ImagesAreReadAfterTheBuild, with all values that a release gets.
func TestHazard67_ImagesAreReadAfterTheBuild(t *testing.T) {
	const (
		repo = "{apiVersion: source.toolkit.fluxcd.io/v1, kind: GitRepository, metadata: {name: repo, namespace: flux-system}, spec: {interval: 5m, url: https://git.example.com/a/b.git, ref: {branch: main}}}"
		helm = "{apiVersion: source.toolkit.fluxcd.io/v1, kind: HelmRepository, metadata: {name: repo, namespace: flux-system}, spec: {interval: 5m, url: https://charts.example.com}}"
		head = "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: web, namespace: flux-system}\nspec:\n  interval: 30m\n"
		git  = head + "  chart: {spec: {chart: charts/app, sourceRef: {kind: GitRepository, name: repo}}}\n"
		from = head + "  chart: {spec: {chart: app, version: 1.0.0, sourceRef: {kind: HelmRepository, name: repo}"
		all  = "resources: [repo.yaml, hr.yaml]\n"
	)
	for name, test := range map[string]struct {
		files map[string]string
		want  []string
		warns []string
	}{
		"a patch": {
			files: map[string]string{
				"hr.yaml":            git,
				"kustomization.yaml": all + "patches:\n- target: {kind: HelmRelease, name: web}\n  patch: |\n    - {op: add, path: /spec/values, value: {image: {tag: patched}}}\n",
			},
			want: []string{"ghcr.io/org/app:patched"},
		},
		"images of kustomize": {
			files: map[string]string{
				"hr.yaml": git, "pod.yaml": "{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {containers: [{name: a, image: nginx}]}}",
				"kustomization.yaml": "resources: [repo.yaml, hr.yaml, pod.yaml]\nimages:\n- {name: nginx, newName: mirror.internal:5000/nginx, newTag: \"1.27\"}\n",
			},
			want: []string{"ghcr.io/org/app:base", "mirror.internal:5000/nginx:1.27"},
		},
		"values that are generated": {
			files: map[string]string{
				"hr.yaml": git + "  valuesFrom: [{kind: ConfigMap, name: web-values}]\n", "app-values.yaml": "image: {tag: generated}\n",
				"names.yaml":         "nameReference: [{kind: ConfigMap, version: v1, fieldSpecs: [{path: spec/valuesFrom/name, kind: HelmRelease}]}]\n",
				"kustomization.yaml": all + "configMapGenerator: [{name: web-values, namespace: flux-system, files: [values.yaml=app-values.yaml]}]\nconfigurations: [names.yaml]\n",
			},
			want: []string{"ghcr.io/org/app:generated"},
		},
		"a targetPath": {
			files: map[string]string{
				"hr.yaml":            git + "  valuesFrom: [{kind: ConfigMap, name: tag, valuesKey: tag, targetPath: image.tag}]\n",
				"cm.yaml":            "{apiVersion: v1, kind: ConfigMap, metadata: {name: tag, namespace: flux-system}, data: {tag: \"1.10\"}}",
				"kustomization.yaml": "resources: [repo.yaml, hr.yaml, cm.yaml]\n",
			},
			want: []string{"ghcr.io/org/app:1.10"},
		},
		"values files of a chart from Git": {
			files: map[string]string{
				"hr.yaml":            head + "  chart: {spec: {chart: charts/app, sourceRef: {kind: GitRepository, name: repo}, valuesFiles: [charts/app/values.yaml, charts/app/prod.yaml]}}\n",
				"kustomization.yaml": all,
			},
			want: []string{"ghcr.io/org/app:prod"},
		},
		"values files of a chart that is pulled": {
			files: map[string]string{"hr.yaml": from + ", valuesFiles: [values.yaml, ./prod.yaml, none.yaml], ignoreMissingValuesFiles: true}}\n", "kustomization.yaml": all, "repo.yaml": helm},
			want:  []string{"ghcr.io/org/app:prod"},
		},
		"postRenderers": {
			files: map[string]string{
				"hr.yaml": git + "  postRenderers:\n  - kustomize: {images: [{name: ghcr.io/org/app, newName: mirror.internal/app}]}\n" +
					"  - kustomize: {patches: [{target: {kind: Pod, name: other}, patch: \"- {op: remove, path: /spec}\"}, {target: {kind: Pod}, patch: \"- {op: add, path: /spec/containers/-, value: {name: b, image: 'quay.io/side/car:1'}}\"}]}\n",
				"kustomization.yaml": all,
			},
			want:  []string{"mirror.internal/app:base", "quay.io/side/car:1"},
			warns: []string{`release "web": patches[0] of its postRenderers[1] patches nothing`},
		},
		"a variable of Flux": {
			files: map[string]string{"hr.yaml": git + "  values: {image: {tag: \"${TAG}\"}}\n", "kustomization.yaml": all},
			warns: []string{`release "web": app/templates/pod.yaml has the image reference "ghcr.io/org/app:${TAG}", which is completed in the cluster`},
		},
	} {
		t.Run(name, func(t *testing.T) {
			fsys := fstest.MapFS{}
			for name, text := range map[string]string{
				"repo.yaml": repo, "charts/app/Chart.yaml": "apiVersion: v2\nname: app\nversion: 1.0.0\n", "charts/app/values.yaml": "image: {repository: ghcr.io/org/app, tag: base}\n",
				"charts/app/prod.yaml":          "image: {tag: prod}\n",
				"charts/app/templates/pod.yaml": "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: a, image: \"{{ .Values.image.repository }}:{{ .Values.image.tag }}\"}]}\n",
			} {
				fsys[name] = &fstest.MapFile{Data: []byte(text)}
			}
			for name, text := range test.files {
				fsys[name] = &fstest.MapFile{Data: []byte(text)}
			}
			report, err := List(t.Context(), fsys, Options{Puller: &shelf{t: t, fsys: fsys}})
			if err != nil {
				t.Fatal(err)
			}
			references, _ := report.Pulled()
			if diff := cmp.Diff(test.want, references); diff != "" {
				t.Errorf("-want +got: %s", diff)
			}
			if !slices.EqualFunc(test.warns, report.Warnings, func(want, got string) bool { return strings.HasPrefix(got, want) }) {
				t.Errorf("%q", report.Warnings)
			}
		})
	}
}

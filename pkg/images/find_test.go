package images

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/yaml"
)

func decode(t *testing.T, text string) map[string]any {
	t.Helper()
	var object map[string]any
	if err := yaml.Unmarshal([]byte(text), &object); err != nil {
		t.Fatal(err)
	}
	return object
}

// shown is how tests write what is found.
func shown(all []found) []string {
	var lines []string
	for _, f := range all {
		line := string(f.how) + " " + f.reference
		if f.note != "" {
			line += " (" + f.note + ")"
		}
		lines = append(lines, line)
	}
	return lines
}

func TestImagesInObjects(t *testing.T) {
	for name, test := range map[string]struct {
		object string
		want   []string
	}{
		"every kind of container, and a volume": {
			`{apiVersion: apps/v1, kind: Deployment, spec: {template: {spec: {
				containers: [{image: "quay.io/a/a:1"}, {name: none}], initContainers: [{image: "b"}], ephemeralContainers: [{image: "c@sha256:1111111111111111111111111111111111111111111111111111111111111111"}],
				volumes: [{name: x, image: {reference: "d:1"}}, {name: y, configMap: {name: image}}]}}}}`,
			[]string{
				"container quay.io/a/a:1", "container docker.io/library/c@sha256:1111111111111111111111111111111111111111111111111111111111111111",
				"container docker.io/library/b:latest", "volume docker.io/library/d:1",
			},
		},
		"a CronJob": {
			`{apiVersion: batch/v1, kind: CronJob, spec: {jobTemplate: {spec: {template: {spec: {containers: [{image: "a:1"}]}}}}}}`,
			[]string{"container docker.io/library/a:1"},
		},
		"a list": {
			`{apiVersion: v1, kind: List, items: [{apiVersion: v1, kind: Pod, spec: {containers: [{image: "a:1"}]}}, {apiVersion: x.io/v1, kind: Y, spec: {image: "b:2"}}]}`,
			[]string{"container docker.io/library/a:1", "field docker.io/library/b:2"},
		},
		"a pod template in a custom resource": {
			`{apiVersion: leaderworkerset.x-k8s.io/v1, kind: LeaderWorkerSet, spec: {leaderWorkerTemplate: {workerTemplate: {spec: {containers: [{image: "a/b:1"}]}}}}}`,
			[]string{"container docker.io/a/b:1"},
		},
		"what an operator is told": {
			`{apiVersion: apps/v1, kind: Deployment, spec: {template: {spec: {containers: [{image: "a:1",
				env: [{name: RELATED_IMAGE_B, value: "b/b:1"}, {name: IMAGE_PULL_POLICY, value: Always}, {name: C, value: "ghcr.io/c/c:v1"}, {name: D, value: "d/d:1"},
					{name: URL, value: "https://a.b/c:v1"}, {name: IMAGE_DIR, value: /var/images}],
				args: ["--solver-image=quay.io/e/e:v1", "--config-reloader", "quay.io/f/f:v0.1", "--listen=0.0.0.0:80", "--url=https://a.b/c:v1", "--peer=h.example/p:8080"],
				command: ["run"]}]}}}}`,
			[]string{
				"container docker.io/library/a:1", "environment ghcr.io/c/c:v1", "environment docker.io/b/b:1", "argument quay.io/e/e:v1", "argument quay.io/f/f:v0.1",
			},
		},
		"a ClusterPolicy": {
			`{apiVersion: nvidia.com/v1, kind: ClusterPolicy, spec: {
				driver: {repository: nvcr.io/nvidia, image: driver, version: "580.82.07", manager: {repository: nvcr.io/nvidia/cloud-native, image: k8s-driver-manager, version: v0.8}},
				dcgm: {repository: nvcr.io/nvidia, image: dcgm, version: "sha256:2222222222222222222222222222222222222222222222222222222222222222"},
				toolkit: {repository: nvcr.io/nvidia, image: toolkit, version: v1, digest: "sha256:3333333333333333333333333333333333333333333333333333333333333333"},
				vgpuManager: {repository: "", image: vgpu-manager, version: "", imagePullPolicy: Always},
				mig: {repository: nvcr.io/nvidia, image: by-default}, gds: {enabled: false}}}`,
			[]string{
				"repository and name nvcr.io/nvidia/dcgm@sha256:2222222222222222222222222222222222222222222222222222222222222222",
				"repository and name nvcr.io/nvidia/cloud-native/k8s-driver-manager:v0.8",
				"repository and name nvcr.io/nvidia/driver (580.82.07-OS, with the node's operating system, such as ubuntu24.04)",
				"repository and name nvcr.io/nvidia/by-default (written without a tag, which its reader may complete)",
				"repository and name nvcr.io/nvidia/toolkit:v1@sha256:3333333333333333333333333333333333333333333333333333333333333333",
			},
		},
		"fields of a custom resource": {
			`{apiVersion: monitoring.coreos.com/v1, kind: Prometheus, spec: {image: "quay.io/p/p:v3", baseImage: "quay.io/p/base", diskImage: none, image2: "x:1",
				sidecar: {registry: ghcr.io, repository: s/s, tag: v2}, git: {repository: "https://x.y/z", ref: main}}}`,
			[]string{"repository and name ghcr.io/s/s:v2", "field quay.io/p/p:v3", "field quay.io/p/base (written without a tag, which its reader may complete)"},
		},
		"an image and its version, as in a Skyhook": {
			`{apiVersion: skyhook.nvidia.com/v1alpha1, kind: Skyhook, spec: {packages: {
				a: {image: ghcr.io/n/shellscript, version: 1.1.1},
				b: {image: ghcr.io/n/tuned, version: "0.3", containerSHA: "sha256:4444444444444444444444444444444444444444444444444444444444444444"},
				c: {image: "ghcr.io/n/whole:v1", version: "2"}, d: {image: ghcr.io/n/number, version: 3}}}}`,
			[]string{
				"repository and name ghcr.io/n/shellscript:1.1.1",
				"repository and name ghcr.io/n/tuned:0.3@sha256:4444444444444444444444444444444444444444444444444444444444444444",
				"field ghcr.io/n/whole:v1", "repository and name ghcr.io/n/number:3",
			},
		},
		"a container in a custom resource, by one word": {
			`{apiVersion: argoproj.io/v1alpha1, kind: Workflow, spec: {image: word, templates: [
				{container: {image: alpine, command: [sh], args: ["--worker-image=org/worker:1"]}}, {script: {image: python, source: x, imagePullPolicy: Always}}]}}`,
			[]string{"field docker.io/library/alpine:latest", "argument docker.io/org/worker:1", "field docker.io/library/python:latest"},
		},
		"taints, and parts of references, are no images": {
			`{apiVersion: v1, kind: Pod, spec: {containers: [{args: ["--taint=nvidia.com/gpu:NoSchedule", "--image-repository=registry.k8s.io/x", "--image-pull-policy=Always", "--image", "org/a:1", "org/b:1"],
				env: [{name: IMAGE_REPOSITORY, value: quay.io/org}, {name: IMAGE_A, value: "org/c:1"}, {name: B_IMAGE, value: org/d}, {name: TAINT, value: "node.kubernetes.io/a:NoExecute"}]}]}}`,
			[]string{"environment docker.io/org/d (written without a tag, which its reader may complete)", "environment docker.io/org/c:1", "argument docker.io/org/a:1"},
		},
		"texts of a ConfigMap": {
			`{apiVersion: v1, kind: ConfigMap, data: {a.sh: "image: $1\n  x: [", b.json: '{"spec": {"containers": [{"image": "busybox"}]}}', c.txt: "the image: of a\n: b",
				d.yaml: "a: 1\n---\nworker: {image: {repository: quay.io/org/w, tag: 1}}\nagentImage: quay.io/org/a\nimage: word\n"}}`,
			[]string{"text docker.io/library/busybox:latest", "text quay.io/org/w:1", "text quay.io/org/a (written without a tag, which its reader may complete)"},
		},
		"a Secret in clear, and one that is not": {
			`{apiVersion: v1, kind: Secret, stringData: {a: "image: org/a:1"}, data: {b: "image: org/b:1"}}`,
			[]string{"text docker.io/org/a:1"},
		},
		"Kubernetes' own kinds speak of images without needing them": {
			`{apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, spec: {example: {image: "a:1", repository: a, tag: b}}}`, nil,
		},
		"a ConfigMap": {`{apiVersion: v1, kind: ConfigMap, data: {image: "a:1"}}`, nil},
		"nonsense":    {`{apiVersion: 1, kind: [], items: 3, spec: {containers: {image: 2}, volumes: [a, {image: b}], initContainers: [null, {image: "UPPER CASE", env: x, args: y}]}}`, []string{"strange UPPER CASE"}},
	} {
		t.Run(name, func(t *testing.T) {
			f := Options{}.inObject(decode(t, test.object))
			got := f.all
			for _, text := range f.strange {
				got = append(got, found{how: "strange", reference: text})
			}
			if diff := cmp.Diff(test.want, shown(got)); diff != "" {
				t.Errorf("-want +got: %s", diff)
			}
		})
	}
}

func TestImagesInValues(t *testing.T) {
	got := inValues(decode(t, `
driver: {repository: nvcr.io/nvidia, image: driver, version: "580", nested: [{repository: r.io/, image: i, tag: t}]}
off: {repository: nvcr.io/nvidia, image: unknown}
image: {repository: nginx, tag: "1"}
plain: {image: "a:1"}
number: {version: 17}
only: {enabled: true}
list: [{version: "1"}]
`), decode(t, `
number: {repository: nvcr.io/nvidia, image: toolkit, version: "16"}
only: {repository: nvcr.io/nvidia, image: never, version: "1", enabled: false}
list: [{repository: nvcr.io/nvidia, image: never}]
`))
	if diff := cmp.Diff([]string{"repository and name nvcr.io/nvidia/driver:580", "repository and name r.io/i:t", "repository and name nvcr.io/nvidia/toolkit:17"}, shown(got)); diff != "" {
		t.Errorf("-want +got: %s", diff)
	}
}

func TestParse(t *testing.T) {
	const digest = "@sha256:1111111111111111111111111111111111111111111111111111111111111111"
	for written, want := range map[string]found{
		"nginx":                       {reference: "docker.io/library/nginx:latest", untagged: true},
		"org/app:1":                   {reference: "docker.io/org/app:1"},
		"docker.io/nginx:1":           {reference: "docker.io/library/nginx:1"},
		"index.docker.io/org/app:1":   {reference: "docker.io/org/app:1"},
		"a.io/index.docker.io/app:1":  {reference: "a.io/index.docker.io/app:1"},
		"localhost:5000/a":            {reference: "localhost:5000/a:latest", untagged: true},
		"10.0.0.1:5000/a/b:v1":        {reference: "10.0.0.1:5000/a/b:v1"},
		"ghcr.io/org/app:v1" + digest: {reference: "ghcr.io/org/app:v1" + digest, pinned: true},
		"app" + digest:                {reference: "docker.io/library/app" + digest, pinned: true},
	} {
		want.written = written
		if got, ok := parse(written, ""); !ok || got != want {
			t.Errorf("%s: %+v, %t", written, got, ok)
		}
	}
	for _, bad := range []string{"", "a b", "UPPER", "https://a/b", "a@sha256:1", "a:", "<no value>", ":v1"} {
		if got, ok := parse(bad, ""); ok {
			t.Errorf("%q is taken for %+v", bad, got)
		}
	}
}

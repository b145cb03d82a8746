package images

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestHazard68_WhatOperatorsPutTogether holds the table of facts, and the forms that are common,
// against objects as real charts render them.
func TestHazard68_WhatOperatorsPutTogether(t *testing.T) {
	const completes = " (written without a tag, which its reader may complete)"
	for name, test := range map[string]struct {
		object string
		nodes  []string
		want   []string
	}{
		"the Config of KAI-Scheduler": {
			object: `{apiVersion: kai.scheduler/v1, kind: Config, spec: {
				binder: {service: {enabled: true, image: {name: binder, repository: ghcr.io/kai, tag: v0.14.1, pullPolicy: Always}},
					resourceReservation: {image: {name: resource-reservation, repository: ghcr.io/kai, tag: v0.14.1}}},
				scheduler: {service: {image: {name: scheduler, repository: ghcr.io/kai}}}, podGrouper: {service: {image: {name: podgrouper}}},
				nodeScaleAdjuster: {service: {enabled: false, image: {name: adjuster, repository: ghcr.io/kai, tag: v0.14.1}}, args: {scalingPodImage: {name: pod, repository: ghcr.io/kai, tag: v0.14.1}}}}}`,
			want: []string{
				"repository and name ghcr.io/kai/resource-reservation:v0.14.1", "repository and name ghcr.io/kai/binder:v0.14.1",
				"off repository and name ghcr.io/kai/pod:v0.14.1", "off repository and name ghcr.io/kai/adjuster:v0.14.1",
				"repository and name ghcr.io/kai/scheduler" + completes, "note the operator completes the name of the image podgrouper on its own",
			},
		},
		"what a ClusterPolicy deploys only for virtual machines, and what a node completes": {
			object: `{apiVersion: nvidia.com/v1, kind: ClusterPolicy, spec: {sandboxWorkloads: {enabled: false}, vgpuManager: {enabled: false, image: vgpu-manager, imagePullPolicy: Always},
				driver: {repository: nvcr.io/nvidia, image: driver, version: "580.82.07", manager: {repository: nvcr.io/nvidia/cloud-native, image: k8s-driver-manager, version: v0.8}},
				gdrcopy: {repository: nvcr.io/nvidia, image: gdrdrv, version: "sha256:2222222222222222222222222222222222222222222222222222222222222222"},
				vfioManager: {enabled: true, repository: nvcr.io/nvidia, image: cuda, version: v1}}}`,
			nodes: []string{"ubuntu24.04", "rhel9/arm64"},
			want: []string{
				"repository and name nvcr.io/nvidia/cloud-native/k8s-driver-manager:v0.8", "repository and name nvcr.io/nvidia/driver:580.82.07-ubuntu24.04",
				"repository and name nvcr.io/nvidia/driver:580.82.07-rhel9",
				"repository and name nvcr.io/nvidia/gdrdrv@sha256:2222222222222222222222222222222222222222222222222222222222222222", "off repository and name nvcr.io/nvidia/cuda:v1",
			},
		},
		"a driver that is compiled for a kernel": {
			object: `{apiVersion: nvidia.com/v1alpha1, kind: NVIDIADriver, spec: {repository: nvcr.io/nvidia, image: driver, version: "580", usePrecompiled: true}}`,
			nodes:  []string{"ubuntu24.04"},
			want:   []string{"repository and name nvcr.io/nvidia/driver (580-KERNEL-OS, with the node's kernel and operating system)"},
		},
		"a NicClusterPolicy with a repository for all": {
			object: `{apiVersion: mellanox.com/v1alpha1, kind: NicClusterPolicy, spec: {global: {repository: nvcr.io/nvidia/mellanox, version: v26.7},
				ofedDriver: {image: doca-driver, repository: mirror.internal:5000/mellanox, version: doca3.2}, secondaryNetwork: {multus: {image: multus-cni}}}}`,
			nodes: []string{"ubuntu24.04", "ubuntu24.04/arm64"},
			want: []string{
				"repository and name mirror.internal:5000/mellanox/doca-driver:doca3.2-ubuntu24.04-amd64", "repository and name mirror.internal:5000/mellanox/doca-driver:doca3.2-ubuntu24.04-arm64",
				"repository and name nvcr.io/nvidia/mellanox/multus-cni:v26.7",
			},
		},
		"fields that are references, though their names do not tell": {
			object: `{apiVersion: v1, kind: List, items: [
				{apiVersion: apps.nvidia.com/v1alpha1, kind: NIMCache, spec: {source: {ngc: {modelPuller: "nvcr.io/nim/meta/llama:1.3", authSecret: a/b}}}},
				{apiVersion: postgresql.cnpg.io/v1, kind: Cluster, spec: {imageName: "ghcr.io/cloudnative-pg/postgresql:17"}},
				{apiVersion: pkg.crossplane.io/v1, kind: Provider, spec: {package: "xpkg.crossplane.io/p/aws:v1"}}]}`,
			want: []string{"field nvcr.io/nim/meta/llama:1.3", "field ghcr.io/cloudnative-pg/postgresql:17", "field xpkg.crossplane.io/p/aws:v1"},
		},
		"pieces in fields of a custom resource": {
			object: `{apiVersion: x.io/v1, kind: Y, spec: {imageRegistry: quay.io, imageRepository: org/y, imageTag: v1, sidecarImageRepository: ghcr.io/org/s, sidecarImageVersion: "2",
				image: {repository: org/named, name: app, tag: 3}, items: [{name: entry, repository: org/entry, tag: v4}], chart: {repository: "https://charts.example.com", version: "1"},
				gitRepository: org/git, gitTag: v1, mirror: {hub: docker.io/istio, image: proxyv2, tag: "1.2"}, agent: {image: {repository: quay.io/org/agent, tag: ""}}}}`,
			want: []string{
				"repository and name quay.io/org/agent" + completes, "repository and name docker.io/org/named/app:3", "repository and name docker.io/org/entry:v4",
				"repository and name docker.io/istio/proxyv2:1.2", "repository and name quay.io/org/y:v1", "repository and name ghcr.io/org/s:2",
			},
		},
		"variables that make a reference together": {
			object: `{apiVersion: apps/v1, kind: Deployment, spec: {template: {spec: {containers: [{image: "localhost:5000/a:1", env: [
				{name: AGW_PROXY_IMAGE_REGISTRY, value: cr.agentgateway.dev}, {name: AGW_PROXY_IMAGE_REPOSITORY, value: agentgateway},
				{name: PROBE_IMAGE_REPOSITORY, value: quay.io/org/probe}, {name: PROBE_IMAGE_TAG, value: v2}, {name: MS_REPOSITORY, value: ghcr.io/kai}, {name: MS_TAG, value: v1}, {name: INIT_CONTAINER_IMAGE, value: grove-initc}, {name: NO_IMAGE, value: none},
				{name: REGISTRY, value: "registry.internal:5000"}, {name: OWN, value: "$(REGISTRY)/org/own:$(MS_TAG)"},
				{name: KAFKA_IMAGES, value: "4.0.0=quay.io/k/kafka:4.0.0\n4.1.0=quay.io/k/kafka:4.1.0\n"}, {name: PODS, value: '{"image": {"repository": "quay.io/org/json", "tag": "v3"}}'}],
				args: ['--pod={"containers": [{"image": "busybox"}]}', "--reloader=$(REGISTRY)/reloader:v1", "--default-base-image=quay.io/p/base", "--default-image=quay.io/p/d:$(UNKNOWN)"]}]}}}}`,
			want: []string{
				"container localhost:5000/a:1", "environment quay.io/k/kafka:4.0.0", "environment quay.io/k/kafka:4.1.0", "environment registry.internal:5000/org/own:v1",
				"environment quay.io/org/json:v3", "environment cr.agentgateway.dev/agentgateway" + completes, "environment quay.io/org/probe:v2",
				"argument docker.io/library/busybox:latest", "argument registry.internal:5000/reloader:v1", "argument quay.io/p/base" + completes,
				"note INIT_CONTAINER_IMAGE is grove-initc, which may be the end of an image's name",
			},
		},
		"variables in a ConfigMap": {
			object: `{apiVersion: v1, kind: ConfigMap, data: {RELATED_IMAGE_MARIADB: "docker.mariadb.com/mariadb:11.8", RELATED_IMAGE_MARIADB_NAME: docker.mariadb.com/mariadb,
				queue-sidecar-image: "gcr.io/knative/queue@sha256:3333333333333333333333333333333333333333333333333333333333333333", EXPORTER_IMAGE: prom/mysqld-exporter,
				url: "https://a.b/c:v1", host: "a.example/b", _example: "image: org/example:latest", script.sh: "echo image:\n  crictl pull x"}}`,
			want: []string{
				"text docker.io/prom/mysqld-exporter" + completes, "text docker.mariadb.com/mariadb:11.8",
				"text gcr.io/knative/queue@sha256:3333333333333333333333333333333333333333333333333333333333333333",
			},
		},
		"annotations": {
			object: `{apiVersion: v1, kind: List, items: [{apiVersion: v1, kind: Namespace, metadata: {labels: {istio-injection: enabled}}}, {apiVersion: apps/v1, kind: Deployment, spec: {template: {metadata: {labels: {sidecar.istio.io/inject: "true"}, annotations: {sidecar.istio.io/proxyImage: "docker.io/istio/proxyv2:1.27", vault.hashicorp.com/agent-inject: "true", linkerd.io/inject: disabled, example.com/image: word}}}}}]}`,
			want: []string{
				"annotation docker.io/istio/proxyv2:1.27",
				"note Istio adds a container to pods, whose image stands in its own configuration (istio-injection: enabled)",
				"note Vault adds a container to pods, whose image stands in its own configuration (vault.hashicorp.com/agent-inject: true)",
			},
		},
		"what is in no object": {
			object: `{apiVersion: operators.coreos.com/v1alpha1, kind: Subscription, spec: {name: gpu-operator-certified, source: certified-operators}}`,
			want:   []string{"note the images of the operator that OLM installs stand in its catalog; mirror that, for example with oc-mirror"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			f := Options{NodeOS: test.nodes}.inObject(decode(t, test.object))
			var got []string
			for i, line := range shown(f.all) {
				if f.all[i].off {
					line = "off " + line
				}
				got = append(got, line)
			}
			for _, note := range f.notes {
				got = append(got, "note "+note)
			}
			for _, text := range f.strange {
				got = append(got, "strange "+text)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("-want +got: %s", diff)
			}
		})
	}
}

func TestHazard68_NoTagIsInvented(t *testing.T) {
	for _, object := range []string{
		`{apiVersion: x.io/v1, kind: Y, spec: {image: quay.io/org/a}}`,
		`{apiVersion: x.io/v1, kind: Y, spec: {image: {repository: quay.io/org/a}}}`,
		`{apiVersion: x.io/v1, kind: Y, spec: {repository: quay.io/org, image: a}}`,
		`{apiVersion: v1, kind: Pod, spec: {containers: [{args: ["--base-image=quay.io/org/a"]}]}}`,
		`{apiVersion: v1, kind: ConfigMap, data: {A_IMAGE: quay.io/org/a}}`,
		`{apiVersion: v1, kind: ConfigMap, data: {a.yaml: "image: quay.io/org/a"}}`,
	} {
		report, err := gather([]result{{name: "a", manifest: Options{}.inObject(decode(t, object)).all}})
		references, left := report.Pulled()
		if err != nil || len(references) > 0 || len(left) != 1 || !strings.HasPrefix(left[0], "quay.io/org/a of a is left out") {
			t.Errorf("%s: %q, %q, %v", object, references, left, err)
		}
	}
}

// TestFactsHaveSources: nobody can check a fact that does not say where it is from.
func TestFactsHaveSources(t *testing.T) {
	for _, f := range facts() {
		if f.source == "" || f.group == "" || f.kind == "" || f.field == "" && f.elsewhere == "" {
			t.Errorf("%+v", f)
		}
	}
	for _, i := range injectors() {
		if i.source == "" || i.mark == "" || i.who == "" {
			t.Errorf("%+v", i)
		}
	}
}

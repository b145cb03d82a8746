package checks_test

import "testing"

func TestSourceUnused(t *testing.T) {
	each(t, "source-unused",
		defect{
			name: "a chart repository", breakIt: edit(release, "name: helm-ngc-nvidia-com-nvidia", "name: charts-jetstack-io"),
			at: "sources/helmrepo-helm-ngc-nvidia-com-nvidia.yaml:2", says: "nothing uses it", warning: true,
		},
		defect{
			name: "an artifact", mode: "oci", at: generator + ":17", path: "spec.artifacts[1]", says: "ExternalArtifact flux-system/more", warning: true,
			breakIt: add(generator, `# Generated
apiVersion: source.extensions.fluxcd.io/v1beta1
kind: ArtifactGenerator
metadata: {name: gpu-operator-pre-chart, namespace: flux-system}
spec:
  sources:
  - {alias: bundle, kind: OCIRepository, name: aicr-bundle}
  artifacts:
  - name: gpu-operator-pre-chart
    copy:
    - from: "@bundle/gpu-operator-pre/Chart.yaml"
      to: "@artifact/gpu-operator-pre/"
    - from: "@bundle/gpu-operator-pre/templates/**"
      to: "@artifact/gpu-operator-pre/templates/"

  # one more
  - name: more
    copy:
    - from: "@bundle/kustomization.yaml"
      to: "@artifact/"
`),
		},
	)
}

package checks_test

import "testing"

func TestSourceURL(t *testing.T) {
	const (
		helm = "sources/helmrepo-charts-jetstack-io.yaml"
		url  = "https://charts.jetstack.io"
		git  = "https://github.com/acme/clusters.git"
	)
	ociRepository := func(address string) string {
		return `apiVersion: source.toolkit.fluxcd.io/v1
kind: OCIRepository
metadata: {name: charts-jetstack-io, namespace: flux-system}
spec:
  interval: 1h
  ref: {tag: 1.17.2}
  url: ` + address + "\n"
	}
	each(t, "source-url",
		defect{name: "git's short form", breakIt: edit(gitSource, git, "git@github.com:acme/clusters.git"), at: gitSource + ":9", path: "spec.url", says: "short form"},
		defect{name: "a scheme of git", breakIt: edit(gitSource, git, "git://github.com/acme/clusters.git"), at: gitSource + ":9", says: `no "git://" for a GitRepository`},
		defect{name: "a path", breakIt: edit(gitSource, git, "./clusters"), at: gitSource + ":9", says: "no scheme"},
		defect{name: "empty", breakIt: edit(helm, url, `""`), at: helm + ":9", says: "empty"},
		defect{name: "no host", breakIt: edit(helm, url, "https:///charts"), at: helm + ":9", says: "needs a host"},
		defect{name: "a registry without type", breakIt: edit(helm, url, "oci://quay.io/jetstack/charts"), at: helm + ":9", says: "default type"},
		defect{name: "a type without a registry", breakIt: edit(helm, "  url:", "  type: oci\n  url:"), at: helm + ":10", says: "not one of an OCI registry"},
		defect{
			name: "a tag", at: helm + ":7", says: "a tag or a digest",
			breakIt: all(
				add(helm, ociRepository("oci://quay.io:443/jetstack/charts/cert-manager:v1.17.2")),
				edit("cert-manager/helmrelease.yaml", `  chart:
    spec:
      chart: cert-manager
      version: 1.17.2
      interval: 10m
      sourceRef:
        kind: HelmRepository
        name: charts-jetstack-io
        namespace: flux-system
`, `  chartRef:
    kind: OCIRepository
    name: charts-jetstack-io
`),
			),
		},
	)
}

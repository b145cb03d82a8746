package checks_test

import (
	"io/fs"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/aicr-flux/aicr/pkg/verify"
	"github.com/aicr-flux/aicr/pkg/verify/format"
)

// overlay is a bundle whose objects are good only after its build: the namespace comes from a
// transformer, the version of the chart and a valid name from patches, the source from a component.
func overlay() fstest.MapFS {
	bundle := fstest.MapFS{}
	for name, text := range map[string]string{
		"kustomization.yaml": `apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
namespace: flux-system
resources: [apps/base]
components: [apps/charts]
patches:
- path: version.yaml
- target: {kind: ConfigMap}
  options: {allowNameChange: true}
  patch: '- {op: replace, path: /metadata/name, value: web-settings}'
`,
		"version.yaml": `apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: web}
spec: {chart: {spec: {version: 1.2.3}}}
`,
		"apps/base/kustomization.yaml": "resources: [hr.yaml, settings.yaml]\n",
		"apps/base/hr.yaml": `apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: web}
spec:
  interval: 30m
  timeout: 15m
  releaseName: web
  targetNamespace: web
  storageNamespace: web
  install: {createNamespace: true, crds: CreateReplace, strategy: {name: RetryOnFailure}}
  upgrade: {crds: CreateReplace, strategy: {name: RetryOnFailure}}
  chart: {spec: {chart: web, sourceRef: {kind: HelmRepository, name: charts}}}
`,
		"apps/base/settings.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: _}\ndata: {a: b}\n",
		"apps/charts/kustomization.yaml": `apiVersion: kustomize.config.k8s.io/v1alpha1
kind: Component
resources: [repo.yaml]
`,
		"apps/charts/repo.yaml": `apiVersion: source.toolkit.fluxcd.io/v1
kind: HelmRepository
metadata: {name: charts}
spec: {interval: 1h, url: "https://charts.example.com"}
`,
	} {
		bundle[name] = &fstest.MapFile{Data: []byte(text), Mode: 0o644}
	}
	return bundle
}

func TestHazard69_AnOverlayIsJudgedAsItIsBuilt(t *testing.T) {
	if report := passes(t, overlay(), verify.Options{}); report.Objects != 3 || report.Releases != 1 {
		t.Errorf("%d objects and %d releases, want 3 and 1", report.Objects, report.Releases)
	}
	// Without its patch the same overlay has what the patch hides.
	bundle := overlay()
	edit(listing, "- path: version.yaml\n", "")(t, bundle)
	if report := verifyAll(t, bundle, verify.Options{}); len(report.Findings) != 1 || report.Findings[0].Check != "version-missing" {
		t.Errorf("want version-missing:\n%s", list(report))
	}
}

// TestHazard69_WhatOnlyABuildNamesIsNotJudged has a component that no build fetches here.
func TestHazard69_WhatOnlyABuildNamesIsNotJudged(t *testing.T) {
	const root = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [a.yaml]\n"
	for _, text := range []string{
		"apiVersion: v1\nkind: Namespace\nmetadata: {name: _}\n",
		"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: _}\ndata: {a: b}\n",
		"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {a: b}\n",
	} {
		bundle := fstest.MapFS{"a.yaml": {Data: []byte(text)}, listing: {Data: []byte(root)}}
		if report := verifyAll(t, bundle, verify.Options{}); len(report.Findings) != 1 || report.Findings[0].Check != "object-metadata" {
			t.Errorf("%swant object-metadata without a build:\n%s", text, list(report))
		}
		bundle[listing].Data = []byte(root + "namespace: web\ncomponents: ['https://github.com/org/repo//components/x?ref=v1']\n")
		if report := passes(t, bundle, verify.Options{}); !strings.Contains(list(report), "object-metadata: ") {
			t.Errorf("%snothing says what is not judged:\n%s", text, list(report))
		}
	}
}

// TestHazard71_FiveRunsGiveTheSameBytes verifies bundles with many findings, in every format.
func TestHazard71_FiveRunsGiveTheSameBytes(t *testing.T) {
	broken := load(t, "git")
	all(
		edit(listing, "resources:", "resources:\n- gone.yaml\n- own.yaml\n- gpu-operator"),
		add("own.yaml", "apiVersion: v1\nkind: Secret\nmetadata: {name: A, namespace: _, labels: {b: 1, c: 2, -d: x}}\nstringData: {a: hunter22, b: hunter23}\n"),
		add("not/listed.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: b}\n"),
		edit(configMap, "values.yaml: |", "values.yaml: |\n    one: {apiToken: abcdefgh}\n    two: {password: abcdefgi, none: ''}"),
		edit(template, "kind:", "{{ fail .Values }}\nkind:"),
	)(t, broken)
	bundles := map[string]fs.FS{"broken": broken}
	for _, name := range others(t) {
		bundles[name] = os.DirFS("testdata/others/" + name)
	}
	for name, bundle := range bundles {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			first := map[string]string{}
			for run := range 5 {
				report := verifyAll(t, bundle, verify.Options{})
				if name == "broken" && len(report.Findings) < 8 {
					t.Fatalf("too few findings:\n%s", list(report))
				}
				for _, f := range format.Names() {
					text := formatted(t, f, report)
					if run > 0 && text != first[f] {
						t.Fatalf("run %d gives another %s:\n%s\n%s", run+1, f, first[f], text)
					}
					first[f] = text
				}
			}
		})
	}
}

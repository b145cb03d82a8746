package flux_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/aicr-flux/aicr/pkg/deployer/flux"
	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/localformat"
)

func vendoring() *flux.Generator {
	g := newGenerator(chartRef("gpu"), chartRef("b"))
	g.RecipeResult.ComponentRefs[0].Chart = "gpu-operator"
	g.ComponentValues["gpu"] = map[string]any{"a": "b", "c": "d"}
	g.DynamicValues["gpu"] = []string{"c", "e"}
	g.VendorCharts = true
	return g
}

func TestVendoredChartsGetTheirValues(t *testing.T) {
	g := vendoring()
	g.Puller = stubPuller{t}
	for _, g := range []*flux.Generator{g, inOCI(g)} {
		plan, fsys, report := proved(t, g)
		samePlan(t, plan, fsys)
		for name := range fsys {
			if strings.HasPrefix(name, "sources/helmrepo") {
				t.Errorf("%s: the cluster needs no chart repository", name)
			}
		}
		for _, c := range report.Charts {
			want := map[string]string{"gpu": `{"a":"b","c":"d","global":{},"own":"default"}`, "b": `{"global":{},"own":"default"}`}[c.Release]
			if got := c.Manifests[0].Object()["data"].(map[string]any)["values"]; got != want {
				t.Errorf("%s sees %s, want %s", c.Release, got, want)
			}
		}
		provenance := readAs[localformat.Provenance](t, fsys, "provenance.yaml")
		if len(provenance.VendoredCharts) != 2 || provenance.VendoredCharts[0].Name != "b" || provenance.VendoredCharts[1].Chart != "gpu-operator" {
			t.Errorf("%+v", provenance)
		}
	}
	// Switching it off leaves the release as it is, but for its chart.
	with := helmRelease(t, func() (fsys fstest.MapFS) { _, fsys = render(t, g); return }(), "gpu")
	g.VendorCharts = false
	_, fsys, _ := proved(t, g)
	without := helmRelease(t, fsys, "gpu")
	if with.Spec.ReleaseName != without.Spec.ReleaseName || with.Spec.StorageNamespace != without.Spec.StorageNamespace {
		t.Errorf("%+v %+v", with.Spec, without.Spec)
	}
}

func TestRecordThatContradictsTheBytesIsRefused(t *testing.T) {
	g := vendoring()
	tgz, _, _, err := stubPuller{t}.Pull(t.Context(), localformat.Component{ChartName: "gpu-operator", Version: "1.2.3"})
	if err != nil {
		t.Fatal(err)
	}
	g.Puller = fixedPuller{tgz, localformat.VendorRecord{SHA256: strings.Repeat("0", 64)}}
	if _, err := g.Plan(t.Context()); err == nil || !strings.Contains(err.Error(), "SHA-256") {
		t.Errorf("%v", err)
	}
}

func TestWithoutAPullerTheHelmCommandPulls(t *testing.T) {
	g := vendoring()
	dir := t.TempDir()
	t.Setenv("PATH", dir)
	if _, err := g.Plan(t.Context()); errors.CodeOf(err) != errors.ErrCodeUnavailable || !strings.Contains(err.Error(), "install helm") {
		t.Errorf("%v", err)
	}

	g.RecipeResult.ComponentRefs = g.RecipeResult.ComponentRefs[:1]
	tgz, _, tarball, err := stubPuller{t}.Pull(t.Context(), localformat.Component{ChartName: "gpu-operator", Version: "1.2.3"})
	if err != nil {
		t.Fatal(err)
	}
	chart := filepath.Join(dir, tarball)
	script := fmt.Sprintf("#!/bin/sh\nfor a in \"$@\"; do case $a in --destination=*) /bin/cp %s ${a#*=};; esac; done\nif [ $1 = repo ]; then echo '[]'; else echo v4; fi\n", chart)
	for name, data := range map[string]string{chart: string(tgz), filepath.Join(dir, "helm"): script} {
		if err := os.WriteFile(name, []byte(data), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	plan, _, _ := proved(t, g)
	if len(plan.Vendored) != 1 || plan.Vendored[0].PullerVersion != "helm v4" || plan.Vendored[0].TarballName != tarball {
		t.Errorf("%+v", plan.Vendored)
	}
}

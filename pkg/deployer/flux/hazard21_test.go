package flux_test

import (
	"compress/gzip"
	"context"
	"fmt"
	"testing"

	renderer "github.com/aicr-flux/aicr/internal/render"
	"github.com/aicr-flux/aicr/pkg/deployer/flux"
	"github.com/aicr-flux/aicr/pkg/localformat"
)

// shipperPuller adds a template to chart gpu.
type shipperPuller struct {
	stubPuller
	template string
}

func (p shipperPuller) Pull(ctx context.Context, c localformat.Component) (tgz []byte, rec localformat.VendorRecord, tarball string, err error) {
	tgz, rec, tarball, err = p.stubPuller.Pull(ctx, c)
	if c.Name == "gpu" {
		tgz = pack(p.tb, gzip.NoCompression, c.ChartName, map[string]string{
			"Chart.yaml": "apiVersion: v2\nname: " + c.ChartName + "\nversion: " + c.Version + "\n", "templates/namespace.yaml": p.template,
		})
	}
	return tgz, rec, tarball, err
}

// A vendored chart that ships the namespace of releases keeps its labels only where nobody else
// creates it, and what is installed there waits. Whether it ships one, its values decide.
func TestHazard21_AVendoredChartShipsItsNamespace(t *testing.T) {
	const namespace = `{{ if .Values.ship }}
apiVersion: v1
kind: Namespace
metadata:
  name: {{ .Release.Namespace }}
  annotations: {helm.sh/resource-policy: keep}
{{ end }}`
	for ships, want := range map[bool]struct {
		creates bool
		stored  string
		guest   []string
	}{
		true:  {false, "flux-system", []string{"gpu"}},
		false: {true, "shared", nil},
	} {
		g := newGenerator(chartRef("guest"), chartRef("gpu"))
		for i := range g.RecipeResult.ComponentRefs {
			g.RecipeResult.ComponentRefs[i].Namespace = "shared"
		}
		g.Ordering, g.VendorCharts = flux.OrderGraph, true
		g.Puller = shipperPuller{stubPuller{t}, namespace}
		g.Namespaces = func(ctx context.Context, chart *localformat.Chart, release, namespace string, vals map[string]any) ([]localformat.Namespace, error) {
			return renderer.Namespaces(ctx, renderer.InProcess{}, chart, release, namespace, vals)
		}
		g.ComponentValues["gpu"] = map[string]any{"ship": ships}
		_, fsys, _ := proved(t, g)
		shipper, guest := helmRelease(t, fsys, "gpu"), helmRelease(t, fsys, "guest")
		if shipper.Spec.Install.CreateNamespace != want.creates || guest.Spec.Install.CreateNamespace != want.creates || shipper.Spec.StorageNamespace != want.stored {
			t.Errorf("ships %t: the namespace is created by %t and %t, the shipper is stored in %s", ships,
				shipper.Spec.Install.CreateNamespace, guest.Spec.Install.CreateNamespace, shipper.Spec.StorageNamespace)
		}
		if needs := needs(guest); fmt.Sprint(needs) != fmt.Sprint(want.guest) {
			t.Errorf("ships %t: guest waits for %v, want %v", ships, needs, want.guest)
		}
	}
}

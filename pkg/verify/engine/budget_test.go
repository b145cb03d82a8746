package engine

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/fstest"

	"github.com/aicr-flux/aicr/internal/chart"
	"github.com/aicr-flux/aicr/internal/render"
	"github.com/aicr-flux/aicr/pkg/rollout"
)

// sceneOf is a bundle of local charts, each with a release.
func sceneOf(t *testing.T, charts int, r render.Renderer) *Scene {
	t.Helper()
	files, listing := fstest.MapFS{}, "resources:\n"
	for i := range charts {
		name := fmt.Sprintf("c%d", i)
		listing += "- " + name + ".yaml\n"
		files[name+"/Chart.yaml"] = &fstest.MapFile{Data: []byte("apiVersion: v2\nversion: 1.0.0\nname: " + name + "\n")}
		files[name+".yaml"] = &fstest.MapFile{Data: []byte("apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: " + name + ", namespace: n}\n" +
			"spec: {chart: {spec: {chart: " + name + ", sourceRef: {kind: GitRepository, name: g}}}}\n")}
	}
	files["kustomization.yaml"] = &fstest.MapFile{Data: []byte(listing)}
	read, err := rollout.Read(t.Context(), files, rollout.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return NewScene(t.Context(), read, Options{Renderer: r})
}

// fixed answers each job with the same.
type fixed struct {
	render.InProcess
	result render.ChartResult
	err    error
}

func (f fixed) Chart(context.Context, render.ChartJob) (render.ChartResult, error) {
	return f.result, f.err
}

// TestChartsAfterTheBudgetAreNotLookedAt lets the time, or what may be rendered, for all charts be
// over.
func TestChartsAfterTheBudgetAreNotLookedAt(t *testing.T) {
	s := sceneOf(t, 1, nil)
	c := s.Charts()[0]
	if c.Chart == nil || c.Chart.Name != "c0" || c.LoadErr != nil {
		t.Fatalf("in time: %+v", c)
	}
	over, cancel := context.WithCancelCause(t.Context())
	cancel(ErrTime)
	late := &LocalChart{Release: c.Release, Source: c.Source}
	s.read(over, &sharedChart{installs: []*LocalChart{late}})
	if !errors.Is(late.LoadErr, ErrTime) || late.Chart != nil || s.Failure() != nil {
		t.Errorf("too late: %+v", late)
	}

	much := render.ChartResult{Chart: &chart.Chart{}, Installs: []render.Installed{{Manifests: []chart.Manifest{{JSON: make([]byte, chartsOutput/10)}}}}}
	left := 0
	for _, c := range sceneOf(t, 100, fixed{result: much}).Charts() {
		if errors.Is(c.LoadErr, ErrOutput) {
			left++
		}
	}
	if left != 90 {
		t.Errorf("%d of 100 charts are left", left)
	}
}

// TestFailureOfTheRenderer is no finding: nothing is known of the charts.
func TestFailureOfTheRenderer(t *testing.T) {
	failure := errors.New("no process can be started")
	if s := sceneOf(t, 3, fixed{err: failure}); !errors.Is(s.Failure(), failure) {
		t.Errorf("got %v", s.Failure())
	}
}

// Package prooftest lets a test hold a generated bundle against the field's own parts, and see what
// Helm makes of its charts. It is pkg/verify for tests: a bundle in which that finds an error fails
// the test, and so does an object that does not fit the Go type that its controller reads it into.
//
// Only tests import it.
package prooftest

import (
	"encoding/json"
	"io/fs"
	"testing"

	"github.com/aicr-flux/aicr/internal/chart"
	"github.com/aicr-flux/aicr/internal/kubeschema"
	"github.com/aicr-flux/aicr/pkg/rollout"
	"github.com/aicr-flux/aicr/pkg/verify"
	"github.com/aicr-flux/aicr/pkg/verify/format"
)

// Report is what a bundle brings into a cluster.
type Report struct {
	// Objects are those of the build.
	Objects []*rollout.Object
	// Charts are the local ones, in the order of their releases.
	Charts []Chart
}

// Chart is a local chart as Helm renders it for its release.
type Chart struct {
	Release   string
	Manifests []chart.Manifest
}

// Check verifies the bundle in fsys; external names objects that the cluster has, "Kind
// namespace/name". Each finding that is an error fails the test.
func Check(tb testing.TB, fsys fs.FS, external ...string) Report {
	tb.Helper()
	found, err := verify.Bundle(tb.Context(), fsys, verify.Options{External: external})
	if err != nil {
		tb.Fatal(err)
	}
	if found.Worst(verify.SeverityError) {
		text, _ := format.Render("text", []verify.Report{found}, format.Options{}) // text never fails
		tb.Errorf("the bundle is not sound:\n%s", text)
	}
	read, err := rollout.Read(tb.Context(), fsys, rollout.Options{})
	if err != nil {
		tb.Fatal(err)
	}
	report := Report{Objects: read.Objects}
	for _, o := range read.Objects {
		if err := decode(o); err != nil {
			tb.Error(err)
		}
	}
	for _, release := range read.Releases {
		source := read.ChartSource(release, "")
		if !source.Local() {
			continue
		}
		if manifests := render(tb, read, release, source); manifests != nil {
			report.Charts = append(report.Charts, Chart{Release: release.ReleaseName, Manifests: manifests})
		}
	}
	return report
}

func render(tb testing.TB, read *rollout.Rollout, release *rollout.Release, source rollout.ChartSource) []chart.Manifest {
	tb.Helper()
	packed, err := chart.FromBundle(tb.Context(), read.Tree, source)
	if err != nil {
		tb.Errorf("chart %s: %v", source.Dir, err)
		return nil
	}
	loaded, failure := chart.Load(packed)
	if failure != nil {
		tb.Errorf("chart %s: %v", source.Dir, failure)
		return nil
	}
	composed, _ := read.Compose(release)
	values, err := json.Marshal(composed)
	if err != nil {
		tb.Error(err)
	}
	lines := kubeschema.Lines()
	manifests, errs := loaded.Install(tb.Context(), chart.Install{
		Release: release.ReleaseName, Namespace: release.TargetNamespace, Values: values, APIVersions: kubeschema.APIVersions(lines[len(lines)-1]),
	})
	if errs != nil {
		tb.Errorf("chart %s: %v", source.Dir, errs)
	}
	return manifests
}

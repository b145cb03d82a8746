//go:build unix

package aicr_test

import (
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/aicr-flux/aicr/pkg/aicr"
	"github.com/aicr-flux/aicr/test/corpus"
)

// TestHazard34_RunsAreByteIdentical runs the whole pipeline where everything
// differs that may differ between two machines.
func TestHazard34_RunsAreByteIdentical(t *testing.T) {
	largest := corpus.Largest(t)
	o := aicr.BundleOptions{
		Recipe: largest.File, Data: []string{largest.Data},
		Set: set("gpu-operator:a.b=1"), DynamicValues: dynamic("gpu-operator:driver.version", "gpu-operator:toolkit.x"),
		Scheduling: aicr.Scheduling{SystemNodeSelector: map[string]string{"a": "b", "c": "d"}, AcceleratedNodeSelector: map[string]string{"e": "f", "g": "h"}},
	}
	o.Output = filepath.Join(t.TempDir(), "first")
	first := bundle(t, o)
	want := contents(t, o.Output)

	for i, zone := range []*time.Location{time.FixedZone("east", 14*3600), time.UTC, time.FixedZone("west", -11*3600)} {
		t.Setenv("TZ", zone.String())
		t.Setenv("LC_ALL", []string{"tr_TR.UTF-8", "C", "de_DE.UTF-8"}[i])
		t.Setenv("HOME", t.TempDir())
		t.Setenv("USER", zone.String())
		local := time.Local
		time.Local = zone
		mask := syscall.Umask([]int{0o077, 0o002, 0o022}[i])
		o.Output = filepath.Join(t.TempDir(), "some", "where", "else")
		out := bundle(t, o)
		syscall.Umask(mask)
		time.Local = local
		if diff := cmp.Diff(want, contents(t, o.Output)); diff != "" {
			t.Fatalf("run %d differs:\n%s", i, diff)
		}
		if diff := cmp.Diff(first.Warnings, out.Warnings) + cmp.Diff(first.DeploymentSteps, out.DeploymentSteps) + cmp.Diff(first.DeploymentNotes, out.DeploymentNotes); diff != "" {
			t.Fatalf("run %d says something else:\n%s", i, diff)
		}
	}
	again := o.Output
	bundle(t, o) // over the earlier bundle
	if diff := cmp.Diff(want, contents(t, again)); diff != "" {
		t.Fatalf("a run over an earlier one differs:\n%s", diff)
	}
}

package flux

import (
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"slices"
	"strings"

	"github.com/aicr-flux/aicr/pkg/localformat"
	"github.com/aicr-flux/aicr/pkg/recipe"
)

// The marks by which the wake release finds the releases to wake. The annotation names those that
// the release waits for, with commas between.
const (
	WakeLabel       = "aicr.run/wake"
	AfterAnnotation = "aicr.run/after"
)

//go:embed wake/wake.yaml
var wakeManifest []byte

// wake adds the release that lets events wake the waiting ones, where the bundle wants it. Nothing
// waits for it: where it brings nothing, or fails, releases are polled as ever.
func (p *planner) wake() error {
	if !p.g.EventDriven {
		return nil
	}
	// Two bundles of one cluster come by different ways, so each has its own.
	of := sha256.Sum256([]byte(p.plan.mode() + " " + p.settings.repoPath + " " + p.g.OCISourceName))
	name := "aicr-wake-" + hex.EncodeToString(of[:4])
	c := componentPlanner{g: p.g, settings: p.settings}
	chart, err := localformat.NewManifestChart(localformat.Manifests{Release: name, Namespace: p.settings.namespace, Files: map[string][]byte{"wake.yaml": wakeManifest}})
	if err != nil {
		return err
	}
	r := c.release(&recipe.ComponentRef{Name: name, Namespace: p.settings.namespace}, name)
	r.CreateNamespace = false // the HelmRelease is in it
	r.wakes = true
	c.local(r, chart)
	p.plan.Releases = append(p.plan.Releases, *r)
	p.plan.Warnings = append(p.plan.Warnings, c.warnings...)
	p.plan.wake = name
	return nil
}

// after is the value of AfterAnnotation: empty where nothing wakes the release. It is woken once
// more when the wake release is ready, as events before that reached nobody.
func (p *Plan) after(r *Release) string {
	if p.wake == "" || len(r.DependsOn) == 0 {
		return ""
	}
	return strings.Join(append(slices.Clone(r.DependsOn), p.wake), ",")
}

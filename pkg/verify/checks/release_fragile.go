package checks

import (
	"fmt"
	"slices"
	"strings"

	"github.com/aicr-flux/aicr/pkg/rollout"
	"github.com/aicr-flux/aicr/pkg/verify/engine"
)

var releaseFragile = &engine.Check{
	ID:       "release-fragile",
	Group:    engine.GroupHazards,
	Severity: engine.SeverityWarning,
	Quick:    true,
	Title:    "Releases do not rely on defaults that strand them",
	Remedy:   "Set what is missing: install.strategy and upgrade.strategy {name: RetryOnFailure}, timeout, upgrade.crds. A releaseName only before the first installation: another name uninstalls the release first.",
	Run: func(p *engine.Pass) {
		unnamed := meantWithoutNames(p)
		for _, release := range p.Releases {
			if p.FoundOn(release.Object, "schema") {
				continue // what is missing may be there, under another name
			}
			if missing := fragile(p, release, unnamed); len(missing) > 0 {
				p.Report(release.Place("spec"), "it relies on defaults: %s", strings.Join(missing, ", "))
			}
		}
	},
}

// meantWithoutNames reports whether a generator leaves all names of releases to helm-controller, as
// AICR's does, and ours on request.
func meantWithoutNames(p *engine.Pass) bool {
	return (p.Own() || p.Foreign() != nil) && !slices.ContainsFunc(p.Releases, func(r *rollout.Release) bool { return r.Text("spec", "releaseName") != "" })
}

// fragile names the defaults that the release relies on.
func fragile(p *engine.Pass, release *rollout.Release, unnamed bool) []string {
	var missing []string
	for _, action := range []string{"install", "upgrade"} {
		if !retries(release, action) {
			missing = append(missing, "a failed "+action+" is not tried again")
		}
	}
	if release.Text("spec", "timeout") == "" {
		missing = append(missing, "the timeout is 5m")
	}
	if release.Text("spec", "upgrade", "crds") == "" && mayHaveCRDs(p, release) {
		missing = append(missing, "CRDs are not upgraded")
	}
	if target := release.Text("spec", "targetNamespace"); !unnamed && target != "" && release.Text("spec", "releaseName") == "" && !shortened(release) {
		missing = append(missing, "the release is called "+release.ReleaseName)
	}
	return missing
}

// mayHaveCRDs reports whether the chart may have a crds directory: only of one that is in the bundle,
// without other charts in it, it is known.
func mayHaveCRDs(p *engine.Pass, release *rollout.Release) bool {
	source := p.Source(release)
	if !source.Local() {
		return true
	}
	for name := range source.Files {
		if strings.HasPrefix(name, "crds/") || strings.HasPrefix(name, "charts/") {
			return true
		}
	}
	return false
}

func retries(release *rollout.Release, action string) bool {
	if release.Text("spec", action, "strategy", "name") == "RetryOnFailure" {
		return true
	}
	retries := release.Get("spec", action, "remediation", "retries")
	return retries != nil && fmt.Sprint(retries) != "0"
}

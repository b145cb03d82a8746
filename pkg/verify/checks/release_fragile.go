package checks

import (
	"fmt"
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
	Remedy:   "Set what is missing: install.strategy and upgrade.strategy {name: RetryOnFailure}, timeout, upgrade.crds, releaseName.",
	Run: func(p *engine.Pass) {
		for _, release := range p.Releases {
			if p.FoundOn(release.Object, "schema") {
				continue // what is missing may be there, under another name
			}
			if missing := fragile(release); len(missing) > 0 {
				p.Report(release.Place("spec"), "it relies on defaults: %s", strings.Join(missing, ", "))
			}
		}
	},
}

// fragile names the defaults that the release relies on.
func fragile(release *rollout.Release) []string {
	var missing []string
	for _, action := range []string{"install", "upgrade"} {
		if !retries(release, action) {
			missing = append(missing, "a failed "+action+" is not tried again")
		}
	}
	if release.Text("spec", "timeout") == "" {
		missing = append(missing, "the timeout is 5m")
	}
	if release.Text("spec", "upgrade", "crds") == "" {
		missing = append(missing, "CRDs are not upgraded")
	}
	if target := release.Text("spec", "targetNamespace"); target != "" && release.Text("spec", "releaseName") == "" && !shortened(release) {
		missing = append(missing, "the release is called "+release.ReleaseName)
	}
	return missing
}

func retries(release *rollout.Release, action string) bool {
	if release.Text("spec", action, "strategy", "name") == "RetryOnFailure" {
		return true
	}
	retries := release.Get("spec", action, "remediation", "retries")
	return retries != nil && fmt.Sprint(retries) != "0"
}

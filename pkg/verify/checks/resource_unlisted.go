package checks

import (
	"path"

	"github.com/aicr-flux/aicr/pkg/rollout"
	"github.com/aicr-flux/aicr/pkg/verify/engine"
)

var resourceUnlisted = &engine.Check{
	ID:       "resource-unlisted",
	Group:    engine.GroupBuild,
	Severity: engine.SeverityError,
	Quick:    true,
	Title:    "Each file of objects is listed in a kustomization",
	Remedy:   "List the file under resources of kustomization.yaml, or delete it.",
	Unless:   []string{"kustomization-missing"},
	Run: func(p *engine.Pass) {
		if !p.Listing.Plain {
			p.Unseen("a kustomization has more than resources, and any file may belong to that")
			return
		}
		if len(p.Objects) == 0 {
			return // bundle-empty says it once for all
		}
		last := ""
		for _, o := range p.UnlistedObjects() {
			if o.File == last || notApplied[o.Group()] || o.Get("metadata") == nil {
				continue
			}
			last = o.File
			if dir := apart(p, o.File); dir != "" {
				p.Unseen("%s has a kustomization that the root does not take in; it is taken for one of another Kustomization", dir)
				continue
			}
			at := rollout.Place{File: o.File, Line: o.Line, Object: o.String()}
			severity := engine.SeverityWarning
			if isFlux(o.Group()) && o.Group() != "kustomize.toolkit.fluxcd.io" {
				severity = engine.SeverityError
			}
			p.Add(severity, at, p.Check.Remedy, "no kustomization lists the file, so Flux never applies it")
		}
	},
}

// apart returns the directory above a file that has a kustomization of its own; "" where none has.
func apart(p *engine.Pass, file string) string {
	for dir := path.Dir(file); dir != "."; dir = path.Dir(dir) {
		if p.Tree.KustomizationFile(dir) != "" {
			return dir
		}
	}
	return ""
}

// notApplied are API groups whose objects are for programs, and not for a cluster.
var notApplied = map[string]bool{"kustomize.config.k8s.io": true, "aicr.run": true}

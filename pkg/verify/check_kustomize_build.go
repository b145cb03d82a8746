package verify

import (
	stderrors "errors"
	"strings"

	"github.com/aicr-flux/aicr/internal/rollout"
)

var kustomizeBuild = &Check{
	ID:       "kustomize-build",
	Group:    GroupBuild,
	Severity: SeverityError,
	Title:    "kustomize builds the bundle",
	Why: `kustomize-controller applies what kustomize makes of the root, and nothing where it makes an error. The build is done here
with kustomize's own code, in memory: no other server is asked, no program run.

Where a kustomization does more than to gather objects, the other checks look at what the build makes of them; where that
cannot be built here, at the objects as they stand in the files.`,
	Remedy: "Mend what kustomize complains of; `kustomize build` on the bundle gives the same message.",
	Bad: `apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resource:
- gpu-operator/helmrelease.yaml`,
	unless: []string{
		"yaml-syntax", "kustomization-missing", "resource-missing", "resource-duplicate", "object-duplicate",
	},
	run: func(p *pass) {
		if p.BrokenFile() {
			p.unseen("not every file can be read")
			return
		}
		if !p.kustomizationsRead() {
			return
		}
		if p.Listing.Plain {
			p.buildPlain()
			return
		}
		_, notAlone := stderrors.AsType[errNotAlone](p.buildErr)
		switch {
		case p.built:
		case notAlone || stderrors.Is(p.buildErr, errTooLarge) || stderrors.Is(p.buildErr, errTooSlow):
			p.unseen("%s; the objects are judged as they stand in the files", p.buildErr)
		case p.buildErr != nil:
			p.buildFailed(p.buildErr)
		}
	},
}

// kustomizationsRead reads each kustomization strictly.
func (p *pass) kustomizationsRead() bool {
	if p.Listing.File == "" {
		return true
	}
	files := []string{p.Listing.File}
	for _, entry := range p.Listing.Entries {
		if entry.State == rollout.EntryKustomization {
			files = append(files, kustomizationIn(p.Tree, entry.Target))
		}
	}
	good := true
	for _, file := range files {
		if _, err := readKustomization(p.Tree, file); err != nil {
			p.report(rollout.InFile(file, 0), "kustomize cannot read it: %s", oneLine(err))
			good = false
		}
	}
	return good
}

func (p *pass) buildPlain() {
	var files []string
	for _, entry := range p.Listing.Entries {
		switch entry.State {
		case rollout.EntryFile:
			files = append(files, entry.Target)
		case rollout.EntryRemote, rollout.EntryOutside:
			p.unseen("%s leads out of the bundle, so the build is one without it", entry.Place)
		default: // what lies in it has entries of its own
		}
	}
	count, err := gather(p.ctx, p.resourcesOf(files))
	switch {
	case p.ctx.Err() != nil:
	case stderrors.Is(err, errTooSlow):
		p.unseen("%s; whether the root builds is not known", err)
	case err != nil:
		p.buildFailed(err)
	case count != len(p.Objects):
		p.report(rollout.InFile(p.Listing.File, 0), "the build makes %d objects of the %d in the files", count, len(p.Objects))
	}
}

// buildFailed reports an error of kustomize at the file that it names last, where
// the cause is.
func (p *pass) buildFailed(err error) {
	text, at, last := oneLine(err), rollout.InFile(p.Listing.File, 0), -1
	for _, entry := range p.Listing.Entries {
		if i := strings.LastIndex(text, entry.Target); entry.State == rollout.EntryFile && i > last {
			at, last = rollout.InFile(entry.Target, 0), i
		}
	}
	p.report(at, "%s", text)
}

// oneLine puts the lines of another library's message into one.
func oneLine(err error) string { return strings.Join(strings.Fields(err.Error()), " ") }

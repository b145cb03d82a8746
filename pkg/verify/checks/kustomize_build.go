package checks

import (
	stderrors "errors"
	"strings"

	"github.com/aicr-flux/aicr/pkg/rollout"
	"github.com/aicr-flux/aicr/pkg/verify/engine"
)

var kustomizeBuild = &engine.Check{
	ID:       "kustomize-build",
	Group:    engine.GroupBuild,
	Severity: engine.SeverityError,
	Title:    "kustomize builds the bundle",
	Remedy:   "Fix what kustomize complains of; `kustomize build` on the bundle gives the same message.",
	Unless: []string{
		"yaml-syntax", "kustomization-missing", "resource-missing", "resource-duplicate", "object-duplicate",
	},
	Run: func(p *engine.Pass) {
		if len(p.Broken) > 0 {
			p.Unseen("not every file can be read")
			return
		}
		if !kustomizationsRead(p) {
			return
		}
		if p.Listing.Plain {
			buildPlain(p)
			return
		}
		_, notAlone := stderrors.AsType[rollout.ErrNotAlone](p.BuildErr)
		switch {
		case p.Built:
		case notAlone || stderrors.Is(p.BuildErr, rollout.ErrLimit):
			p.Unseen("%s; the objects are judged as they stand in the files", p.BuildErr)
		case p.BuildErr != nil:
			buildFailed(p, p.BuildErr)
		}
	},
}

// kustomizationsRead reads each kustomization strictly.
func kustomizationsRead(p *engine.Pass) bool {
	good := true
	for _, file := range p.Kustomizations() {
		if _, err := rollout.ReadKustomization(p.Tree, file); err != nil {
			p.Report(rollout.InFile(file, 0), "kustomize cannot read it: %s", oneLine(err))
			good = false
		}
	}
	return good
}

func buildPlain(p *engine.Pass) {
	for _, entry := range p.Listing.Entries {
		if entry.State == rollout.EntryRemote || entry.State == rollout.EntryOutside {
			p.Unseen("%s leads out of the bundle, so the build is one without it", entry.Place)
		}
	}
	count, err := p.TryBuild(p.Ctx)
	switch {
	case p.Ctx.Err() != nil:
	case stderrors.Is(err, rollout.ErrLimit):
		p.Unseen("%s; whether the root builds is not known", err)
	case err != nil:
		buildFailed(p, err)
	case count != len(p.Objects):
		p.Report(rollout.InFile(p.Listing.File, 0), "the build makes %d objects of the %d in the files", count, len(p.Objects))
	}
}

// buildFailed reports an error of kustomize at the file that it names last, where the cause is.
func buildFailed(p *engine.Pass, err error) {
	text, at, last := oneLine(err), rollout.InFile(p.Listing.File, 0), -1
	for _, entry := range p.Listing.Entries {
		if i := strings.LastIndex(text, entry.Target); entry.State == rollout.EntryFile && i > last {
			at, last = rollout.InFile(entry.Target, 0), i
		}
	}
	p.Report(at, "%s", text)
}

// oneLine puts the lines of another library's message into one.
func oneLine(err error) string { return strings.Join(strings.Fields(err.Error()), " ") }

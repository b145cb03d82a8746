package checks

import (
	stderrors "errors"
	"path"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/kustomize/kyaml/resid"

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
			idlePatches(p)
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
		k, err := rollout.ReadKustomization(p.Tree, file)
		if err != nil {
			p.Report(rollout.InFile(file, 0), "kustomize cannot read it: %s", oneLine(err))
			good = false
		} else if len(k.HelmCharts)+len(k.HelmChartInflationGenerator) > 0 {
			p.Advise(rollout.InFile(file, lineWith(p, file, "helmChart")), "Install the chart by a HelmRelease.", "it renders Helm charts, which Flux never does in a kustomization: the build fails")
			good = false
		}
		for _, other := range p.Tree.KustomizationFiles(path.Dir(file))[1:] {
			p.Advise(rollout.InFile(other, 0), "Keep one of the two.", "%s is there, too, and kustomize refuses a directory with two", file)
			good = false
		}
	}
	return good
}

// idlePatches warns of patches whose target is like no object of the build: kustomize leaves them
// out without a word. A target is looked for by kind and name, in all that is built.
func idlePatches(p *engine.Pass) {
	for _, file := range p.Kustomizations() {
		k, err := rollout.ReadKustomization(p.Tree, file)
		if err != nil || k.NamePrefix+k.NameSuffix != "" {
			continue
		}
		for i, patch := range slices.Concat(k.Patches, k.PatchesJson6902) { //nolint:staticcheck // kustomize still reads it
			if patch.Target == nil || patch.Options != nil {
				continue
			}
			target, err := types.NewSelectorRegex(patch.Target)
			if err != nil || slices.ContainsFunc(p.Objects, func(o *rollout.Object) bool {
				return target.MatchGvk(resid.NewGvk(o.Group(), path.Base(o.APIVersion), o.Kind)) && target.MatchName(o.Name)
			}) {
				continue
			}
			p.Add(engine.SeverityWarning, rollout.InFile(file, lineWith(p, file, "patches")), "Correct the target of the patch, or remove the patch.",
				"patch %d patches nothing: the build has no object like its target", i+1)
		}
	}
}

// lineWith returns the first line of a file that begins with the text; 0 where none does.
func lineWith(p *engine.Pass, file, text string) int {
	data, _ := p.Tree.Read(file)
	line := 0
	for each := range strings.Lines(string(data)) {
		line++
		if strings.HasPrefix(each, text) {
			return line
		}
	}
	return 0
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

package checks

import (
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/aicr-flux/aicr/pkg/rollout"
	"github.com/aicr-flux/aicr/pkg/verify/engine"
)

var fluxIgnored = &engine.Check{
	ID:       "flux-ignored",
	Group:    engine.GroupBuild,
	Severity: engine.SeverityError,
	Quick:    true,
	Title:    "Flux takes every file that the bundle needs along",
	Remedy:   "Give the file another name, or write a copy of it in the place of a symlink.",
	Run: func(p *engine.Pass) {
		ignores := newIgnores(p)
		for _, file := range needed(p) {
			info, there := p.Tree.Info(file)
			if !there {
				continue
			}
			why := ""
			if info.Mode()&fs.ModeSymlink != 0 {
				why = "it is a symlink, and Flux leaves symlinks out"
			} else if !info.Mode().IsRegular() {
				why = "it is no regular file, and Flux takes only those along"
			} else {
				why = ignores.why(file)
			}
			switch {
			case why == "":
			case chartNeeds(p, file):
				p.Report(rollout.InFile(file, 0), "%s", why)
			default:
				p.Warn(rollout.InFile(file, 0), "%s", why)
			}
		}
	},
}

// needed are the files that kustomizations and local charts take in, sorted.
func needed(p *engine.Pass) []string {
	all := map[string]bool{}
	for _, entry := range p.Listing.Entries {
		all[entry.Target] = true
	}
	for _, dir := range localDirs(p) {
		for _, file := range p.Tree.Under(dir) {
			all[file] = true
		}
	}
	return slices.Sorted(maps.Keys(all))
}

// localDirs are the directories of local charts, sorted.
func localDirs(p *engine.Pass) []string {
	dirs := map[string]bool{}
	for _, release := range p.Releases {
		if source := p.Source(release); source.Local() && source.Dir != "" {
			dirs[source.Dir] = true
		}
	}
	return slices.Sorted(maps.Keys(dirs))
}

// chartNeeds reports whether a file is more than one that a template could read.
func chartNeeds(p *engine.Pass, file string) bool {
	for _, dir := range localDirs(p) {
		if name, inside := strings.CutPrefix(file, dir+"/"); inside {
			top, _, deeper := strings.Cut(name, "/")
			return !deeper && path.Ext(name) == ".yaml" || slices.Contains([]string{"templates", "charts", "crds"}, top)
		}
	}
	return true
}

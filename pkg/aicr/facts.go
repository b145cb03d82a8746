package aicr

import (
	"context"
	"slices"
	"strings"

	"github.com/aicr-flux/aicr/pkg/bundle"
	"github.com/aicr-flux/aicr/pkg/config"
	"github.com/aicr-flux/aicr/pkg/deployer/flux"
	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/rollout"
)

// facts are what a bundle says about how it reaches a cluster.
type facts struct {
	// version is that of the program that made the bundle, and mode flux.ModeGit or flux.ModeOCI;
	// empty where the bundle does not say.
	version, mode string
	// namespace is where the Flux objects live; empty where there are none.
	namespace string
	// source is the OCIRepository that the bundle comes from; empty in Git mode, and where neither
	// the root file nor a local chart names it.
	source string
	// localCharts says that some charts come out of the artifact.
	localCharts bool
	// gitReleases are the releases whose charts come from a GitRepository, sorted. Flux cannot
	// install them from an artifact.
	gitReleases []string
	releases    []*rollout.Release
	variables   []rollout.Variable
}

func factsOf(ctx context.Context, files *bundle.Files) (facts, error) {
	read, err := rollout.Read(ctx, files.FS(), rollout.Options{Builder: rollout.Unbuilt{}})
	if err != nil {
		return facts{}, err
	}
	var problems []error
	for i := range read.Broken {
		problems = append(problems, errors.Invalid("%s", read.Broken[i].Error()))
	}
	annotations := read.Listing.Annotations
	f := facts{version: annotations[flux.VersionAnnotation], mode: annotations[flux.ModeAnnotation], source: annotations[flux.SourceAnnotation], releases: read.Releases, variables: read.Variables()}
	for _, release := range read.Releases {
		f.namespace = release.Namespace
		if release.Source.Kind == "GitRepository" {
			f.gitReleases = append(f.gitReleases, release.Name)
		}
	}
	slices.Sort(f.gitReleases)
	for _, o := range read.Objects {
		for _, made := range rollout.Made(o) {
			f.localCharts = true
			for _, source := range read.Artifact(made).Sources {
				problems = append(problems, f.comesFrom(o.File, source.Name))
			}
		}
	}
	return f, errors.Join(problems...)
}

// minFlux is the oldest line of Flux versions that has all that the releases use.
func (f *facts) minFlux() string {
	if slices.ContainsFunc(f.releases, func(r *rollout.Release) bool { return len(r.Gates) > 0 }) {
		return config.GateFluxVersion
	}
	return config.MinFluxVersion
}

// comesFrom notes the OCIRepository that a file names.
func (f *facts) comesFrom(file, source string) error {
	if source != "" && f.source != "" && source != f.source {
		return errors.Invalid("file %q: the source %q differs from %q elsewhere; a bundle has one", file, source, f.source)
	}
	if source != "" {
		f.source = source
	}
	return nil
}

// fits refuses a bundle that an OCIRepository of that name cannot bring.
func (f *facts) fits(name string) error {
	const again = "generate it with `OCISourceName`, or with an oci:// output"
	switch {
	case len(f.gitReleases) > 0:
		return errors.Invalid("it was generated for Git: the charts of %s come from a GitRepository, which an artifact does not have; %s",
			strings.Join(f.gitReleases, ", "), again)
	case f.mode == flux.ModeGit:
		return errors.Invalid("it was generated for Git, and its README says so; %s", again)
	case name != "" && f.source != "" && f.source != name:
		return errors.Invalid("it was generated for the OCIRepository %q, not %q; generate it again with `OCISourceName` %s",
			f.source, name, name)
	}
	return nil
}

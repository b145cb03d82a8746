package aicr

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/aicr-flux/aicr/internal/fluxtree"
	"github.com/aicr-flux/aicr/pkg/config"
	"github.com/aicr-flux/aicr/pkg/deployer"
	"github.com/aicr-flux/aicr/pkg/deployer/flux"
	"github.com/aicr-flux/aicr/pkg/errors"
)

// derive fills in the options that follow from the work tree, and says which. An option that was
// given and contradicts the work tree is an error.
func (s *surroundings) derive(o *BundleOptions) (*deployer.Derived, error) {
	if s.git == nil || o.OCISourceName != "" {
		return nil, nil //nolint:nilnil // nothing follows
	}
	d := &deployer.Derived{}
	err := errors.Join(s.deriveRepoPath(o, d), s.checkRepoURL(o), s.deriveNamespace(o, d))
	if o.GitSourceName == "" {
		s.deriveSource(o, d)
	}
	if *d == (deployer.Derived{}) {
		d = nil
	}
	return d, err
}

func (s *surroundings) deriveRepoPath(o *BundleOptions, d *deployer.Derived) error {
	switch {
	case o.RepoPath == "":
		o.RepoPath, d.RepoPath = s.git.Path, s.git.Path
	case path.Clean(o.RepoPath) != s.git.Path:
		return errors.Invalid("`RepoPath` %q is not where the output lies, which is %q in the work tree %s: Flux would apply another directory; leave `RepoPath` out, "+
			"or write to another directory; for another repository write the output outside of this work tree", o.RepoPath, s.git.Path, s.git.Root)
	}
	return nil
}

// checkRepoURL refuses another repository. What is wrong with the URL itself is said elsewhere.
func (s *surroundings) checkRepoURL(o *BundleOptions) error {
	if _, err := flux.GitURL(o.RepoURL); o.RepoURL == "" || err != nil || len(s.git.Remotes) == 0 || s.flux.Remote(o.RepoURL) != nil {
		return nil //nolint:nilerr // see above
	}
	var remotes []string
	for _, r := range s.git.Remotes {
		remotes = append(remotes, fmt.Sprintf("%s %s", r.Name, r.URL))
	}
	return errors.Invalid("`RepoURL` %s is no remote of the work tree %s, in which the output lies (%s); leave `RepoURL` out, or make it known where it is another address of the same repository: "+
		"git remote add flux %s; for another repository write the output outside of this work tree", o.RepoURL, s.git.Root, strings.Join(remotes, ", "), o.RepoURL)
}

// deriveNamespace says where Flux runs: where the clusters that are set up from here have the source
// of this repository. A source that is given has to be there, too.
func (s *surroundings) deriveNamespace(o *BundleOptions, d *deployer.Derived) error {
	sources := s.flux.Sources
	named := slices.DeleteFunc(slices.Clone(sources), func(f fluxtree.Source) bool { return f.Name != o.GitSourceName })
	if len(named) > 0 {
		sources = named
	}
	if shared := same(sources, func(f fluxtree.Source) string { return f.Namespace }); o.Namespace == "" && shared != "" && shared != config.DefaultFluxNamespace {
		o.Namespace, d.Namespace = shared, shared
	}
	namespace := namespaceOf(o)
	if len(named) == 0 || slices.ContainsFunc(named, func(f fluxtree.Source) bool { return f.Namespace == namespace }) {
		return nil
	}
	return errors.Invalid("`GitSourceName` %s is in the namespace %s (%s), and the bundle would be in %s, where Flux has no such source; set `Namespace` to %s, or use another source",
		o.GitSourceName, named[0].Namespace, named[0].File, namespace, named[0].Namespace)
}

func namespaceOf(o *BundleOptions) string { return cmp.Or(o.Namespace, config.DefaultFluxNamespace) }

// deriveSource says which GitRepository the charts come from: that by which Flux gets this
// repository already, where every cluster that is set up from here calls it the same and nothing
// else was given, and otherwise a new one.
func (s *surroundings) deriveSource(o *BundleOptions, d *deployer.Derived) {
	sources := slices.DeleteFunc(slices.Clone(s.flux.Sources), func(f fluxtree.Source) bool { return f.Namespace != namespaceOf(o) })
	other := func(f fluxtree.Source) bool {
		return o.RepoURL != "" && !flux.SameRepository(o.RepoURL, f.URL) || o.TargetRevision != "" && o.TargetRevision != f.Branch
	}
	if o.RepoSecret+o.Sync.Secret+o.Sync.Provider == "" && !slices.ContainsFunc(sources, other) {
		if name := same(sources, func(f fluxtree.Source) string { return f.Name }); name != "" {
			o.GitSourceName, d.GitSourceName = name, name
			o.RepoURL, o.TargetRevision = "", "" // they are the source's
			return
		}
	}
	if o.RepoURL == "" {
		for _, r := range s.git.Remotes {
			if url, err := flux.GitURL(r.URL); err == nil {
				o.RepoURL, d.RepoURL = url, url
				break
			}
		}
	}
	if o.TargetRevision == "" {
		branch := same(s.flux.Sources, func(f fluxtree.Source) string { return f.Branch })
		if remote := s.flux.Remote(o.RepoURL); branch == "" && remote != nil {
			branch = remote.Branch
		}
		o.TargetRevision = cmp.Or(branch, s.git.Branch)
		d.TargetRevision = o.TargetRevision
	}
}

// same is what all sources have in common; empty where they differ.
func same(sources []fluxtree.Source, of func(fluxtree.Source) string) string {
	if len(sources) == 0 || slices.ContainsFunc(sources, func(f fluxtree.Source) bool { return of(f) != of(sources[0]) }) {
		return ""
	}
	return of(sources[0])
}

package aicr

import (
	"cmp"
	"strings"

	"github.com/Masterminds/semver/v3"

	"github.com/aicr-flux/aicr/internal/suggest"
	"github.com/aicr-flux/aicr/pkg/deployer"
	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/oci"
)

// How the source of a Sync picks the artifact.
const (
	refDigest = "digest"
	refTag    = "tag"
	refSemver = "semver"
)

// check finds what does not go with a reference of that tag.
func (s *Sync) check(tag string) error {
	switch {
	case s.File == "":
		return s.alone()
	case s.checkVariables() != nil:
		return s.checkVariables()
	case s.Ref == "", s.Ref == refDigest, s.Ref == refTag:
		return nil
	case s.Ref == refSemver:
		if tag == "" {
			return errors.Invalid("`Sync.Ref` semver follows newer versions, and the reference has no tag; publish under a version such as 1.2.3")
		}
		// Flux reads a tag as a version with and without a leading v.
		if _, err := semver.StrictNewVersion(strings.TrimPrefix(tag, "v")); err != nil {
			return errors.Invalid("`Sync.Ref` semver follows newer versions, and the tag %q is not a version such as 1.2.3; publish under a version", tag)
		}
		return nil
	}
	return suggest.Unknown("`Sync.Ref`", s.Ref, []string{"digest", "tag", "semver"})
}

const aboutSync = "is about the file of `Sync`, and no file is named; name one with `Sync`, or remove it"

// alone refuses options about the file where no file is asked for.
func (s *Sync) alone() error {
	return refuse(aboutSync,
		field{"`Sync.Ref`", s.Ref != ""}, field{"`Sync.Substitute`", len(s.Substitute) > 0}, field{"`Sync.SubstituteFrom`", len(s.SubstituteFrom) > 0}, field{"`Sync.Secret`", s.Secret != ""}, field{"`Sync.Provider`", s.Provider != ""},
		field{"`Verify.Provider`", s.Verify.Provider != ""}, field{"`Verify.Secret`", s.Verify.Secret != ""},
		field{"`Verify.Identity`", s.Verify.Identity != ""}, field{"`Verify.Issuer`", s.Verify.Issuer != ""})
}

// of returns how the published artifact is brought into a cluster.
func (s *Sync) of(source deployer.Sync, pushed *oci.Pushed) deployer.Sync {
	source.Secret, source.Provider, source.Verify, source.Spec = s.Secret, s.Provider, s.Verify, s.postBuild()
	switch s.Ref {
	case refTag:
		source.Tag = pushed.Reference.Tag
	case refSemver:
		source.Semver = ">=" + strings.TrimPrefix(pushed.Reference.Tag, "v")
	default:
		source.Digest = pushed.Digest
	}
	return source
}

// syncGit makes what Sync asks for where the bundle will be in Git. The bundle then refers to that
// GitRepository instead of bringing one.
func (r *run) syncGit() error {
	switch {
	case r.Sync.File == "":
		return r.Sync.alone()
	case r.OCISourceName != "":
		return errors.Invalid("`Sync` needs the address of the artifact, which a directory does not have; leave it out, and use it when the directory is pushed")
	case r.unfollowed != "" && (r.RepoURL+r.GitSourceName == "" || r.RepoPath == ""):
		return errors.Invalid("`Sync` needs a bundle that a commit brings to Flux, and git ignores %s (%s); write it elsewhere, or change that rule", r.Output, r.unfollowed)
	case r.RepoURL == "" && r.GitSourceName == "":
		return errors.Invalid("`Sync` needs the Git repository that the bundle will be in; write the bundle into a work tree of it, or name it with `RepoURL`, or with `GitSourceName` where the cluster has it")
	case r.RepoPath == "":
		return errors.Invalid("`Sync` needs the bundle's directory in the Git repository, because Flux would apply, and prune, all of it; write the bundle into a work tree of it, or set `RepoPath` (. for the root)")
	}
	problems := []error{r.Sync.checkVariables(), refuse("is about an artifact, and the source of `Sync` is a Git repository here; remove it", field{"`Sync.Ref`", r.Sync.Ref != ""})}
	if r.RepoSecret != "" && r.Sync.Secret != "" && r.RepoSecret != r.Sync.Secret {
		problems = append(problems, errors.Invalid("`RepoSecret` %s and `Sync.Secret` %s both name the Secret of the Git repository; remove one of them", r.RepoSecret, r.Sync.Secret))
	}
	was, err := r.Sync.owned(r.Force)
	problems = append(problems, err)
	to := deployer.Sync{
		Name: r.GitSourceName, Namespace: r.Namespace, Kustomization: was.Kustomization, URL: r.RepoURL, Branch: r.TargetRevision, Path: r.RepoPath,
		Interval: r.Settings.GitRepositoryInterval, Secret: cmp.Or(r.Sync.Secret, r.RepoSecret), Provider: r.Sync.Provider, SourceSecrets: r.SourceSecrets, Verify: r.Sync.Verify, Spec: r.Sync.postBuild(),
	}
	r.was = was
	r.synced, err = r.tool.Sync(to)
	return errors.Join(append(problems, errors.In(err, "`Sync`"))...)
}

// syncFile is where in the repository of the bundle the object is written that applies it.
func (r *run) syncFile() string {
	switch {
	case r.around == nil || r.around.git == nil:
		return ""
	case r.synced != nil && r.syncPlace.with(r.around):
		return r.syncPlace.path
	case len(r.around.appliers) > 0 && r.appliedBy() == "":
		return r.around.appliers[0].File
	}
	return ""
}

// appliedBy is the Kustomization that takes the bundle in with what is around it, so that there is
// nothing to apply.
func (r *run) appliedBy() string {
	if r.around == nil || len(r.around.appliers) == 0 {
		return ""
	}
	if k := r.around.appliers[0]; k.First || k.Path != r.around.git.Path {
		return k.Name
	}
	return ""
}

func (s *Sync) apply() string { return "Bring it into the cluster: kubectl apply -f " + s.File }

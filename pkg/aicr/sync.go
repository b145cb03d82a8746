package aicr

import (
	"fmt"
	"slices"
	"strings"

	"github.com/Masterminds/semver/v3"

	"github.com/aicr-flux/aicr/pkg/config"
	"github.com/aicr-flux/aicr/pkg/deployer"
	"github.com/aicr-flux/aicr/pkg/deployer/flux"
	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/oci"
)

// How the source of a sync picks the artifact.
const (
	refDigest = "digest"
	refTag    = "tag"
	refSemver = "semver"
)

// artifactSync is the file that brings a published bundle into a cluster,
// before it is known what was published.
type artifactSync struct {
	flux.Sync
	ref string
}

// sync returns what --sync asks for, or nil.
func (o *PushOptions) sync(ref oci.Reference) (*artifactSync, error) {
	if o.Sync == "" {
		return nil, syncFlagsAlone(o.Publish)
	}
	s := &artifactSync{ref: o.SyncRef, Sync: flux.Sync{
		Name: o.OCISourceName, Namespace: o.Namespace, URL: ref.URL(), Insecure: o.PlainHTTP,
		Secret: o.SyncSecret, Provider: o.SyncProvider,
	}}
	if s.ref == "" {
		s.ref = refDigest
	}
	var err error
	s.Verify, err = verification(o.Publish)
	return s, errors.Join(err, s.check(ref.Tag))
}

// syncFlags are the flags that say how the file of --sync looks.
func syncFlags(p config.Publish) []flag {
	return []flag{
		{"--sync-ref", p.SyncRef != ""},
		{"--sync-secret", p.SyncSecret != ""},
		{"--sync-provider", p.SyncProvider != ""},
		{"--sync-verify", p.SyncVerify != ""},
		{"--sync-verify-secret", p.SyncVerifySecret != ""},
		{"--sync-verify-identity", p.SyncVerifyIdentity != ""},
		{"--sync-verify-issuer", p.SyncVerifyIssuer != ""},
	}
}

func syncFlagsAlone(p config.Publish) error {
	return refuse("says how the file of --sync looks, and there is none; add --sync FILE or remove it", syncFlags(p)...)
}

func verification(p config.Publish) (*flux.Verify, error) {
	switch p.SyncVerify {
	case "":
		return nil, refuse("needs --sync-verify cosign", syncFlags(p)[4:]...)
	case "cosign":
		return &flux.Verify{Secret: p.SyncVerifySecret, Identity: p.SyncVerifyIdentity, Issuer: p.SyncVerifyIssuer}, nil
	}
	return nil, errors.Invalid("--sync-verify %q is unknown; use cosign", p.SyncVerify)
}

// check finds what Flux would refuse, before anything is published.
func (s *artifactSync) check(tag string) error {
	var problems []error
	switch s.ref {
	case refDigest, refTag:
	case refSemver:
		// Flux reads a tag as a version with and without a leading v.
		_, err := semver.StrictNewVersion(strings.TrimPrefix(tag, "v"))
		switch {
		case tag == "":
			problems = append(problems, errors.Invalid("--sync-ref semver follows newer versions, and the reference has no tag; publish under a version such as 1.2.3"))
		case err != nil:
			problems = append(problems, errors.Invalid("--sync-ref semver follows newer versions, and the tag %q is not a version such as 1.2.3; publish under a version", tag))
		}
	default:
		problems = append(problems, errors.Invalid("--sync-ref %q is unknown; use digest, tag or semver", s.ref))
	}
	example := s.Sync
	example.Tag = "tag"
	_, err := example.YAML()
	return errors.Join(append(problems, errors.In(err, "--sync"))...)
}

// write writes the file for what was published.
func (s *artifactSync) write(path string, pushed *oci.Pushed) error {
	switch s.ref {
	case refDigest:
		s.Digest = pushed.Digest
	case refTag:
		s.Tag = pushed.Reference.Tag
	case refSemver:
		s.Semver = ">=" + strings.TrimPrefix(pushed.Reference.Tag, "v")
	}
	data, err := s.YAML()
	if err != nil {
		return err
	}
	return writeFile(path, data)
}

// repositorySync is the file that brings a bundle in Git into a cluster. The
// bundle then refers to its GitRepository instead of bringing one.
type repositorySync struct {
	flux.Sync
	file string
}

// gitSync returns what --sync asks for, or nil.
func gitSync(o config.Options) (*repositorySync, error) {
	switch {
	case o.Sync == "":
		return nil, syncFlagsAlone(o.Publish)
	case o.FluxOCISourceName != "":
		return nil, errors.Invalid("--sync needs the address of the artifact, which a directory does not have; push the directory with aicr push DIR oci://… --sync FILE")
	}
	problems := []error{
		refuse("is about an artifact, and the source of --sync is a Git repository here; remove it", slices.Concat(syncFlags(o.Publish)[:1], syncFlags(o.Publish)[3:])...),
	}
	secret := o.SyncSecret
	switch {
	case secret == "":
		secret = o.RepoSecret
	case o.RepoSecret != "" && o.RepoSecret != secret:
		problems = append(problems, errors.Invalid("--repo-secret %s and --sync-secret %s both name the Secret of the Git repository; remove one of them", o.RepoSecret, secret))
	}
	var url string
	switch {
	case o.GitSource != "":
		problems = append(problems, errors.Invalid("--sync writes a GitRepository, and --git-source names one of the cluster; remove one of them"))
	case o.Repo == "":
		problems = append(problems, errors.Invalid("--sync needs the Git repository that the bundle will be in; name it with --repo URL"))
	default:
		var err error
		url, err = flux.GitURL(o.Repo)
		problems = append(problems, err)
	}
	s := &repositorySync{file: o.Sync, Sync: flux.Sync{
		Name: flux.SourceName(url), Namespace: o.FluxNamespace, URL: url, Branch: o.TargetRevision, Path: o.RepoPath, Secret: secret, Provider: o.SyncProvider,
		Interval: o.GitRepoInterval.Std(),
	}}
	if s.Branch == "" {
		s.Branch = config.DefaultTargetBranch
	}
	if s.Namespace == "" {
		s.Namespace = config.DefaultFluxNamespace
	}
	if url != "" {
		_, err := s.YAML()
		problems = append(problems, errors.In(err, "--sync"))
	}
	if err := errors.Join(problems...); err != nil {
		return nil, err
	}
	return s, nil
}

// describe says in the result what the file does.
func (s *repositorySync) describe(out *deployer.Output) {
	if s == nil {
		return
	}
	commit := fmt.Sprintf("Commit the directory to branch %q of %s as ./%s and push it", s.Branch, s.URL, strings.Trim(s.Path, "/"))
	out.DeploymentSteps = append([]string{commit, applySync(s.file)}, out.DeploymentSteps[2:]...)
	out.DeploymentNotes = append(out.DeploymentNotes, syncSecrets(s.file, s.Namespace, s.Secret)...)
}

func applySync(file string) string { return "Bring it into the cluster: kubectl apply -f " + file }

// syncSecrets says which Secrets the objects in the file refer to.
func syncSecrets(file, namespace string, names ...string) []string {
	slices.Sort(names)
	names = slices.DeleteFunc(slices.Compact(names), func(s string) bool { return s == "" })
	if len(names) == 0 {
		return nil
	}
	return []string{fmt.Sprintf("%s needs these Secrets in namespace %q: %s", file, namespace, strings.Join(names, ", "))}
}

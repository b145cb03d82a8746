package bundler

import (
	"github.com/Masterminds/semver/v3"

	"github.com/aicr-flux/aicr/pkg/config"
	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/flux"
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
	return s, err
}

// syncFlagsAlone refuses flags that only say how a sync file looks.
func syncFlagsAlone(p config.Publish) error {
	for _, f := range []struct{ flag, value string }{
		{"--sync-ref", p.SyncRef}, {"--sync-secret", p.SyncSecret}, {"--sync-provider", p.SyncProvider}, {"--sync-verify", p.SyncVerify},
		{"--sync-verify-secret", p.SyncVerifySecret}, {"--sync-verify-identity", p.SyncVerifyIdentity}, {"--sync-verify-issuer", p.SyncVerifyIssuer},
	} {
		if f.value != "" {
			return errors.Invalid("%s says how the file of --sync looks, and there is none; add --sync FILE or remove it", f.flag)
		}
	}
	return nil
}

func verification(p config.Publish) (*flux.Verify, error) {
	switch p.SyncVerify {
	case "":
		if p.SyncVerifySecret != "" || p.SyncVerifyIdentity != "" || p.SyncVerifyIssuer != "" {
			return nil, errors.Invalid("--sync-verify-secret, --sync-verify-identity and --sync-verify-issuer need --sync-verify cosign")
		}
		return nil, nil
	case "cosign":
		return &flux.Verify{Secret: p.SyncVerifySecret, Identity: p.SyncVerifyIdentity, Issuer: p.SyncVerifyIssuer}, nil
	}
	return nil, errors.Invalid("--sync-verify %q is unknown; use cosign", p.SyncVerify)
}

// check finds what Flux would refuse, before anything is published.
func (s *artifactSync) check(tag string) error {
	if s == nil {
		return nil
	}
	switch s.ref {
	case refDigest, refTag:
	case refSemver:
		if _, err := semver.StrictNewVersion(tag); err != nil {
			return errors.Invalid("--sync-ref semver follows newer versions, and the tag %q is not a version such as 1.2.3; publish under a version", tag)
		}
	default:
		return errors.Invalid("--sync-ref %q is unknown; use digest, tag or semver", s.ref)
	}
	example := s.Sync
	example.Tag = "tag"
	_, err := example.YAML()
	return errors.In(err, "sync file")
}

// write writes the file for what was published.
func (s *artifactSync) write(path string, pushed *oci.Pushed) error {
	switch s.ref {
	case refDigest:
		s.Digest = pushed.Digest
	case refTag:
		s.Tag = pushed.Reference.Tag
	case refSemver:
		s.Semver = ">=" + pushed.Reference.Tag
	}
	data, err := s.YAML()
	if err != nil {
		return err
	}
	return writeFile(path, data)
}

// gitSync returns the sync of a bundle in Git, whose GitRepository the bundle
// then refers to instead of bringing its own.
func gitSync(o config.Options) (*flux.Sync, error) {
	switch {
	case o.Sync == "":
		return nil, syncFlagsAlone(o.Publish)
	case o.FluxOCISourceName != "":
		return nil, errors.Invalid("--sync needs the address of the artifact, which a directory does not have; push the directory with aicr push DIR oci://… --sync FILE")
	case o.GitSource != "":
		return nil, errors.Invalid("--sync writes a GitRepository, and --git-source names one of the cluster; remove one of them")
	case o.Repo == "":
		return nil, errors.Invalid("--sync needs the Git repository that the bundle will be in; name it with --repo URL")
	case o.SyncRef != "":
		return nil, errors.Invalid("--sync-ref picks an artifact; a Git repository has --target-revision")
	case o.SyncVerify != "":
		return nil, errors.Invalid("--sync-verify checks an artifact; a Git repository has none")
	}
	secret := o.SyncSecret
	if secret == "" {
		secret = o.RepoSecret
	}
	s := &flux.Sync{
		Namespace: o.FluxNamespace, URL: o.Repo, Branch: o.TargetRevision, Path: o.RepoPath, Secret: secret, Provider: o.SyncProvider,
	}
	url, err := flux.GitURL(o.Repo)
	if err != nil {
		return nil, err
	}
	s.Name = flux.SourceName(url)
	_, err = s.YAML()
	return s, errors.In(err, "sync file")
}

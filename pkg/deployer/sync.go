package deployer

import (
	"strings"
	"time"
)

// Sync is the way of a bundle into a cluster: the source that brings it, and what applies it. URL or
// Name is required, and for an artifact both.
type Sync struct {
	// Name is the source's. For an artifact it is the bundle's OCISourceName; for a Git repository
	// it follows from URL where it is empty. Namespace is that of the objects (default:
	// config.DefaultFluxNamespace).
	Name, Namespace string
	// Kustomization is the name of the object that applies the bundle. Empty: one that follows from
	// the source and Path, and that is never the name which a Flux installation gives its own.
	Kustomization string

	// URL is the Git repository's, in any form that Options.RepoURL takes, or oci://HOST/REPOSITORY
	// for an artifact. Empty: the cluster has a GitRepository of the Name, and only what applies the
	// bundle is made.
	URL string
	// Branch and Path say where in a Git repository the bundle is (defaults: "main" and the root).
	Branch, Path string
	// Interval is how often the source is looked at (default: config.DefaultGitRepositoryInterval).
	Interval time.Duration

	// Digest, Tag or Semver picks the artifact; exactly one of them.
	Digest, Tag, Semver string
	// Insecure says that the registry is reached without TLS.
	Insecure bool

	// Secret names the Secret with the source's credentials; Provider is how the source signs in:
	// generic, aws, azure, and for an artifact gcp; for Git github, which needs a Secret with a
	// GitHub App's key. Both may be empty.
	Secret, Provider string
	SourceSecrets
	// Spec are further fields of the Kustomization's spec, such as dependsOn, patches and postBuild.
	Spec map[string]any
	// Verify makes the cluster check the artifact's signature.
	Verify Verify
}

// OCI reports whether the source is an artifact in a registry.
func (s *Sync) OCI() bool { return strings.HasPrefix(strings.ToLower(s.URL), "oci://") }

// Verify is a signature to be checked: with the public keys of a Secret, or keyless, by who signed.
type Verify struct {
	// Provider is cosign; empty means that nothing is checked.
	Provider string
	Secret   string
	// Issuer and Identity are those of the signer's certificate. Text that begins with ^ is a
	// regular expression, anything else is taken literally.
	Issuer, Identity string
}

// Synced is a Sync as objects.
type Synced struct {
	// Sync has the defaults filled in.
	Sync
	// YAML is the content of a file of its own, which says how it was generated: for Git, or for
	// "kubectl apply -f".
	YAML []byte
	// Create says how to create the objects without the YAML, and Watch how to watch what follows.
	Create, Watch string
	// Needs are the Secrets that the cluster must have for the source, one a line.
	Needs []string
}

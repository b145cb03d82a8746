package flux

import (
	"bytes"
	"regexp"
	"slices"
	"strings"

	"github.com/aicr-flux/aicr/pkg/config"
	"github.com/aicr-flux/aicr/pkg/errors"
)

// Sync is the way of a bundle into a cluster: the source that brings it and
// the Flux Kustomization that applies it, for "kubectl apply -f".
type Sync struct {
	// Name is the source's; in OCI mode it is the bundle's OCISourceName.
	// Namespace is that of both objects (default: config.DefaultFluxNamespace).
	Name, Namespace string

	// Kustomization is the name of the Flux Kustomization. Empty: one that
	// follows from the source and Path, and that is never the name which a
	// Flux installation gives its own.
	Kustomization string

	// URL is the Git repository's, in any form that Generator.RepoURL takes,
	// or oci://HOST/REPOSITORY for an artifact.
	URL string

	// Branch and Path say where in a Git repository the bundle is (defaults:
	// "main" and the root).
	Branch, Path string

	// Digest, Tag or Semver picks the artifact; exactly one of them.
	Digest, Tag, Semver string
	// Insecure says that the registry is reached without TLS.
	Insecure bool

	// Secret names the Secret with the source's credentials; Provider is how
	// the source signs in without one: generic, aws, azure, and github for
	// Git or gcp for an artifact. Both may be empty.
	Secret, Provider string

	// Verify makes Flux check the artifact's signature; nil means not.
	Verify *Verify
}

// Verify is a cosign signature to be checked: with the public keys of a
// Secret, or keyless, by who signed.
type Verify struct {
	Secret string
	// Issuer and Identity are those of the signer's certificate. Text that
	// begins with ^ is a regular expression, anything else is taken literally.
	Issuer, Identity string
}

// syncData is the data of the templates of a Sync: Flux's own form of it.
type syncData struct {
	Sync
	Kind, Path, SourceInterval string
	Issuer, Subject            string
}

// OCI reports whether the source is an artifact in a registry.
func (s *Sync) OCI() bool { return strings.HasPrefix(strings.ToLower(s.URL), "oci://") }

// YAML returns the two objects as one YAML stream. Everything that Flux would
// reject is an invalid request, and all problems are reported at once.
func (s Sync) YAML() ([]byte, error) {
	if s.Namespace == "" {
		s.Namespace = config.DefaultFluxNamespace
	}
	data, err := s.data()
	if err != nil {
		return nil, err
	}
	template := "gitrepository-sync.yaml"
	if s.OCI() {
		template = "ocirepository.yaml"
	}
	source, err := execute(template, config.GeneratedComment, data)
	if err != nil {
		return nil, err
	}
	apply, err := execute("sync.yaml", "---", data)
	return bytes.Join([][]byte{source, apply}, nil), err
}

func (s Sync) data() (*syncData, error) {
	d := &syncData{Sync: s, Kind: "GitRepository", SourceInterval: duration(config.DefaultGitRepositoryInterval)}
	var problems []error
	add := func(err error) { problems = append(problems, err) }
	path, err := cleanRepoPath(s.Path)
	add(err)
	d.Path = "./" + path
	if d.Kustomization == "" {
		d.Kustomization = kustomizationName(s.OCI(), s.Name, s.Namespace, path)
	}
	for _, n := range []struct{ what, name string }{{"name of the source", s.Name}, {"name of the Kustomization", d.Kustomization}, {"namespace", s.Namespace}} {
		if !isObjectName(n.name) {
			add(errors.Invalid("the %s %q is not a name that Kubernetes accepts", n.what, n.name))
		}
	}
	if s.Secret != "" && !isObjectName(s.Secret) {
		add(errors.Invalid("the secret name of the source %q is not a name that Kubernetes accepts", s.Secret))
	}
	providers := []string{"generic", "aws", "azure", "github"}
	if s.OCI() {
		d.Kind, providers = "OCIRepository", []string{"generic", "aws", "azure", "gcp"}
		add(s.checkArtifact())
	} else {
		d.URL, err = GitURL(s.URL)
		add(err)
		if d.Branch == "" {
			d.Branch = config.DefaultTargetBranch
		}
		if s.Verify != nil {
			add(errors.Invalid("only an artifact can be verified with cosign; a Git repository cannot"))
		}
	}
	if s.Provider != "" && !slices.Contains(providers, s.Provider) {
		add(errors.Invalid("provider %q is unknown for a %s; use %s", s.Provider, d.Kind, strings.Join(providers, ", ")))
	}
	if s.Verify != nil {
		d.Issuer, d.Subject = pattern(s.Verify.Issuer), pattern(s.Verify.Identity)
		add(s.Verify.check())
	}
	return d, errors.Join(problems...)
}

func (s Sync) checkArtifact() error {
	refs := 0
	for _, ref := range []string{s.Digest, s.Tag, s.Semver} {
		if ref != "" {
			refs++
		}
	}
	if refs != 1 {
		return errors.Invalid("the artifact needs exactly one of digest, tag and semver, and has %d", refs)
	}
	return nil
}

func (v *Verify) check() error {
	switch {
	case v.Secret != "" && (v.Issuer != "" || v.Identity != ""):
		return errors.Invalid("verification needs either a Secret with public keys or a signer's identity, not both")
	case v.Secret == "" && (v.Issuer == "" || v.Identity == ""):
		return errors.Invalid("verification without a Secret trusts anybody who signs; name the Secret with the public keys, or both issuer and identity of the signer")
	case v.Secret != "" && !isObjectName(v.Secret):
		return errors.Invalid("the verification secret %q is not a name that Kubernetes accepts", v.Secret)
	}
	for _, text := range []string{v.Issuer, v.Identity} {
		if _, err := regexp.Compile(text); strings.HasPrefix(text, "^") && err != nil {
			return errors.Invalid("%q is not a regular expression: %s", text, err)
		}
	}
	return nil
}

// pattern returns the regular expression that Flux matches an identity with.
func pattern(text string) string {
	if text == "" || strings.HasPrefix(text, "^") {
		return text
	}
	return "^" + regexp.QuoteMeta(text) + "$"
}

// kustomizationName returns a name for the Kustomization of a bundle. Flux's
// own has the name of its namespace, and replacing that one would make Flux
// delete itself.
func kustomizationName(oci bool, source, namespace, path string) string {
	switch {
	case oci && source != namespace:
		return source
	case !oci && path != "":
		return trimName("aicr-"+baseName(path), maxSourceName)
	}
	return config.DefaultOCISourceName
}

// SourceName returns the name that a source of that URL gets in a bundle.
func SourceName(url string) string { return trimName(baseName(url), maxSourceName) }

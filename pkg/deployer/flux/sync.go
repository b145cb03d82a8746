package flux

import (
	"bytes"
	stderrors "errors"
	"regexp"
	"regexp/syntax"
	"slices"
	"strings"
	"time"

	"github.com/Masterminds/semver/v3"

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
	// Interval is how often the source is looked at (default:
	// config.DefaultGitRepositoryInterval).
	Interval time.Duration

	// Digest, Tag or Semver picks the artifact; exactly one of them.
	Digest, Tag, Semver string
	// Insecure says that the registry is reached without TLS.
	Insecure bool

	// Secret names the Secret with the source's credentials; Provider is how
	// the source signs in: generic, aws, azure, and for an artifact gcp; for
	// Git github, which needs a Secret with a GitHub App's key. Both may be
	// empty.
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
	d := &syncData{Sync: s, Kind: "GitRepository"}
	if d.Interval == 0 {
		d.Interval = config.DefaultGitRepositoryInterval
	}
	d.SourceInterval = duration(d.Interval)
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
			add(errors.Invalid("the %s %q is not a name that Kubernetes accepts; use lower-case letters, digits and inner hyphens", n.what, n.name))
		}
	}
	if d.Kustomization == s.Namespace {
		add(errors.Invalid("the name of the Kustomization %q is that of its namespace, and so that of Flux's own, which would be replaced and removed; choose another", d.Kustomization))
	}
	if s.Secret != "" && !isObjectName(s.Secret) {
		add(errors.Invalid("the source's Secret %q is not a name that Kubernetes accepts; use lower-case letters, digits and inner hyphens", s.Secret))
	}
	if d.Interval < time.Second || d.Interval%time.Millisecond != 0 {
		add(errors.Invalid("the interval of the source %s is not a duration of at least 1s in whole milliseconds", d.Interval))
	}
	providers := []string{"generic", "aws", "azure", "github"}
	if s.OCI() {
		d.Kind, providers = "OCIRepository", []string{"generic", "aws", "azure", "gcp"}
		d.URL = "oci://" + s.URL[len("oci://"):]
		add(s.checkArtifact())
	} else {
		d.URL, err = GitURL(s.URL)
		add(err)
		if d.Branch == "" {
			d.Branch = config.DefaultTargetBranch
		}
		add(checkBranch(d.Branch))
		if s.Verify != nil {
			add(errors.Invalid("only an artifact can be verified with cosign, and the source is a Git repository; leave the verification out"))
		}
		if s.Provider == "github" && s.Secret == "" {
			add(errors.Invalid("the provider github needs a Secret with the key of the GitHub App; name it (--sync-secret)"))
		}
	}
	if s.Provider != "" && !slices.Contains(providers, s.Provider) {
		add(errors.Invalid("the provider %q does not belong to the kind %s; use one of %s", s.Provider, d.Kind, strings.Join(providers, ", ")))
	}
	if s.Verify != nil {
		d.Issuer, d.Subject = pattern(s.Verify.Issuer), pattern(s.Verify.Identity)
		add(s.Verify.check())
	}
	return d, errors.Join(problems...)
}

// These are what an OCIRepository takes, by the distribution grammar.
// Its CRD takes more, and source-controller then refuses it.
var (
	artifactURL    = regexp.MustCompile(`^oci://[^/@\s]+(/[a-z0-9._-]+)+$`)
	artifactDigest = regexp.MustCompile(`^sha(256:[a-f0-9]{64}|512:[a-f0-9]{128})$`)
	artifactTag    = regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$`)
)

func (s Sync) checkArtifact() error {
	var problems []error
	if !artifactURL.MatchString("oci://" + s.URL[len("oci://"):]) {
		problems = append(problems, errors.Invalid("the artifact's URL is not oci://HOST/REPOSITORY; leave out user, tag and digest"))
	}
	refs := 0
	isRange := func(text string) bool {
		_, err := semver.NewConstraint(text)
		return err == nil
	}
	for _, ref := range []struct {
		what, text string
		valid      func(string) bool
	}{{"digest", s.Digest, artifactDigest.MatchString}, {"tag", s.Tag, artifactTag.MatchString}, {"semver", s.Semver, isRange}} {
		if ref.text == "" {
			continue
		}
		refs++
		if !ref.valid(ref.text) {
			problems = append(problems, errors.Invalid("the artifact's %s %q is none; mend it", ref.what, ref.text))
		}
	}
	if refs != 1 {
		problems = append(problems, errors.Invalid("the artifact needs exactly one of digest, tag and semver, and has %d", refs))
	}
	return errors.Join(problems...)
}

func (v *Verify) check() error {
	switch {
	case v.Secret != "" && (v.Issuer != "" || v.Identity != ""):
		return errors.Invalid("verification needs either a Secret with public keys or a signer's identity, not both")
	case v.Secret == "" && (v.Issuer == "" || v.Identity == ""):
		return errors.Invalid("verification without a Secret trusts anybody who signs; " +
			"name the Secret with the public keys (--sync-verify-secret), or both issuer and identity of the signer (--sync-verify-issuer, --sync-verify-identity)")
	case v.Secret != "" && !isObjectName(v.Secret):
		return errors.Invalid("the Secret with the public keys %q is not a name that Kubernetes accepts; use lower-case letters, digits and inner hyphens", v.Secret)
	}
	var problems []error
	for _, text := range []string{v.Issuer, v.Identity} {
		var bad *syntax.Error
		if _, err := syntax.Parse(text, syntax.Perl); strings.HasPrefix(text, "^") && stderrors.As(err, &bad) {
			problems = append(problems, errors.Invalid("%q is not a regular expression (%s: %s); mend it, or leave out the ^ for literal text", text, bad.Code, bad.Expr))
		}
	}
	return errors.Join(problems...)
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
	name := config.DefaultOCISourceName
	switch {
	case oci && source != namespace:
		return source
	case !oci && path != "":
		name = trimName("aicr-"+baseName(path), maxSourceName)
	}
	if name == namespace {
		return trimName("sync-"+name, maxSourceName)
	}
	return name
}

// Needs are what every cluster must have for a bundle; charts says that some of
// it comes out of an artifact.
func Needs(charts bool) []string {
	needs := []string{"Needs Flux " + config.MinFluxVersion + " or later"}
	if charts {
		needs = append(needs,
			"Needs the source-watcher controller: flux install --components-extra=source-watcher",
			"Needs helm-controller with --feature-gates=ExternalArtifact=true")
	}
	return needs
}

// SourceName returns the name that a source of that URL gets in a bundle.
func SourceName(url string) string { return trimName(baseName(url), maxSourceName) }

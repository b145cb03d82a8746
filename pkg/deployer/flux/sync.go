package flux

import (
	"cmp"
	stderrors "errors"
	"fmt"
	"regexp"
	"regexp/syntax"
	"slices"
	"strings"
	"time"

	"github.com/Masterminds/semver/v3"

	"github.com/aicr-flux/aicr/pkg/config"
	"github.com/aicr-flux/aicr/pkg/deployer"
	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/values"
)

// syncData is the data of the templates of a Sync: Flux's own form of it.
type syncData struct {
	deployer.Sync
	Kind, Path, SourceInterval string
	Issuer, Subject            string
	CertSecret, ProxySecret    string
	MoreYAML                   string // further fields of the Kustomization, as YAML
}

// Sync makes the source and the Flux Kustomization that bring a bundle into a cluster. All problems
// are reported at once.
func (Deployer) Sync(s deployer.Sync) (*deployer.Synced, error) {
	data, err := newSyncData(s)
	if err != nil {
		return nil, err
	}
	if data.existing() {
		apply, err := execute("sync.yaml", config.GeneratedComment, data)
		return &deployer.Synced{Sync: data.Sync, YAML: apply, Watch: watch(data.Namespace)}, err
	}
	template, ref := "gitrepository-sync.yaml", "branch "+data.Branch
	if s.OCI() {
		template = "ocirepository.yaml"
		switch {
		case s.Digest != "":
			ref = "digest " + s.Digest
		case s.Tag != "":
			ref = "tag " + s.Tag
		default:
			ref = "semver " + s.Semver
		}
	}
	source, err := execute(template, config.GeneratedComment, data)
	if err != nil {
		return nil, err
	}
	apply, err := execute("sync.yaml", "---", data)
	if err != nil {
		return nil, err
	}
	return &deployer.Synced{
		Sync: data.Sync, YAML: slices.Concat(source, apply),
		Create: fmt.Sprintf("Create the %s %q in namespace %q with url %s and %s, and a Kustomization for it", data.Kind, data.Name, data.Namespace, data.URL, ref),
		Watch:  watch(data.Namespace),
		Needs:  data.needs(),
	}, nil
}

func newSyncData(s deployer.Sync) (*syncData, error) {
	s.Namespace = cmp.Or(s.Namespace, config.DefaultFluxNamespace)
	s.Interval = cmp.Or(s.Interval, config.DefaultGitRepositoryInterval)
	d := &syncData{Sync: s, Kind: "GitRepository", SourceInterval: config.Duration(s.Interval)}
	providers := []string{"generic", "aws", "azure", "github"}
	var problems []error
	add := func(err error) { problems = append(problems, err) }
	switch {
	case s.OCI():
		d.Kind, providers = "OCIRepository", []string{"generic", "aws", "azure", "gcp"}
		d.URL = "oci://" + s.URL[len("oci://"):]
		add(checkArtifact(s))
	case !d.existing():
		add(d.git())
	case s.Secret != "" || s.Provider != "":
		add(errors.Invalid("a Secret and a provider belong to a source that is written, and the cluster has %s; remove them", s.Name))
	}
	path, err := cleanRepoPath(s.Path)
	add(err)
	d.Path = "./" + path
	if d.Kustomization == "" {
		d.Kustomization = kustomizationName(s.OCI(), d.Name, s.Namespace, path)
	}
	for _, n := range []struct{ what, name string }{{"name of the source", d.Name}, {"name of the Kustomization", d.Kustomization}, {"namespace", s.Namespace}} {
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
	if len(s.Spec) > 0 {
		d.MoreYAML, err = values.Encode(s.Spec, 2)
		add(err)
	}
	d.CertSecret, d.ProxySecret = certSecrets(s.SourceSecrets).of(sourceOf(d.URL)), proxySecrets(s.SourceSecrets).of(sourceOf(d.URL))
	if d.Interval < time.Second || d.Interval%time.Millisecond != 0 {
		add(errors.Invalid("the interval of the source %s is not a duration of at least 1s in whole milliseconds", d.Interval))
	}
	if s.Provider != "" && !slices.Contains(providers, s.Provider) {
		add(errors.Invalid("the provider %q does not belong to the kind %s; use one of %s", s.Provider, d.Kind, strings.Join(providers, ", ")))
	}
	d.Issuer, d.Subject = pattern(s.Verify.Issuer), pattern(s.Verify.Identity)
	if s.Verify != (deployer.Verify{}) {
		add(checkVerify(s.Verify))
	}
	return d, errors.Join(problems...)
}

// existing reports whether the cluster has the source.
func (d *syncData) existing() bool { return d.URL == "" && d.Name != "" }

// needs says which Secrets the objects refer to.
func (d *syncData) needs() []string {
	c := clusterSecrets{namespace: d.Namespace}
	credentials := d.Secret
	if d.Provider == "github" {
		c.need(d.Secret, SecretUse{"the GitHub App that reads " + d.URL, "githubAppID, githubAppInstallationID or githubAppInstallationOwner, githubAppPrivateKey"}, generic,
			"--from-literal=githubAppID=ID", "--from-literal=githubAppInstallationID=ID", "--from-file=githubAppPrivateKey=FILE")
		credentials = ""
	}
	c.source(sourceOf(d.URL), credentials, d.CertSecret, d.ProxySecret)
	c.need(d.Verify.Secret, SecretUse{"the signature of " + d.URL, "any number of *.pub"}, generic, "--from-file=cosign.pub=FILE")
	return secretNotes(d.Namespace, c.data())
}

// git completes and checks what only a Git repository has.
func (d *syncData) git() error {
	url, err := GitURL(d.URL)
	problems := []error{err}
	d.URL = url
	d.Name = cmp.Or(d.Name, trimName(baseName(url), maxSourceName))
	d.Branch = cmp.Or(d.Branch, config.DefaultTargetBranch)
	problems = append(problems, checkBranch(d.Branch))
	if d.Verify.Provider != "" {
		problems = append(problems, errors.Invalid("`Verify.Provider` is about an artifact, and the source is a Git repository; remove it"))
	}
	if d.Provider == "github" && d.Secret == "" {
		problems = append(problems, errors.Invalid("the provider github needs a Secret with the key of the GitHub App; name it with `Sync.Secret`"))
	}
	return errors.Join(problems...)
}

// These are what an OCIRepository takes, by the distribution grammar. Its CRD takes more, and
// source-controller then refuses it.
var (
	artifactURL    = regexp.MustCompile(`^oci://[^/@\s]+(/[a-z0-9._-]+)+$`)
	artifactDigest = regexp.MustCompile(`^sha(256:[a-f0-9]{64}|512:[a-f0-9]{128})$`)
	artifactTag    = regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$`)
)

func checkArtifact(s deployer.Sync) error {
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
			problems = append(problems, errors.Invalid("the artifact's %s %q is not valid; correct it", ref.what, ref.text))
		}
	}
	if refs != 1 {
		problems = append(problems, errors.Invalid("the artifact needs exactly one of digest, tag and semver, and has %d", refs))
	}
	return errors.Join(problems...)
}

func checkVerify(v deployer.Verify) error {
	switch {
	case v.Provider == "":
		return errors.Invalid("a signature is described, and none is checked; set `Verify.Provider` to cosign, or leave it out")
	case v.Provider != "cosign":
		return errors.Invalid("`Verify.Provider` %q is unknown; use cosign", v.Provider)
	case v.Secret != "" && (v.Issuer != "" || v.Identity != ""):
		return errors.Invalid("verification needs either a Secret with public keys or a signer's identity, not both")
	case v.Secret == "" && (v.Issuer == "" || v.Identity == ""):
		return errors.Invalid("verification without a Secret trusts anybody who signs; " +
			"name the Secret with the public keys (`Verify.Secret`), or both issuer and identity of the signer (`Verify.Issuer`, `Verify.Identity`)")
	case v.Secret != "" && !isObjectName(v.Secret):
		return errors.Invalid("the Secret with the public keys %q is not a name that Kubernetes accepts; use lower-case letters, digits and inner hyphens", v.Secret)
	}
	var problems []error
	for _, text := range []string{v.Issuer, v.Identity} {
		var bad *syntax.Error
		if _, err := syntax.Parse(text, syntax.Perl); strings.HasPrefix(text, "^") && stderrors.As(err, &bad) {
			problems = append(problems, errors.Invalid("%q is not a regular expression (%s: %s); correct it, or leave out the ^ for literal text", text, bad.Code, bad.Expr))
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

// kustomizationName returns a name for the Kustomization of a bundle. Flux's own has the name of
// its namespace, and replacing that one would make Flux delete itself.
func kustomizationName(oci bool, source, namespace, path string) string {
	name := config.DefaultOCISourceName
	switch {
	case oci && source != namespace:
		return source
	case !oci && path != "":
		name = pathName(path)
	}
	if name == namespace {
		return trimName("sync-"+name, maxSourceName)
	}
	return name
}

// plainPath is a path that its name tells apart from every other one: with a hyphen for each slash it
// can still be read in one way only.
var plainPath = regexp.MustCompile(`^[a-z0-9]+(/[a-z0-9]+)*$`)

// pathName names a Kustomization after the bundle's directory, with a hash of the path where another
// path would get the same name.
func pathName(path string) string {
	name := "aicr-" + baseName(path)
	if plainPath.MatchString(path) && len(name) <= maxSourceName {
		return name
	}
	return hashedName(name, path)
}

// Needs are what every cluster must have for a bundle that uses what this line of Flux versions has,
// and the one setting that it should have; charts says that some of it comes out of an artifact.
func Needs(fluxVersion string, charts bool) []string {
	needs := []string{"Needs Flux " + fluxVersion + " or later"}
	if charts {
		needs = append(needs,
			"Needs the source-watcher controller: flux install --components-extra=source-watcher",
			"Needs helm-controller with --feature-gates=ExternalArtifact=true")
	}
	return append(needs, "A fix for a release that hangs is applied only after its timeout, unless Flux has the feature gate CancelHealthCheckOnNewRevision=true: see the README")
}

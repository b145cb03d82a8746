package checks

import (
	"regexp"
	"slices"
	"strings"

	"github.com/aicr-flux/aicr/pkg/recipe"
	"github.com/aicr-flux/aicr/pkg/rollout"
	"github.com/aicr-flux/aicr/pkg/verify/engine"
)

var sourceSettings = &engine.Check{
	ID:       "source-settings",
	Group:    engine.GroupReferences,
	Severity: engine.SeverityError,
	Title:    "Each source names what can be fetched, with what it takes to fetch it",
	Remedy:   "Correct the field.",
	After:    []string{"version-invalid", "source-url"},
	Run: func(p *engine.Pass) {
		for _, o := range p.Objects {
			if engine.Encrypted(o) {
				continue
			}
			switch {
			case o.Kind == "HelmRelease" && o.Group() == "helm.toolkit.fluxcd.io":
				verifies(p, o, "spec", "chart", "spec")
			case o.Kind == "HelmChart" && engine.IsSource(o):
				verifies(p, o, "spec")
			case o.Kind == "GitRepository" && engine.IsSource(o):
				keyless := o.Text("spec", "secretRef", "name") == "" && slices.Contains([]string{"", "generic"}, o.Text("spec", "provider"))
				if at := o.Place("spec", "url"); keyless && strings.HasPrefix(o.Text("spec", "url"), "ssh://") && !p.FoundAt(at) {
					p.Advise(at, "Name a Secret with an identity and known_hosts in spec.secretRef.", "the URL is one of SSH, and no Secret is named: source-controller fetches nothing without a key")
				}
				references(p, o)
			case o.Kind == "OCIRepository" && engine.IsSource(o):
				references(p, o)
				verifies(p, o, "spec")
			}
		}
	},
}

// reference says which texts a field of spec.ref takes.
type reference struct {
	fits  func(string) bool
	wants string
}

var (
	commit = regexp.MustCompile(`^([0-9a-f]{40}|[0-9a-f]{64})$`)
	digest = regexp.MustCompile(`^sha256:[0-9a-f]{64}$`)
	ociTag = regexp.MustCompile(`^\w[\w.-]{0,127}$`)
)

func isSemver(text string) bool { return recipe.CheckVersion(text) == nil }

// referenceFields are the fields of spec.ref by kind.
func referenceFields(kind string) map[string]reference {
	semver := reference{isSemver, "a version or a range of versions, such as 1.2.3 or >=1.0.0"}
	if kind == "GitRepository" {
		name := reference{recipe.IsGitName, "a name that git takes"}
		return map[string]reference{
			"semver": semver, "branch": name, "tag": name,
			"commit": {commit.MatchString, "a whole commit, of 40 hexadecimal digits"},
			"name":   {func(text string) bool { return strings.HasPrefix(text, "refs/") && recipe.IsGitName(text) }, "a whole name, which begins with refs/"},
		}
	}
	return map[string]reference{
		"semver": semver,
		"digest": {digest.MatchString, "sha256: and 64 hexadecimal digits"},
		"tag":    {ociTag.MatchString, "a tag that a registry takes"},
		"semverFilter": {func(text string) bool {
			_, err := regexp.Compile(text)
			return err == nil
		}, "a regular expression"},
	}
}

// references looks at what a source takes of its place.
func references(p *engine.Pass, o *rollout.Object) {
	for _, field := range []string{"branch", "tag", "semver", "name", "commit", "digest", "semverFilter"} {
		is, known := referenceFields(o.Kind)[field]
		text, at := o.Text("spec", "ref", field), o.Place("spec", "ref", field)
		if known && text != "" && !is.fits(text) && !substitutes(o, "spec", "ref", field) && !p.FoundAt(at) {
			p.Report(at, "%q is not %s, so that source-controller fetches nothing", text, is.wants)
		}
	}
}

// verifies looks at the settings by which signatures are verified, in the map at the path.
func verifies(p *engine.Pass, o *rollout.Object, path ...any) {
	in := func(keys ...any) []any { return append(path[:len(path):len(path)], keys...) }
	at := o.Place(in("verify")...)
	if o.Get(in("verify")...) == nil || p.FoundAt(at) {
		return
	}
	if o.Text(in("verify", "provider")...) == "notation" && o.Text(in("verify", "secretRef", "name")...) == "" {
		p.Advise(at, "Name a Secret with a trust policy and certificates in verify.secretRef.", "notation verifies nothing without a Secret, and so nothing is fetched")
	}
	list, _ := o.Get(in("verify", "matchOIDCIdentity")...).([]any)
	for i := range list {
		for _, field := range []string{"issuer", "subject"} {
			if _, err := regexp.Compile(o.Text(in("verify", "matchOIDCIdentity", i, field)...)); err != nil {
				p.Advise(o.Place(in("verify", "matchOIDCIdentity", i, field)...), "Correct the expression.", "it is not a regular expression: %s", oneLine(err))
			}
		}
	}
	kind := o.Text(in("sourceRef", "kind")...)
	if kind == "" {
		return // an OCIRepository
	}
	const remedy = "Remove verify, or take the chart from an OCI registry."
	switch source := p.Object(sourceIn(o, path)); {
	case kind != "HelmRepository":
		p.Advise(at, remedy, "only charts of a HelmRepository can be verified, and this one comes from a %s: Flux refuses the chart", kind)
	case source != nil && source.Text("spec", "type") != "oci":
		p.Advise(at, remedy, "%s is no OCI registry, and source-controller verifies only charts of those: it fetches nothing", source.Ref)
	}
}

// sourceIn is the source that sourceRef names in the map at the path.
func sourceIn(o *rollout.Object, path []any) rollout.Ref {
	text := func(field string) string { return o.Text(append(path[:len(path):len(path)], "sourceRef", field)...) }
	ref := rollout.Ref{Kind: text("kind"), Namespace: text("namespace"), Name: text("name")}
	if ref.Namespace == "" {
		ref.Namespace = o.Namespace
	}
	return ref
}

package checks

import (
	"fmt"
	"net/url"
	"path"
	"slices"
	"strings"

	"github.com/aicr-flux/aicr/pkg/recipe"
	"github.com/aicr-flux/aicr/pkg/rollout"
	"github.com/aicr-flux/aicr/pkg/verify/engine"
)

var sourceURL = &engine.Check{
	ID:       "source-url",
	Group:    engine.GroupReferences,
	Severity: engine.SeverityError,
	Quick:    true,
	Title:    "Each source has a URL that Flux can fetch",
	Remedy:   "Write the URL with a scheme that this kind of source takes.",
	Run: func(p *engine.Pass) {
		for _, o := range p.Objects {
			if !engine.IsSource(o) || sourceSchemes[o.Kind] == nil {
				continue
			}
			address, isText := o.Get("spec", "url").(string)
			if !isText || substitutes(o, "spec", "url") {
				continue // the schema or substitution complains
			}
			if problem, remedy := urlProblem(o, address); problem != "" {
				at := o.Place("spec", "url")
				p.Instead(at)
				p.Advise(at, remedy, "%s", problem)
			}
		}
	},
}

var sourceSchemes = map[string][]string{
	"GitRepository": {"https", "http", "ssh"}, "HelmRepository": {"https", "http", "oci"}, "OCIRepository": {"oci"},
}

// urlProblem tells what is wrong with a source's URL, without showing more of it than its scheme
// and its host: the rest can hold a credential.
func urlProblem(o *rollout.Object, address string) (problem, remedy string) {
	schemes := sourceSchemes[o.Kind]
	scheme, rest, hasScheme := strings.Cut(address, "://")
	remedy = fmt.Sprintf("Write a URL that begins with %s://.", strings.Join(schemes, ":// or "))
	switch {
	case address == "":
		return "the URL is empty", remedy
	case !hasScheme && scpForm(address) && o.Kind == "GitRepository":
		return "the URL has git's short form user@host:path, which source-controller does not take", "Write ssh://user@host/path."
	case !hasScheme:
		return "the URL has no scheme", remedy
	case !slices.Contains(schemes, scheme):
		return fmt.Sprintf("source-controller takes no %q for a %s", scheme+"://", o.Kind), remedy
	}
	parsed, err := url.Parse(address)
	kind, isText := o.Get("spec", "type").(string)
	switch {
	case o.Get("spec", "type") != nil && !isText: // the schema complains
	case err != nil || parsed.Host == "":
		return "the URL cannot be read: it needs a host", "Write " + scheme + "://host/path."
	case o.Kind == "HelmRepository" && scheme == "oci" && kind != "oci":
		return "the URL is one of an OCI registry, and the HelmRepository is of the default type", "Add type: oci to the spec."
	case o.Kind == "HelmRepository" && scheme != "oci" && kind == "oci":
		return "the HelmRepository has the type oci, and its URL is not one of an OCI registry", "Remove type: oci, or write a URL that begins with oci://."
	case o.Kind == "OCIRepository" && strings.ContainsAny(path.Base(rest), ":@") && strings.Contains(rest, "/"):
		return "the URL has a tag or a digest", "Move it to spec.ref."
	case o.Kind == "GitRepository":
		return "", ""
	}
	if err := recipe.CheckRepository(address); err != nil {
		return "the URL cannot be used: " + err.Error(), "Write the URL of the repository, and nothing more."
	}
	return "", ""
}

// scpForm reports whether it is user@host:path.
func scpForm(address string) bool {
	before, _, found := strings.Cut(address, ":")
	return found && !strings.Contains(before, "/")
}

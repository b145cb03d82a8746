package verify

import (
	"net/url"
	"path"
	"strings"

	"github.com/aicr-flux/aicr/internal/rollout"
)

var resourceOutside = &Check{
	ID:       "resource-outside",
	Group:    GroupBuild,
	Severity: SeverityError,
	Quick:    true,
	Title:    "Each resource of a kustomization lies in the bundle",
	Why: `Flux builds in a copy of its source. A path that leaves the bundle is there only by chance: in an OCI artifact never,
in a Git repository only while the bundle lies where it was written for. An absolute path is never there.

A URL is a warning: the controller fetches it with each build, so that what is applied changes without a commit, and the
build fails when that server does.`,
	Remedy: "Copy the file into the bundle, and list the copy.",
	Bad: `resources:
- ../base
- https://example.com/crds.yaml`,
	run: func(p *pass) {
		for _, entry := range p.Listing.Entries {
			switch {
			case entry.State == rollout.EntryRemote:
				p.warn(entry.Place, "it is fetched from %s with each build", hostOf(entry.Text))
			case entry.State != rollout.EntryOutside:
			case !path.IsAbs(entry.Text) && p.inRepository(entry.Target):
				p.unseen("%s: %q lies outside of the bundle", entry.Place, withoutUser(entry.Text))
			default:
				p.report(entry.Place, "%q lies outside of the bundle", withoutUser(entry.Text))
			}
		}
	},
}

// inRepository reports whether a path that leaves the bundle stays in the
// repository, as far as is known where in it the bundle lies.
func (p *pass) inRepository(target string) bool {
	whole := path.Join(p.options.RepositoryPath, target)
	return p.options.RepositoryPath != "" && whole != ".." && !strings.HasPrefix(whole, "../")
}

// hostOf is what may be shown of a URL: the rest can hold a credential.
func hostOf(address string) string {
	parsed, err := url.Parse(address)
	if err != nil || parsed.Host == "" {
		return "another server"
	}
	return parsed.Host
}

// withoutUser leaves out what stands before an @: an address without its scheme
// may begin with a credential.
func withoutUser(entry string) string {
	if at := strings.LastIndexByte(entry, '@'); at >= 0 {
		return "…" + entry[at:]
	}
	return entry
}

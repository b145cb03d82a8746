package checks

import (
	"net/url"
	"path"

	"github.com/aicr-flux/aicr/pkg/rollout"
	"github.com/aicr-flux/aicr/pkg/verify/engine"
)

var resourceOutside = &engine.Check{
	ID:       "resource-outside",
	Group:    engine.GroupBuild,
	Severity: engine.SeverityError,
	Quick:    true,
	Title:    "Each resource of a kustomization lies in the bundle, or beside it in its repository",
	Remedy:   "Copy the file into the bundle, and list the copy; or set `Root` to the repository that holds both.",
	Run: func(p *engine.Pass) {
		for _, entry := range p.Listing.Entries {
			switch {
			case entry.State == rollout.EntryRemote:
				p.Warn(entry.Place, "it is fetched from %s with each build", hostOf(entry.Text))
			case entry.State != rollout.EntryOutside:
			case !path.IsAbs(entry.Text) && inRepository(p, entry.Target):
				p.Unseen("%s: %q lies outside of the bundle; set `Root` to look at it, too", entry.Place, rollout.WithoutUser(entry.Text))
			default:
				p.Report(entry.Place, "%q lies outside of the bundle, and of its repository as far as that is known", rollout.WithoutUser(entry.Text))
			}
		}
	},
}

// inRepository reports whether a path that leaves the bundle stays in the repository, as far as is
// known where in it the bundle lies.
func inRepository(p *engine.Pass, target string) bool {
	return p.Options.RepositoryPath != "" && !rollout.Outside(path.Join(p.Options.RepositoryPath, target))
}

// hostOf is what may be shown of a URL: the rest can hold a credential.
func hostOf(address string) string {
	parsed, err := url.Parse(address)
	if err != nil || parsed.Host == "" {
		return "another server"
	}
	return parsed.Host
}

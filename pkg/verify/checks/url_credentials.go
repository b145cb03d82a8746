package checks

import (
	"net/url"
	"slices"
	"strings"

	"github.com/aicr-flux/aicr/pkg/rollout"
	"github.com/aicr-flux/aicr/pkg/values"
	"github.com/aicr-flux/aicr/pkg/verify/engine"
)

var urlCredentials = &engine.Check{
	ID:       "url-credentials",
	Group:    engine.GroupHazards,
	Severity: engine.SeverityError,
	Quick:    true,
	Title:    "No URL holds credentials",
	Remedy:   "Remove the credentials from the URL, name a Secret instead (secretRef of a source), and change the password.",
	Run: func(p *engine.Pass) {
		for _, o := range p.Objects {
			engine.EachText(o.Content, nil, func(path []any, text string) bool {
				if !mayHoldUser(text) {
					return true
				}
				switch isSource := strings.HasPrefix(o.Group(), "source."); {
				case isSource && slices.Equal(path, []any{"spec", "url"}):
					if credentials(text) {
						p.Report(o.Place(path...), "the URL of the source holds credentials")
					}
				case values.HasURLPassword(text):
					p.Warn(o.Place(path...), "a URL in it holds a password")
				}
				return true
			})
		}
		if !p.Options.Quick {
			chartURLs(p)
		}
	},
}

func mayHoldUser(text string) bool {
	return strings.Contains(text, "@") && strings.Contains(text, "://")
}

// chartURLs looks at the addresses in the Chart.yaml of local charts, and in the kustomizations.
func chartURLs(p *engine.Pass) {
	for _, file := range p.Tree.Paths() {
		if base := file[strings.LastIndex(file, "/")+1:]; base != "Chart.yaml" && base != "kustomization.yaml" && base != "provenance.yaml" {
			continue
		}
		data, err := p.Tree.Read(file)
		if err != nil {
			p.Unseen("%s cannot be read", file)
			continue
		}
		if !mayHoldUser(string(data)) {
			continue
		}
		for i, line := range strings.Split(string(data), "\n") {
			if values.HasURLPassword(line) && !p.FoundIn(file, i+1) {
				p.Report(rollout.InFile(file, i+1), "a URL in this line holds a password")
			}
		}
	}
}

// credentials reports whether the URL of a source holds more than the user name of SSH.
func credentials(text string) bool {
	u, err := url.Parse(text)
	if err != nil {
		return values.HasURLPassword(text)
	}
	_, password := u.User.Password()
	return password || u.User != nil && !strings.EqualFold(u.Scheme, "ssh")
}

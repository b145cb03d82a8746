package verify

import "regexp"

var sourcePlaceholder = &Check{
	ID:       "source-placeholder",
	Group:    GroupReferences,
	Severity: SeverityWarning,
	Quick:    true,
	Title:    "No source has a placeholder for its URL",
	Why: `A bundle that is made without the URL of its repository has one that leads nowhere. source-controller cannot fetch it, so
the local charts do not roll out until the URL is the real one.`,
	Remedy: "Write the real URL, or generate the bundle with --repo.",
	Bad: `kind: GitRepository
spec: {url: https://github.com/YOUR_ORG/YOUR_REPO.git}`,
	run: func(p *pass) {
		for _, o := range p.Objects {
			if isSource(o) && placeholderPattern.MatchString(o.Text("spec", "url")) {
				p.report(o.Place("spec", "url"), "the URL is a placeholder: %s", placeholderPattern.FindString(o.Text("spec", "url")))
			}
		}
	},
}

// placeholderPattern finds what people are told to replace.
var placeholderPattern = regexp.MustCompile(`YOUR[_-](ORG|REPO|USER|NAME)[A-Z_-]*|<[a-z][a-z_-]*>|\bCHANGE_?ME\b`)

package checks

import (
	"regexp"

	"github.com/aicr-flux/aicr/pkg/verify/engine"
)

var sourcePlaceholder = &engine.Check{
	ID:       "source-placeholder",
	Group:    engine.GroupReferences,
	Severity: engine.SeverityWarning,
	Quick:    true,
	Title:    "No source has a placeholder for its URL",
	Remedy:   "Write the real URL, or generate the bundle with `RepoURL`.",
	Run: func(p *engine.Pass) {
		for _, o := range p.Objects {
			if engine.IsSource(o) && placeholderPattern.MatchString(o.Text("spec", "url")) {
				p.Report(o.Place("spec", "url"), "the URL is a placeholder: %s", placeholderPattern.FindString(o.Text("spec", "url")))
			}
		}
	},
}

// placeholderPattern finds what people are told to replace.
var placeholderPattern = regexp.MustCompile(`YOUR[_-](ORG|REPO|USER|NAME)[A-Z_-]*|<[a-z][a-z_-]*>|\bCHANGE_?ME\b`)

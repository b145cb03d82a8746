package checks

import (
	"regexp"
	"strings"

	"github.com/aicr-flux/aicr/pkg/verify/engine"
)

var plainJob = &engine.Check{
	ID:       "plain-job",
	Group:    engine.GroupHazards,
	Severity: engine.SeverityWarning,
	Title:    "Jobs in charts are hooks, or have a name that changes",
	Remedy:   "Make the Job a Helm hook (helm.sh/hook: post-install,post-upgrade), or put a hash of its content into its name.",
	Run: func(p *engine.Pass) {
		for _, m := range p.Resources() {
			if m.Kind() == "Job" && m.Group() == "batch" && !m.Hook && m.Get("spec", "ttlSecondsAfterFinished") == nil && !renames(m.Text(p.Scene)) {
				p.Report(m.Place(p.Scene), "%s renders this Job under a fixed name, and an upgrade that changes it fails", m.Chart.Release.Ref)
			}
		}
	},
}

var changing = regexp.MustCompile(`sha256sum|sha1sum|adler32sum|\.Release\.Revision|\.Chart\.Version|rand[A-Z]|uuidv4|\bnow\b`)

// renames reports whether a template computes a name from something that changes with each version
// or each upgrade.
func renames(template []byte) bool {
	for line := range strings.Lines(string(template)) {
		if strings.HasPrefix(strings.TrimLeft(line, "- "), "name:") && changing.MatchString(line) {
			return true
		}
	}
	return false
}

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
	Why: `The pod template of a Job cannot be changed. A chart that holds a Job under a fixed name installs, and its first upgrade
that changes the Job, be it only by a new image or a label with the chart's version, fails with "field is immutable".

A Job that is a Helm hook is deleted and created anew; one whose name holds a hash of what it does is another Job; and one with
ttlSecondsAfterFinished is gone by then.`,
	Remedy: "Make the Job a Helm hook (helm.sh/hook: post-install,post-upgrade), or put a hash of its content into its name.",
	Bad: `apiVersion: batch/v1
kind: Job
metadata:
  name: warm-up`,
	Run: func(p *engine.Pass) {
		for _, chart := range p.Charts() {
			for _, m := range chart.Resources {
				if m.Kind() == "Job" && m.Group() == "batch" && !m.Hook && m.Get("spec", "ttlSecondsAfterFinished") == nil && !renames(chart.Template(p.Scene, m.Template)) {
					p.Report(m.Place(p.Scene), "%s renders this Job under a fixed name, and an upgrade that changes it fails", chart.Release.Ref)
				}
			}
		}
	},
}

var changing = regexp.MustCompile(`sha256sum|sha1sum|adler32sum|\.Release\.Revision|\.Chart\.Version|rand[A-Z]|uuidv4|\bnow\b`)

// renames reports whether a template computes a name from something that
// changes with each version or each upgrade.
func renames(template []byte) bool {
	for line := range strings.Lines(string(template)) {
		if strings.HasPrefix(strings.TrimLeft(line, "- "), "name:") && changing.MatchString(line) {
			return true
		}
	}
	return false
}

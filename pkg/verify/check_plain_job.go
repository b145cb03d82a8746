package verify

import (
	"regexp"
	"strings"
)

var plainJob = &Check{
	ID:       "plain-job",
	Group:    GroupHazards,
	Severity: SeverityWarning,
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
	run: func(p *pass) {
		for _, chart := range p.charts() {
			for _, m := range chart.resources() {
				if m.kind() == "Job" && m.group() == "batch" && !m.Hook && m.get("spec", "ttlSecondsAfterFinished") == nil && !renames(chart.template(p.scene, m.Template)) {
					p.report(m.place(p.scene), "%s renders this Job under a fixed name, and an upgrade that changes it fails", chart.Release.Ref)
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

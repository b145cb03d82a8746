package verify

import (
	"fmt"

	"github.com/aicr-flux/aicr/internal/rollout"
)

// Group is a chapter of the checks.
type Group string

// The groups, in the order in which their checks run.
const (
	GroupIntegrity  Group = "Integrity"
	GroupSchema     Group = "Syntax and schema"
	GroupBuild      Group = "Build"
	GroupReferences Group = "References"
	GroupOrder      Group = "Order"
	GroupCharts     Group = "Charts"
	GroupHazards    Group = "Hazards"
)

// Check is one thing that is looked at.
type Check struct {
	// ID names the check in reports, in Options.Skip and in the documentation.
	ID    string
	Group Group
	// Severity is that of its findings, where a finding does not say otherwise.
	Severity Severity
	// Title says in one line what must hold.
	Title string
	// Why tells what happens on a cluster where it does not; Markdown.
	Why string
	// Remedy says what to do; it is part of each finding, so it is one sentence.
	Remedy string
	// Bad is an excerpt of a bundle that does not pass.
	Bad string
	// Quick marks a check that needs no chart, no schema and no build; these run
	// on every bundle before it is written.
	Quick bool
	// unless names checks whose findings say all that this one would say: it is
	// not run after them.
	unless []string

	run func(*pass)
}

// Checks returns every check, in the order in which they run.
func Checks() []Check {
	all := make([]Check, 0, len(checks))
	for _, c := range checks {
		all = append(all, *c)
	}
	return all
}

// pass is one run of one check over a scene.
type pass struct {
	*scene
	check *Check
}

// report adds a finding with the severity and the remedy of the check.
func (p *pass) report(at rollout.Place, format string, args ...any) {
	p.add(p.check.Severity, at, p.check.Remedy, format, args...)
}

// warn is report for what is wrong less than the check's other findings.
func (p *pass) warn(at rollout.Place, format string, args ...any) {
	p.add(SeverityWarning, at, p.check.Remedy, format, args...)
}

// advise is report with a remedy for this very finding.
func (p *pass) advise(at rollout.Place, remedy, format string, args ...any) {
	p.add(p.check.Severity, at, remedy, format, args...)
}

func (p *pass) add(severity Severity, at rollout.Place, remedy, format string, args ...any) {
	p.findings = append(p.findings, Finding{
		Check: p.check.ID, Severity: severity, Place: Place(at), Message: fmt.Sprintf(format, args...), Remedy: remedy,
	})
}

// unseen notes, once, what this check could not look at, and why.
func (p *pass) unseen(format string, args ...any) {
	note := p.check.ID + ": " + fmt.Sprintf(format, args...)
	if !p.noted[note] {
		p.noted[note] = true
		p.notSeen = append(p.notSeen, note)
	}
}

// found reports whether one of the checks has found something.
func (s *scene) found(ids ...string) bool {
	for _, f := range s.findings {
		for _, id := range ids {
			if f.Check == id {
				return true
			}
		}
	}
	return false
}

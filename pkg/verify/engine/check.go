package engine

import (
	"fmt"

	"github.com/aicr-flux/aicr/pkg/rollout"
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

// Groups are all groups, in the order in which their checks run: a cause stands before what follows
// from it.
var Groups = [...]Group{
	GroupIntegrity, GroupSchema, GroupBuild, GroupReferences, GroupOrder, GroupCharts, GroupHazards,
}

// Check is one thing that is looked at.
type Check struct {
	// ID names the check in reports, in Options.Skip and in the documentation.
	ID    string
	Group Group
	// Severity is that of its findings, where a finding does not say otherwise.
	Severity Severity
	// Title says in one line what must hold; why, and what does not pass, is in the page of the
	// check.
	Title string
	// Remedy says what to do; it is part of each finding, so it is one sentence.
	Remedy string
	// Quick marks a check that needs no chart, no schema and no build; these run on every bundle
	// before it is written.
	Quick bool
	// Unless names checks whose findings say all that this one would say: it runs after them, and
	// only where they found nothing.
	Unless []string
	// After names checks whose findings this one looks at, so that it runs after them.
	After []string

	// Run looks at the scene of the pass and reports what is wrong.
	Run func(*Pass)
}

// Pass is one run of one check over a scene.
type Pass struct {
	*Scene
	Check *Check
}

// Report adds a finding with the severity and the remedy of the check.
func (p *Pass) Report(at rollout.Place, format string, args ...any) {
	p.Add(p.Check.Severity, at, p.Check.Remedy, format, args...)
}

// Warn is report for what is wrong less than the check's other findings.
func (p *Pass) Warn(at rollout.Place, format string, args ...any) {
	p.Add(SeverityWarning, at, p.Check.Remedy, format, args...)
}

// Advise is report with a remedy for this very finding.
func (p *Pass) Advise(at rollout.Place, remedy, format string, args ...any) {
	p.Add(p.Check.Severity, at, remedy, format, args...)
}

// Add adds a finding.
func (p *Pass) Add(severity Severity, at rollout.Place, remedy, format string, args ...any) {
	p.trace(p.Check.ID, at)
	p.Findings = append(p.Findings, Finding{
		Check: p.Check.ID, Severity: severity, Place: at, Message: fmt.Sprintf(format, args...), Remedy: remedy,
	})
}

// Note says what is good to know of the bundle as a whole.
func (p *Pass) Note(format string, args ...any) {
	p.notes = append(p.notes, fmt.Sprintf(format, args...))
}

// Fail says why the bundle cannot be verified, which is no fault of it.
func (p *Pass) Fail(err error) { p.failed.Do(func() { p.failure = err }) }

// Unseen notes, once, what this check could not look at, and why.
func (p *Pass) Unseen(format string, args ...any) {
	note := p.Check.ID + ": " + fmt.Sprintf(format, args...)
	if !p.noted[note] {
		p.noted[note] = true
		p.NotSeen = append(p.NotSeen, note)
	}
}

// Unrendered takes note, for the verdict, that the chart of a release is not looked at, or not with
// all of its values; a note or a finding says why.
func (s *Scene) Unrendered(release *rollout.Release) { s.unrendered[release.Ref] = true }

package engine

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/aicr-flux/aicr/pkg/rollout"
)

// Severity says how bad a finding is.
type Severity int

// The severities.
const (
	// SeverityInfo is for what is worth knowing and wrong in no way.
	SeverityInfo Severity = iota
	// SeverityWarning is for what works and may surprise.
	SeverityWarning
	// SeverityError is for what Flux refuses, or what does not roll out.
	SeverityError
)

var severityNames = []string{"info", "warning", "error"}

// String returns "info", "warning" or "error".
func (s Severity) String() string { return severityNames[s] }

// MarshalText implements encoding.TextMarshaler.
func (s Severity) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (s *Severity) UnmarshalText(text []byte) error {
	i := slices.Index(severityNames, string(text))
	if i < 0 {
		return fmt.Errorf("%q is no severity; choose among info, warning and error", text)
	}
	*s = Severity(i)
	return nil
}

// Place is where in a bundle something is.
type Place = rollout.Place

// Finding is one thing that is wrong.
type Finding struct {
	Check    string   `json:"check"`
	Severity Severity `json:"severity"`
	Place
	// Message says what is wrong, Remedy what to do.
	Message string `json:"message"`
	Remedy  string `json:"remedy"`
}

// Report is what a verification found.
type Report struct {
	// Findings are sorted: the worst first, then by file, line and check.
	Findings []Finding `json:"findings"`
	// Notes are what is good to know of the bundle as a whole.
	Notes []string `json:"notes,omitempty"`
	// NotSeen is what could not be looked at, each with its reason.
	NotSeen []string `json:"notSeen,omitempty"`
	// Needs is what the bundle wants of a cluster.
	Needs Needs `json:"needs"`
	// FluxVersion is the line of Flux versions that the bundle was held against.
	FluxVersion string `json:"fluxVersion"`
	// KubeVersion is the version of Kubernetes that it was held against.
	KubeVersion string `json:"kubeVersion"`
	// Objects and Releases count what the bundle brings.
	Objects  int `json:"objects"`
	Releases int `json:"releases"`
}

// Count returns the number of findings of a severity.
func (r Report) Count(s Severity) int {
	n := 0
	for _, f := range r.Findings {
		if f.Severity == s {
			n++
		}
	}
	return n
}

// Worst returns whether there is a finding at least as bad as s.
func (r Report) Worst(s Severity) bool {
	return slices.ContainsFunc(r.Findings, func(f Finding) bool { return f.Severity >= s })
}

// Summary counts the findings: "2 errors, 1 warning".
func (r Report) Summary() string {
	var parts []string
	for s := SeverityError; s >= SeverityInfo; s-- {
		n := r.Count(s)
		switch {
		case n > 0 && s == SeverityInfo:
			parts = append(parts, fmt.Sprintf("%d for information", n))
		case n > 0:
			parts = append(parts, Plural(n, s.String()))
		}
	}
	if len(parts) == 0 {
		return "nothing is wrong"
	}
	return strings.Join(parts, ", ")
}

// Sorted puts the findings into the order in which people work on them: the worst first.
func Sorted(findings []Finding) []Finding {
	slices.SortStableFunc(findings, func(a, b Finding) int {
		return cmp.Or(
			cmp.Compare(b.Severity, a.Severity), cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line),
			cmp.Compare(a.Check, b.Check),
		)
	})
	return append([]Finding{}, slices.Compact(findings)...)
}

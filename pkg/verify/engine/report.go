package engine

import (
	"cmp"
	"fmt"
	"path"
	"path/filepath"
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
	// Source is the bundle as it was named, and Dir where its files are in the repository, as
	// annotations need it; for a recipe the file of that. Both are empty where that is not known.
	Source string `json:"source,omitempty"`
	Dir    string `json:"-"`
	// Unwritten says that the bundle was made in memory, so that its files are in no directory.
	Unwritten bool `json:"unwritten,omitempty"`
	// Findings are sorted: the worst first, then by file, line and check.
	Findings []Finding `json:"findings"`
	// Known are findings that somebody accepts; see Baseline.
	Known []Finding `json:"known,omitempty"`
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
	// Unbuilt says that the kustomization was not built, so that objects are judged as they stand in
	// the files; NotSeen or a finding says why.
	Unbuilt bool `json:"unbuilt,omitempty"`
	// Unrendered are the releases whose charts were not looked at, or not with all of their values,
	// as "namespace/name", sorted; NotSeen says why, and ChartsHint what to do about charts in repositories.
	Unrendered []string `json:"unrendered,omitempty"`
	ChartsHint string   `json:"-"`
	// Unpulled is why charts could not be pulled that may well be there; then the report says
	// nothing of them, and the next run may.
	Unpulled error `json:"-"`
	// Objects and Releases count what the bundle brings.
	Objects  int `json:"objects"`
	Releases int `json:"releases"`
}

// Annotated is the file and the line that a finding is shown at in a repository: for a bundle that is
// not in it the recipe, or none.
func (r Report) Annotated(f Finding) (file string, line int) {
	switch {
	case r.Unwritten || strings.Contains(r.Source, "://"):
		return r.Dir, 0
	case f.File == "":
		return "", 0
	}
	return path.Join(r.Dir, f.File), f.Line
}

// Typed returns the report with the files of its findings as they are found from where the bundle was
// named: bundles/a/x.yaml for x.yaml. Those of an artifact, and of what is not written, stay as they are.
func (r Report) Typed() Report {
	if r.Source == "" || r.Unwritten || strings.Contains(r.Source, "://") {
		return r
	}
	typed := func(findings []Finding) []Finding {
		findings = slices.Clone(findings)
		for i := range findings {
			if f := &findings[i]; f.File != "" {
				f.File = path.Join(filepath.ToSlash(r.Source), f.File)
			}
		}
		return findings
	}
	r.Findings, r.Known = typed(r.Findings), typed(r.Known)
	return r
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

// Counts counts the findings: "2 errors, 1 warning"; it is empty where there are none.
func (r Report) Counts() string {
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
	return strings.Join(parts, ", ")
}

// Summary is the verdict: the counts, and what matters and was not looked at.
func (r Report) Summary() string {
	text := r.Counts()
	if text == "" {
		text = "nothing is wrong"
		if len(r.Known) > 0 {
			text = "nothing new is wrong"
		}
		if r.Unbuilt || len(r.Unrendered) > 0 {
			text += " in what was looked at"
		}
	}
	if n := len(r.Known); n > 0 {
		text += ", " + Plural(n, "finding") + " known"
	}
	if r.Unbuilt {
		text += "; the kustomization was not built"
	}
	switch left := len(r.Unrendered); {
	case left == 1:
		text += "; the chart of 1 release was not looked at"
	case left > 1:
		text += fmt.Sprintf("; the charts of %d releases were not looked at", left)
	}
	if r.ChartsHint != "" {
		text += " (" + r.ChartsHint + ")"
	}
	return text
}

// Sorted puts the findings into the order in which people work on them: the worst first. Nothing is
// left to the order in which they were found.
func Sorted(findings []Finding) []Finding {
	slices.SortStableFunc(findings, func(a, b Finding) int {
		return cmp.Or(
			cmp.Compare(b.Severity, a.Severity), cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line),
			cmp.Compare(a.Check, b.Check), cmp.Compare(a.Object, b.Object), cmp.Compare(a.Path, b.Path), cmp.Compare(a.Message, b.Message),
		)
	})
	return append([]Finding{}, slices.Compact(findings)...)
}

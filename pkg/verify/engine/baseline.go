package engine

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"regexp"
	"slices"
	"strings"

	"sigs.k8s.io/yaml"

	"github.com/aicr-flux/aicr/internal/yamldoc"
	"github.com/aicr-flux/aicr/pkg/errors"
)

// Known is what a finding is known by from run to run. Lines and indexes of lists are not part of it,
// and where an object is named its file is not, so that a finding stays the same when what is above it
// changes, or when its object moves.
type Known struct {
	Check   string `json:"check"`
	Object  string `json:"object,omitempty"`
	Path    string `json:"path,omitempty"`
	File    string `json:"file,omitempty"`
	Message string `json:"message"`
}

// indexes are those of lists in the path to a field.
var indexes = regexp.MustCompile(`\[\d+\]`)

// lines are the places in messages that move with the lines of a file: "line 12", "a.yaml:12".
var lines = regexp.MustCompile(`\b(line )\d+|(\.(?:ya?ml|json|tpl|txt)):\d+(?::\d+)?`)

// Known returns what the finding is known by.
func (f Finding) Known() Known {
	k := Known{Check: f.Check, Object: f.Object, Path: indexes.ReplaceAllString(f.Path, "[]"), Message: lines.ReplaceAllString(f.Message, "${1}${2}")}
	if f.Object == "" {
		k.File = f.File
	}
	return k
}

// Fingerprint is the same for findings that are known by the same, in a bundle at the same place.
func (k Known) Fingerprint(bundle string) string {
	hash := sha256.New()
	for _, part := range []string{bundle, k.Check, k.Object, k.Path, k.File, k.Message} {
		hash.Write([]byte(part + "\x00"))
	}
	return hex.EncodeToString(hash.Sum(nil))
}

// String names the check and the place.
func (k Known) String() string {
	return strings.TrimSpace(k.Check + " at " + cmp.Or(k.Object, k.File, "the bundle") + " " + k.Path)
}

// Baseline are findings that somebody accepts.
type Baseline struct {
	Findings []Known `json:"findings"`
}

const baselineHead = `# Findings that are known and accepted: they are left out of the verdict.
# Remove an entry to hear of it again.
`

// ParseBaseline reads what YAML wrote.
func ParseBaseline(data []byte) (Baseline, error) {
	var b Baseline
	err := yamldoc.Unmarshal(data, &b, yamldoc.Options{})
	for i, k := range b.Findings {
		if err == nil && (k.Check == "" || k.Message == "") {
			err = errors.Invalid("entry %d has no check or no message; write the file anew", i+1)
		}
	}
	return b, err
}

// BaselineOf accepts all errors and warnings of the reports, and what they accept already.
func BaselineOf(reports []Report) Baseline {
	var b Baseline
	for _, r := range reports {
		for _, f := range slices.Concat(r.Findings, r.Known) {
			if f.Severity > SeverityInfo {
				b.Findings = append(b.Findings, f.Known())
			}
		}
	}
	slices.SortFunc(b.Findings, func(x, y Known) int {
		return cmp.Or(cmp.Compare(x.Check, y.Check), cmp.Compare(x.Object, y.Object), cmp.Compare(x.File, y.File), cmp.Compare(x.Path, y.Path), cmp.Compare(x.Message, y.Message))
	})
	b.Findings = slices.Compact(b.Findings)
	return b
}

// YAML is the baseline as a person reviews it.
func (b Baseline) YAML() ([]byte, error) {
	b.Findings = append([]Known{}, b.Findings...)
	data, err := yaml.Marshal(b)
	return append([]byte(baselineHead), data...), err
}

// Accept moves the findings that the baseline has from Findings to Known, in each of the reports.
func (b Baseline) Accept(reports []Report) {
	accepted := map[Known]bool{}
	for _, k := range b.Findings {
		accepted[k] = true
	}
	for i := range reports {
		r := &reports[i]
		left := []Finding{}
		for _, f := range r.Findings {
			if accepted[f.Known()] {
				r.Known = append(r.Known, f)
			} else {
				left = append(left, f)
			}
		}
		r.Findings = left
	}
}

// Gone are the entries that none of the reports has any more. Of those for which judged is false
// nothing is known.
func (b Baseline) Gone(reports []Report, judged func(check string) bool) []Known {
	there := map[Known]bool{}
	for _, r := range reports {
		for _, f := range slices.Concat(r.Findings, r.Known) {
			there[f.Known()] = true
		}
	}
	return slices.DeleteFunc(slices.Clone(b.Findings), func(k Known) bool { return there[k] || !judged(k.Check) })
}

package component

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/Masterminds/semver/v3"
)

// Range is a range of versions as upgrade records have it: comparisons that all hold, such as
// ">=1.2.0 <2.0.0", each with a complete version. It knows less than Helm's constraints: no
// alternatives, no ^, ~, - or wildcards. Prereleases are versions like any other.
type Range struct {
	text string
	all  []comparison
}

type comparison struct {
	operator string
	version  *semver.Version
}

var comparisonForm = regexp.MustCompile(`^(<=|>=|<|>|=|)\s*([^\s,<>=]+)[\s,]*`)

// Set reads a range.
func (r *Range) Set(text string) error {
	r.text, r.all = text, nil
	for rest := strings.TrimSpace(text); rest != ""; {
		found := comparisonForm.FindStringSubmatch(rest)
		if found == nil {
			return fmt.Errorf("%.100q is not a range of versions such as \">=1.2.0 <2.0.0\"", text)
		}
		version, ok := parseVersion(found[2])
		if !ok {
			return fmt.Errorf("%.100q is not a range of versions such as \">=1.2.0 <2.0.0\": %q is not a complete version", text, found[2])
		}
		r.all = append(r.all, comparison{found[1], version})
		rest = rest[len(found[0]):]
	}
	return nil
}

// String returns the range as it was written, on one line.
func (r Range) String() string { return strings.Join(strings.Fields(r.text), " ") }

// parseVersion reads a complete version, with or without the letter v.
func parseVersion(text string) (*semver.Version, bool) {
	v, err := semver.StrictNewVersion(strings.TrimPrefix(text, "v"))
	return v, err == nil
}

// Contains reports whether the version is in the range.
func (r *Range) Contains(v *semver.Version) bool {
	for _, c := range r.all {
		order := v.Compare(c.version)
		holds := map[string]bool{"<": order < 0, "<=": order <= 0, ">": order > 0, ">=": order >= 0, "=": order == 0, "": order == 0}
		if !holds[c.operator] {
			return false
		}
	}
	return true
}

// bounds reports whether the range ends below and above.
func (r *Range) bounds() (below, above bool) {
	for _, c := range r.all {
		below = below || !strings.HasPrefix(c.operator, "<")
		above = above || !strings.HasPrefix(c.operator, ">")
	}
	return below, above
}

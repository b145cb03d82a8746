package chartpull

import (
	"path"
	"strings"
	"unicode"

	"github.com/Masterminds/semver/v3"

	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/localformat"
	"github.com/aicr-flux/aicr/pkg/recipe"
)

// request is a component's chart, checked: nothing in it can be read as a flag,
// a path or a credential.
type request struct {
	localformat.Component
	repo recipe.Repository
	// name is the chart's own name, the last part of ChartName.
	name string
	// version is what is asked for: of a repository over HTTP without v, of a
	// registry literally.
	version string
	// pin is the version where it is complete; nil where it is a range.
	pin *semver.Version
	// fits says which versions will do.
	fits *semver.Constraints
}

func newRequest(c localformat.Component) (*request, error) {
	repo, err := recipe.ParseRepository(c.Repository)
	if err != nil {
		return nil, err
	}
	if err := checkChartName(c.ChartName); err != nil {
		return nil, err
	}
	r := &request{Component: c, repo: repo, name: path.Base(c.ChartName), version: c.Version}
	if !repo.OCI() {
		r.version = strings.TrimPrefix(c.Version, "v")
	}
	if pin, err := semver.StrictNewVersion(strings.TrimPrefix(c.Version, "v")); err == nil {
		r.pin = pin
		r.fits, err = semver.NewConstraint("=" + pin.String())
		return r, err
	}
	if r.version == "" {
		r.version = "*"
	}
	if strings.HasPrefix(r.version, "-") || strings.ContainsFunc(r.version, unicode.IsControl) {
		return nil, errors.Invalid("chart version %.100q is none; write a complete one such as 1.2.3", c.Version)
	}
	if r.fits, err = semver.NewConstraint(r.version); err != nil {
		return nil, errors.Invalid("chart version %.100q is neither a version nor a range; write a complete one such as 1.2.3", c.Version)
	}
	return r, nil
}

// checkChartName refuses what a program could read as a flag, a URL or a way out
// of a directory.
func checkChartName(name string) error {
	plain := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '.' || r == '_' || r == '-'
	}
	for part := range strings.SplitSeq(name, "/") {
		if part == "" || strings.HasPrefix(part, "-") || strings.HasPrefix(part, ".") || strings.ContainsFunc(part, func(r rune) bool { return !plain(r) }) {
			return errors.Invalid("chart name %.100q is none; write letters, digits, and between them . _ or -, with / between parts", name)
		}
	}
	return nil
}

// String names the chart as messages do.
func (r *request) String() string {
	if r.pin == nil {
		return "chart " + r.ChartName + ", version " + r.version
	}
	return "chart " + r.ChartName + " " + r.version
}

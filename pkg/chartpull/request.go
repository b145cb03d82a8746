package chartpull

import (
	"regexp"
	"strings"
	"unicode"

	"github.com/Masterminds/semver/v3"

	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/localformat"
	"github.com/aicr-flux/aicr/pkg/recipe"
)

// request is a component's chart, checked: nothing in it can be read as a flag, a path or a
// credential.
type request struct {
	localformat.Component
	repo recipe.Repository
	// version is what is asked for: of a repository over HTTP without v, of a registry literally.
	version string
	// pinned says that the version is complete, and not a range.
	pinned bool
}

// chartName is no name that a program could read as a flag, a URL or a way out of a directory.
var chartName = regexp.MustCompile(`^\w[\w.-]*(/\w[\w.-]*)*$`)

func newRequest(c localformat.Component) (*request, error) {
	repo, err := recipe.ParseRepository(c.Repository)
	if err != nil {
		return nil, err
	}
	if !chartName.MatchString(c.ChartName) {
		return nil, errors.Invalid("invalid chart name %.100q: use letters, digits, and between them . _ or -, with / between parts", c.ChartName)
	}
	r := &request{Component: c, repo: repo, version: c.Version}
	if !repo.OCI() {
		r.version = strings.TrimPrefix(c.Version, "v")
	}
	if r.version == "" {
		r.version = "*"
	}
	_, err = semver.StrictNewVersion(strings.TrimPrefix(c.Version, "v"))
	r.pinned = err == nil
	_, err = semver.NewConstraint(r.version)
	if err != nil || strings.HasPrefix(r.version, "-") || strings.ContainsFunc(r.version, unicode.IsControl) {
		return nil, errors.Invalid("invalid chart version %.100q: use a complete version such as 1.2.3, or a range", c.Version)
	}
	return r, nil
}

// read reads the archive of the chart, and checks that it is the one that was asked for.
func (r *request) read(tgz []byte) (localformat.Archive, error) {
	found, err := localformat.ReadArchive(tgz)
	if err == nil {
		err = found.Check(r.Component)
	}
	return found, err
}

// String names the chart as messages do.
func (r *request) String() string {
	if !r.pinned {
		return "chart " + r.ChartName + ", version " + r.version
	}
	return "chart " + r.ChartName + " " + r.version
}

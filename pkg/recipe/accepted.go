package recipe

import (
	"net/url"
	"regexp"
	"strings"
	"unicode"

	"github.com/Masterminds/semver/v3"

	"github.com/aicr-flux/aicr/pkg/errors"
)

// CheckVersion refuses a chart version that is neither complete, such as 1.2.3, nor a range, such
// as 1.2 or >=1: Flux and Helm read it with the library that reads it here.
func CheckVersion(version string) error {
	if _, err := semver.NewConstraint(version); err != nil {
		return errors.Invalid("version %q is neither a version nor a range of versions, so Flux finds no chart; write a complete version such as 1.2.3", version)
	}
	return nil
}

// IsPin reports whether a version is complete, so that no newer chart fits it.
func IsPin(version string) bool {
	_, err := semver.StrictNewVersion(strings.TrimPrefix(version, "v"))
	return err == nil
}

// chartName is what source-controller takes for the name of a chart in a repository.
var chartName = regexp.MustCompile(`^([-a-z0-9]+/?\.?)+$`)

// CheckChartName refuses a chart name that Flux refuses, whatever the repository has.
func CheckChartName(name string) error {
	if !chartName.MatchString(name) {
		return errors.Invalid("chart name %q is refused by Flux, which takes lower-case letters, digits and hyphens, with slashes and periods between them", name)
	}
	return nil
}

// notInGitName is what git refuses in the name of a branch or a tag.
var notInGitName = regexp.MustCompile(`[\x00-\x20\x7f~^:?*\[\\]|\.\.|@\{|//|^[-/.]|[/.]$|\.lock$`)

// IsGitName reports whether git takes a name for a branch or a tag.
func IsGitName(name string) bool { return name != "" && !notInGitName.MatchString(name) }

// ociPath is what registries take for the name of a repository.
var ociPath = regexp.MustCompile(`^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$`)

// CheckRepository refuses the address of a repository that no chart can be fetched from. The message
// does not repeat the address.
func CheckRepository(source string) error {
	if strings.ContainsFunc(source, unicode.IsSpace) {
		return errors.Invalid("it holds white space; remove it")
	}
	u, err := url.Parse(source)
	if err != nil {
		return errors.Invalid("it cannot be parsed")
	}
	path := strings.Trim(u.Path, "/")
	switch oci := strings.EqualFold(u.Scheme, "oci"); {
	case !oci && strings.HasSuffix("/"+path, "/index.yaml"):
		return errors.Invalid("it ends in index.yaml, which Helm and Flux append themselves; remove it")
	case !oci || path == "" || ociPath.MatchString(path):
		return nil
	case strings.Contains(path, "@"):
		return errors.Invalid("it has a digest, and is the place of charts of any version; remove the digest")
	case strings.Contains(path, ":"):
		return errors.Invalid("it has a tag, and is the place of charts of any version; remove the tag, and name it as the version of the chart")
	case strings.ToLower(path) != path:
		return errors.Invalid("it has upper-case letters, which registries refuse; write it in lower case")
	}
	return errors.Invalid("its path is not one of an OCI registry; use lower-case letters and digits, with single separators between them")
}

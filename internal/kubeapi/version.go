package kubeapi

import (
	"strings"

	"github.com/Masterminds/semver/v3"
)

// Versions returns the versions of Kubernetes that are known, the oldest first: "1.36".
func Versions() []string {
	var all []string
	for _, release := range catalogOnce().releases {
		all = append(all, minor(release))
	}
	return all
}

// minor returns "1.36" of "v1.36.3".
func minor(release string) string {
	parts := strings.SplitN(strings.TrimPrefix(release, "v"), ".", 3)
	return strings.Join(parts[:min(len(parts), 2)], ".")
}

// Release returns the version in full, "v1.36.3", of one that may lack its patch, "1.36", and the
// one of Versions that it is of. It is not ok where that is not known here.
func Release(version string) (release, known string, ok bool) {
	parsed, err := semver.NewVersion(version)
	if err != nil {
		return "", "", false
	}
	for i, v := range Versions() {
		if v != minor(version) {
			continue
		}
		if strings.Count(version, ".") == 1 {
			return catalogOnce().releases[i], v, true
		}
		return "v" + parsed.String(), v, true
	}
	return "", "", false
}

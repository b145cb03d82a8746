package images

import (
	"cmp"
	"regexp"
	"strings"

	"github.com/aicr-flux/aicr/pkg/errors"
)

// suffix is what a reader appends to a tag, behind a dash.
type suffix string

const (
	nodeOS     suffix = "OS"
	nodeOSArch suffix = "OS-ARCH"
)

// of is the suffix for a node: "ubuntu24.04", or with its architecture "ubuntu24.04/arm64".
func (s suffix) of(node string) string {
	os, arch, _ := strings.Cut(node, "/")
	if s == nodeOSArch {
		return os + "-" + cmp.Or(arch, "amd64")
	}
	return os
}

var nodeForm = regexp.MustCompile(`^[a-z0-9][a-z0-9._-]*(/[a-z0-9]+)?$`)

func checkNodes(nodes []string) error {
	var problems []error
	for _, node := range nodes {
		if !nodeForm.MatchString(node) {
			problems = append(problems, errors.Invalid("`NodeOS` %q: write it as the tags of driver images do, such as ubuntu24.04 or ubuntu24.04/arm64", node))
		}
	}
	return errors.Join(problems...)
}

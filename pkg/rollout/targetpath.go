package rollout

import (
	"errors"
	"regexp"
	"strings"

	"github.com/aicr-flux/aicr/pkg/values"
)

// targetPathForm is that of the CRD, without indices of lists.
var targetPathForm = regexp.MustCompile(`^[a-zA-Z0-9_\-.\\/]{1,250}$`)

var targetEscapes = strings.NewReplacer(`\`, `\\`, `.`, `\.`)

// TargetPath writes the way to a value as ValuesFrom.TargetPath has it. It fails where the CRD of
// HelmRelease, or Helm's parser, takes it for anything else.
func TargetPath(keys []string) (string, error) {
	escaped := make([]string, len(keys))
	for i, key := range keys {
		escaped[i] = targetEscapes.Replace(key)
	}
	target := strings.Join(escaped, ".")
	if !targetPathForm.MatchString(target) {
		return "", errors.New(`a targetPath of Flux has at most 250 letters, digits and - _ . / \; let the chart read an existing Secret instead`)
	}
	const text = "text"
	read, err := ValuesFrom{TargetPath: target}.Merge(map[string]any{}, text)
	if got, _ := values.Get(read, keys); err != nil || got != text {
		return "", errors.New("this path leads nowhere in Helm; let the chart read an existing Secret instead")
	}
	return target, nil
}

package option

import (
	"fmt"
	"strings"

	"github.com/aicr-flux/aicr/pkg/deployer"
)

// readiness says when a release is ready.
func readiness(o *deployer.Options) group {
	return func(s *set) {
		expression := func(to *[]deployer.ReadyExpression, name, usage, field string) {
			s.each(func(text string) error {
				e, err := readyExpression(text)
				e.From = "--" + name
				*to = append(*to, e)
				return err
			}, name, "COMPONENT=KIND.GROUP/VERSION:CEL", usage, field)
		}
		s.toggle(&o.Readiness, "readiness", "count a release as ready only when what it installs works, such as the GPU driver on all nodes; the releases that depend on it wait until then", "Readiness")
		expression(&o.Ready, "ready", "a release of this component is ready only when the expression holds for its objects of this kind; a kind of the core API is KIND/VERSION", "Ready")
		expression(&o.ReadyFailed, "ready-failed", "an object for which the expression holds will never be ready: the release fails at once", "ReadyFailed")
	}
}

// readyExpression reads component=kind.group/version:expression.
func readyExpression(text string) (e deployer.ReadyExpression, err error) {
	component, rest, ok := strings.Cut(text, "=")
	object, expression, ok2 := strings.Cut(rest, ":")
	object, version, ok3 := strings.Cut(object, "/")
	kind, group, grouped := strings.Cut(object, ".")
	if !ok || !ok2 || !ok3 || component == "" || kind == "" || version == "" || strings.ContainsAny(version, "/ ") || grouped && group == "" || strings.TrimSpace(expression) == "" {
		return e, fmt.Errorf("%q is not COMPONENT=KIND.GROUP/VERSION:CEL; write it as gpu-operator=ClusterPolicy.nvidia.com/v1:status.state == 'ready', and a kind of the core API as NAME=ConfigMap/v1:data.done == 'yes'", text)
	}
	if grouped {
		version = group + "/" + version
	}
	return deployer.ReadyExpression{Component: component, APIVersion: version, Kind: kind, Expression: expression}, nil
}

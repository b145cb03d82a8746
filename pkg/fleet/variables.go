package fleet

import (
	"fmt"

	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/rollout"
)

// given is what the Kustomization of a cluster gives to variables.
func (s Settings) given() rollout.Given {
	return rollout.Given{Values: s.Substitute, More: len(s.SubstituteFrom) > 0}
}

// checkVariables holds what a cluster gives against the variables that the bundle was made with, and
// fills them in as Flux does.
func (s Settings) checkVariables(r *rollout.Rollout) (warnings []string, err error) {
	variables, given := r.Variables(), s.given()
	if len(variables) == 0 {
		return nil, nil
	}
	var problems []error
	for _, name := range given.Missing(variables) {
		problems = append(problems, errors.Invalid("variable %s: the bundle needs it, and nothing gives it; set it in substitute, or name in substituteFrom what has it in the cluster", name))
	}
	if len(problems) == 0 && !given.Any() {
		return nil, errors.Invalid("variable %s: no variable is given, and Flux then leaves those of the bundle as they stand, without their defaults; set one in substitute", variables[0].Name)
	}
	if len(problems) > 0 {
		return nil, errors.Join(problems...)
	}
	for _, o := range r.Objects {
		if len(o.Meant()) == 0 {
			continue
		}
		after, err := o.Substitute(given)
		if err != nil {
			problems = append(problems, errors.Invalid("%s: the substitution of its variables fails: %s", o.Ref, err))
			continue
		}
		for _, path := range after.Misread {
			warnings = append(warnings, fmt.Sprintf("%s: what a variable gives at %s is something else to YAML than that text; put it in double quotes inside of the value: '\"1.10\"'", o.Ref, rollout.Dotted(path...)))
		}
	}
	return warnings, errors.Join(problems...)
}

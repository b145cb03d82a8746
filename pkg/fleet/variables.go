package fleet

import (
	"fmt"
	"slices"

	"k8s.io/apimachinery/pkg/util/json"

	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/rollout"
)

// given is what the Kustomization of a cluster gives to variables.
func (s Settings) given() rollout.Given {
	return rollout.Given{Values: s.Substitute, More: len(s.SubstituteFrom) > 0}
}

// checkVariables holds what a cluster gives against the variables that the bundle was made with.
func (s Settings) checkVariables(variables []rollout.Variable) error {
	given := s.given()
	var problems []error
	for _, name := range given.Missing(variables) {
		problems = append(problems, errors.Invalid("variable %s: the bundle needs it, and nothing gives it; set it in substitute, or name in substituteFrom what has it in the cluster", name))
	}
	if len(problems) == 0 && len(variables) > 0 && !given.Any() {
		return errors.Invalid("variable %s: no variable is given, and Flux then leaves those of the bundle as they stand, without their defaults; set one in substitute", variables[0].Name)
	}
	return errors.Join(problems...)
}

// fill fills variables into objects as Flux does: into all of them, whatever brought the variable.
func (s Settings) fill(objects []*rollout.Object) (warnings []string, err error) {
	given := s.given()
	if !given.Any() {
		return nil, nil
	}
	var problems []error
	for _, o := range objects {
		if missing := given.Missing(o.Variables()); len(missing) > 0 {
			problems = append(problems, errors.Invalid("%s has the variable %s, which nothing gives, so that Flux applies nothing of the bundle; set it in substitute, or write $${ for a ${ that is to stay", o.Ref, missing[0]))
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

// withVariables are the objects in which Flux finds something to substitute.
func withVariables(objects []*rollout.Object) []*rollout.Object {
	return slices.DeleteFunc(slices.Clone(objects), func(o *rollout.Object) bool { return len(o.Variables()) == 0 })
}

// objectsOf reads what a build made.
func objectsOf(built []rollout.BuiltObject) (objects []*rollout.Object, err error) {
	for _, b := range built {
		o := &rollout.Object{File: b.File}
		if err := json.Unmarshal(b.JSON, &o.Content); err != nil {
			return nil, err
		}
		o.Kind, o.Namespace, o.Name = o.Text("kind"), o.Text("metadata", "namespace"), o.Text("metadata", "name")
		objects = append(objects, o)
	}
	return objects, nil
}

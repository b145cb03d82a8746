package rollout

import (
	"maps"
	"slices"
	"strings"

	"github.com/aicr-flux/aicr/internal/substitution"
)

// VariablesAnnotation names the variables that an object was made with, for kustomize-controller to
// fill in: "CLUSTER,REGION".
const VariablesAnnotation = "aicr.run/variables"

// Variable is one that kustomize-controller fills into objects, where the Kustomization that applies
// them has a postBuild.
type Variable struct {
	Name string `json:"name"`
	// Required says that at one place at least it has no default.
	Required bool `json:"required"`
	// Objects are those that it stands in, as "Kind namespace/name", sorted.
	Objects []string `json:"objects"`
}

// String is the name, and whether a cluster may do without it.
func (v Variable) String() string {
	if v.Required {
		return v.Name
	}
	return v.Name + " (it has a default)"
}

// Variables are those that the bundle was made with, sorted by name. What looks like one in other
// objects may be text that is meant to stay.
func (r *Rollout) Variables() []Variable {
	found := map[string]*Variable{}
	for _, o := range r.Objects {
		meant := o.Meant()
		if len(meant) == 0 {
			continue
		}
		for _, v := range o.Variables() {
			if !slices.Contains(meant, v.Name) {
				continue
			}
			if found[v.Name] == nil {
				found[v.Name] = &Variable{Name: v.Name}
			}
			f := found[v.Name]
			f.Required = f.Required || v.Required
			f.Objects = append(f.Objects, o.String())
		}
	}
	var all []Variable
	for _, name := range slices.Sorted(maps.Keys(found)) {
		slices.Sort(found[name].Objects)
		all = append(all, *found[name])
	}
	return all
}

// Meant are the names of the variables that the object was made with.
func (o *Object) Meant() []string {
	text := o.Text("metadata", "annotations", VariablesAnnotation)
	if text == "" {
		return nil
	}
	return strings.Split(text, ",")
}

// asWritten is the object with its variables.
func (o *Object) asWritten() map[string]any {
	if o.written != nil {
		return o.written
	}
	return o.Content
}

// Unreadable calls report with the way to each text whose variables kustomize-controller cannot read, and
// why; it then applies nothing.
func (o *Object) Unreadable(report func(path []any, why error)) {
	substitution.Each(o.asWritten(), nil, func(path []any, text string) {
		if _, err := substitution.Variables(text); err != nil {
			report(path, err)
		}
	})
}

// Variables are all that kustomize-controller finds in the object, sorted by name: none where the object
// says that it is left alone. Text that it cannot read has none.
func (o *Object) Variables() []Variable {
	written := o.asWritten()
	if substitution.Off(written) {
		return nil
	}
	var found []substitution.Variable
	substitution.Each(written, nil, func(_ []any, text string) {
		if variables, err := substitution.Variables(text); err == nil && len(variables) > 0 {
			found = substitution.Merge(found, variables)
		}
	})
	var all []Variable
	for _, v := range found {
		all = append(all, Variable{Name: v.Name, Required: v.Required, Objects: []string{o.String()}})
	}
	return all
}

package flux

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/aicr-flux/aicr/internal/substitution"
	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/rollout"
	"github.com/aicr-flux/aicr/pkg/values"
)

// substituted reads the paths below which the component's values keep their variables, and what these
// are. Each path must hold one: it was meant for something.
func (p *componentPlanner) substituted(name string, v *componentValues, dynamic [][]string) error {
	var problems []error
	for _, text := range p.g.SubstitutedValues[name] {
		keys, err := values.ParsePath(text)
		if err != nil {
			problems = append(problems, errors.Invalid("substituted %s", err))
			continue
		}
		problems = append(problems, p.keep(name, keys, v, dynamic))
	}
	return errors.Join(problems...)
}

func (p *componentPlanner) keep(name string, keys []string, v *componentValues, dynamic [][]string) error {
	path := values.JoinPath(keys)
	for _, other := range dynamic {
		if overlap(keys, other) {
			return errors.Invalid("substituted path %q and dynamic path %q exclude each other: a variable gives the value, or a ConfigMap; remove one of them", path, values.JoinPath(other))
		}
	}
	for _, secret := range v.secret {
		if overlap(keys, secret.Path) {
			return errors.Invalid("substituted path %q and secret value %q exclude each other: a variable gives the value, or a Secret; remove one of them", path, values.JoinPath(secret.Path))
		}
	}
	held, there := values.Get(v.inline, keys)
	if !there {
		return errors.Invalid("substituted path %q has no value; put the variable there, with `Set` %s='${NAME}'%s", path, values.Argument(name, path), p.chartText(name))
	}
	var found []substitution.Variable
	var problems []error
	substitution.Each(held, nil, func(at []any, text string) {
		variables, err := substitution.Variables(text)
		if err != nil {
			where := strings.Trim(path+"."+rollout.Dotted(at...), ".")
			problems = append(problems, errors.Invalid("substituted path %q: Flux cannot read the text at %s: %s; write a variable as ${NAME} or ${NAME:=default}, and $${ for a ${ that is to stay", path, where, err))
		}
		found = substitution.Merge(found, variables)
	})
	if err := errors.Join(problems...); err != nil {
		return err
	}
	if len(found) == 0 {
		return errors.Invalid("substituted path %q holds no variable; put one there, with `Set` %s='${NAME}', or leave the path out%s", path, values.Argument(name, path), p.chartText(name))
	}
	v.substituted, v.variables = append(v.substituted, keys), substitution.Merge(v.variables, found)
	return nil
}

// keeps reports whether a variable gives the value at the path, which then stands nowhere in the bundle.
// A default does.
func (v *componentValues) keeps(path string) bool {
	keys, err := values.ParsePath(path)
	if err != nil || !slices.ContainsFunc(v.substituted, func(p []string) bool { return len(keys) >= len(p) && overlap(p, keys) }) {
		return false
	}
	variables, err := substitution.Variables(textAt(v.inline, keys))
	return err == nil && slices.ContainsFunc(variables, func(v substitution.Variable) bool { return v.Required })
}

// textAt is the text below keys, of which some may be the indexes of a list; "" where there is none.
func textAt(v any, keys []string) string {
	for _, key := range keys {
		switch at := v.(type) {
		case map[string]any:
			v = at[key]
		case []any:
			i, err := strconv.Atoi(key)
			if err != nil || i < 0 || i >= len(at) {
				return ""
			}
			v = at[i]
		default:
			return ""
		}
	}
	text, _ := v.(string)
	return text
}

// chartText is a hint for a component whose manifests have variables: Flux never sees these.
func (p *componentPlanner) chartText(name string) string {
	for _, files := range []map[string][]byte{p.g.ComponentManifests[name], p.g.ComponentPreManifests[name]} {
		for _, data := range files {
			if strings.Contains(string(data), "${") {
				return "; in a manifest, which is part of a chart, Flux substitutes nothing: let it read the value with .Values"
			}
		}
	}
	return ""
}

// literal returns the values as they are written into an object in which Flux substitutes variables:
// all that is not at a path of the variables, or below one, is there what it was.
func literal(v any, at []string, substituted [][]string) any {
	if slices.ContainsFunc(substituted, func(p []string) bool { return slices.Equal(p, at) }) {
		return v
	}
	m, isMap := v.(map[string]any)
	if !isMap {
		return substitution.Map(v, substitution.Literal)
	}
	out := make(map[string]any, len(m))
	for key, item := range m {
		out[substitution.Literal(key)] = literal(item, append(slices.Clip(at), key), substituted)
	}
	return out
}

// inline are the values as they stand in the HelmRelease.
func (r *Release) inline() map[string]any {
	if len(r.Variables) == 0 {
		return r.Values
	}
	out, _ := literal(r.Values, nil, r.substituted).(map[string]any)
	return out
}

// variables are those of all releases, sorted by name.
func (p *Plan) variables() []VariableData {
	var all []substitution.Variable
	releases := map[string][]string{}
	for i := range p.Releases {
		r := &p.Releases[i]
		all = substitution.Merge(all, r.Variables)
		for _, v := range r.Variables {
			releases[v.Name] = append(releases[v.Name], r.Name)
		}
	}
	data := make([]VariableData, len(all))
	for i, v := range all {
		data[i] = VariableData{Name: v.Name, Required: v.Required, Releases: releases[v.Name]}
	}
	return data
}

// variableNotes say what the Kustomization of each cluster gives.
func (p *Plan) variableNotes() []string {
	var notes []string
	for _, v := range p.variables() {
		has := "needs"
		if !v.Required {
			has = "may have"
		}
		notes = append(notes, fmt.Sprintf("Each cluster %s the variable %s, for %s: in postBuild of the Kustomization that applies the bundle", has, v.Name, strings.Join(v.Releases, ", ")))
	}
	if len(notes) > 0 {
		notes = append(notes, "Flux substitutes variables, those with a default too, only where that Kustomization gives one at least: see the README")
	}
	return notes
}

// guardedNotes say, of a bundle with variables, in which objects Flux substitutes none.
func guardedNotes(read *rollout.Rollout) []string {
	var off []string
	for _, o := range read.Objects {
		if substitution.Off(o.Content) {
			off = append(off, o.Kind+" "+o.Name)
		}
	}
	if len(off) == 0 || len(read.Variables()) == 0 {
		return nil
	}
	return []string{"Flux substitutes nothing in " + strings.Join(off, ", ") + ": text there that looks like a variable stays as it is, which the annotation " + substitution.Key + " says"}
}

// misreadDefaults say which defaults YAML takes for something else.
func misreadDefaults(read *rollout.Rollout) (warnings []string, err error) {
	for _, o := range read.Objects {
		if len(o.Meant()) == 0 {
			continue
		}
		after, err := o.Substitute(rollout.Given{Always: true})
		if err != nil {
			return nil, errors.Invalid("%s: the defaults of its variables cannot stand where they are: %s", o.Ref, err)
		}
		for _, path := range after.Misread {
			warnings = append(warnings, fmt.Sprintf("%s: the default of a variable at %s is something else to YAML than that text, as 1.10 becomes 1.1; put it in double quotes inside: ${NAME:=\"1.10\"}", o.Ref, rollout.Dotted(path...)))
		}
	}
	return warnings, nil
}

// variableNames are those of the release's variables, as its annotation has them.
func (r *Release) variableNames() string {
	names := make([]string, len(r.Variables))
	for i, v := range r.Variables {
		names[i] = v.Name
	}
	return strings.Join(names, ",")
}

package flux

import (
	"github.com/aicr-flux/aicr/internal/substitution"
	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/recipe"
	"github.com/aicr-flux/aicr/pkg/values"
)

// componentValues are a component's values, split into what stands in the HelmRelease, what goes
// into the ConfigMap, dynamic paths without a value, and what Secrets give.
type componentValues struct {
	inline, dynamic map[string]any
	unset           [][]string
	secret          []SecretValue
	// substituted are paths of inline below which variables stay, and variables what is there.
	substituted [][]string
	variables   []substitution.Variable
}

func (p *componentPlanner) values(ref *recipe.ComponentRef) (*componentValues, error) {
	inline, err := values.Normalize(p.g.ComponentValues[ref.Name])
	if err != nil {
		return nil, errors.Invalid("values: %s", err)
	}
	if err := checkTexts(inline); err != nil {
		return nil, errors.In(err, "values")
	}
	var paths [][]string
	for _, dynamic := range p.g.DynamicValues[ref.Name] {
		keys, err := values.ParsePath(dynamic)
		if err != nil {
			return nil, errors.Invalid("dynamic %s", err)
		}
		if err := checkText(dynamic); err != nil {
			return nil, errors.In(err, "dynamic path")
		}
		paths = append(paths, keys)
	}
	secret, err := p.secretValues(p.g.SecretValues[ref.Name], paths, inline)
	if err != nil {
		return nil, err
	}
	v := &componentValues{inline: inline, secret: secret}
	if err := p.substituted(ref.Name, v, paths); err != nil {
		return nil, err
	}
	for _, path := range values.PathsInClear(inline) {
		if v.keeps(path) {
			continue
		}
		p.warn("component %q: the value at %q looks like a secret and will stand in Git in clear; %s", ref.Name, path, inClear(ref.Name, path, inline))
	}
	if v.dynamic, v.unset, err = values.Split(inline, paths); err != nil {
		return nil, errors.Invalid("dynamic %s", err)
	}
	return v, nil
}

// raiseTags puts the component's tags at the top of the values of its wrapper chart too: Helm looks
// there for the tags of every dependency, however deep.
func (r *Release) raiseTags(v *componentValues) {
	const key = "tags"
	if tags, ok := v.inline[key]; ok {
		r.Values[key] = tags
	}
	if tags, ok := v.dynamic[key]; ok {
		r.Dynamic[key] = tags
	}
	for _, path := range v.unset {
		if path[0] == key {
			r.Unset = append(r.Unset, path)
		}
	}
	for _, path := range v.substituted {
		if path[0] == key {
			r.substituted = append(r.substituted, path)
		}
	}
}

// nest gives the release the component's values under key. Where always is set the key is there
// even without values, for templates that look it up.
func (r *Release) nest(key string, v *componentValues, always bool) {
	if len(v.inline) > 0 || always {
		r.Values = map[string]any{key: v.inline}
	}
	if len(v.dynamic) > 0 {
		r.Dynamic = map[string]any{key: v.dynamic}
	}
	for _, path := range v.unset {
		r.Unset = append(r.Unset, append([]string{key}, path...))
	}
	for _, s := range v.secret {
		s.Path = append([]string{key}, s.Path...)
		r.SecretValues = append(r.SecretValues, s)
	}
	for _, path := range v.substituted {
		r.substituted = append(r.substituted, append([]string{key}, path...))
	}
	r.Variables = v.variables
}

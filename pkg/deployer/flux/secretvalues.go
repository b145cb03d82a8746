package flux

import (
	"regexp"
	"slices"

	"github.com/aicr-flux/aicr/pkg/deployer"
	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/recipe"
	"github.com/aicr-flux/aicr/pkg/rollout"
	"github.com/aicr-flux/aicr/pkg/values"
)

// SecretValue is a value of a release that a Secret of the cluster gives.
type SecretValue struct {
	// Path is the way to the value, Secret and Key are where it stands in the cluster.
	Path        []string
	Secret, Key string
}

// secretValues reads which of the component's values Secrets give, sorted by path, and takes these
// out of the values: an inline value would win over that of the Secret. Of one path the last counts.
func (p *componentPlanner) secretValues(given []deployer.SecretValue, dynamic [][]string, inline map[string]any) ([]SecretValue, error) {
	var all []SecretValue
	var problems []error
	for _, v := range given {
		read, err := newSecretValue(v)
		if err != nil {
			problems = append(problems, err)
			continue
		}
		all = append(slices.DeleteFunc(all, func(earlier SecretValue) bool { return slices.Equal(earlier.Path, read.Path) }), read)
	}
	slices.SortFunc(all, func(a, b SecretValue) int { return slices.Compare(a.Path, b.Path) })
	for i, v := range all {
		problems = append(problems, v.alone(all[:i], dynamic))
	}
	if err := errors.Join(problems...); err != nil {
		return nil, err
	}
	for _, v := range all {
		if held, _ := values.Get(inline, v.Path); values.Kind(held) == values.Kind(inline) {
			problems = append(problems, errors.Invalid("secret value %q holds a map, and a Secret gives one value; name a path inside it", values.JoinPath(v.Path)))
			continue
		}
		if _, _, err := values.Split(inline, [][]string{v.Path}); err != nil {
			problems = append(problems, errors.Invalid("secret value %s", err))
		}
	}
	return all, errors.Join(problems...)
}

// withoutSecrets returns the recipe as recipe.yaml of the bundle has it: without what Secrets give.
func (g *Generator) withoutSecrets() (*recipe.RecipeResult, error) {
	r := *g.RecipeResult
	r.ComponentRefs = slices.Clone(r.ComponentRefs)
	for i := range r.ComponentRefs {
		ref := &r.ComponentRefs[i]
		given := g.SecretValues[ref.Name]
		if len(given) == 0 {
			continue
		}
		var err error
		if ref.Overrides, err = values.Normalize(ref.Overrides); err != nil {
			return nil, errors.Invalid("component %q: overrides: %s", ref.Name, err)
		}
		for _, v := range given {
			if keys, err := values.ParsePath(v.Path); err == nil { // what is no path is refused with the component
				_, _, _ = values.Split(ref.Overrides, [][]string{keys}) // it fails where nothing stands at the path
			}
		}
	}
	return &r, nil
}

// alone refuses a path that lies on the way of another one: which of the two holds would depend on
// their order.
func (v SecretValue) alone(others []SecretValue, dynamic [][]string) error {
	text := values.JoinPath(v.Path)
	for _, o := range others {
		if overlap(v.Path, o.Path) {
			return errors.Invalid("secret values %q and %q exclude each other; remove one of them", values.JoinPath(o.Path), text)
		}
	}
	for _, path := range dynamic {
		if overlap(v.Path, path) {
			return errors.Invalid("secret value %q and dynamic path %q exclude each other: a Secret gives the value, or a ConfigMap; remove one of them", text, values.JoinPath(path))
		}
	}
	return nil
}

// overlap reports whether one of two paths leads to the other.
func overlap(a, b []string) bool {
	n := min(len(a), len(b))
	return slices.Equal(a[:n], b[:n])
}

// secretKeyForm is that of the CRD of HelmRelease.
var secretKeyForm = regexp.MustCompile(`^[-._a-zA-Z0-9]{1,253}$`)

func newSecretValue(v deployer.SecretValue) (SecretValue, error) {
	path, err := values.ParsePath(v.Path)
	if err != nil {
		return SecretValue{}, errors.Invalid("secret value %s", err)
	}
	var problems []error
	if _, err := rollout.TargetPath(path); err != nil {
		problems = append(problems, errors.Invalid("secret value %q: %s", v.Path, err))
	}
	// Neither text is told: somebody may have given the secret itself.
	if !isObjectName(v.Secret) {
		problems = append(problems, errors.Invalid("secret value %q: the name of the Secret is not one that Kubernetes accepts; use lower-case letters, digits and inner hyphens", v.Path))
	}
	if !secretKeyForm.MatchString(v.Key) {
		problems = append(problems, errors.Invalid("secret value %q: what follows the name of the Secret cannot be a key of it; use letters, digits, hyphens, underscores and dots", v.Path))
	}
	return SecretValue{Path: path, Secret: v.Secret, Key: v.Key}, errors.Join(problems...)
}

// inClear says what to do about a value that looks like a secret.
func inClear(component, path string, inline map[string]any) string {
	const instead = "let the chart read an existing Secret, and change the secret"
	keys, err := values.ParsePath(path)
	if _, has := values.Get(inline, keys); err != nil || !has {
		return instead // it stands in a list
	}
	if _, err := rollout.TargetPath(keys); err != nil {
		return instead
	}
	return "let a Secret of the cluster give it, with `SecretValues` " + values.Argument(component, path) + "=SECRET/KEY, or " + instead
}

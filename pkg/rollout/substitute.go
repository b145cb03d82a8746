package rollout

import (
	"fmt"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/util/json"
	"sigs.k8s.io/yaml"

	"github.com/aicr-flux/aicr/internal/substitution"
)

// Given is what a Kustomization gives to variables.
type Given struct {
	// Values are those that are known, by the name of their variable.
	Values map[string]string
	// More says that something in the cluster gives others, of which nothing is known here.
	More bool
	// Always says that defaults are filled in even if nothing is given.
	Always bool
}

// Missing are the names of the variables that are required, and that nothing gives.
func (g Given) Missing(variables []Variable) (names []string) {
	for _, v := range variables {
		if _, given := g.Values[v.Name]; v.Required && !given && !g.More {
			names = append(names, v.Name)
		}
	}
	return names
}

// Any reports whether Flux fills in variables: where it is given none it leaves objects as they are,
// also where their variables have defaults.
func (g Given) Any() bool { return len(g.Values) > 0 || g.More || g.Always }

// Substituted is an object as kustomize-controller applies it.
type Substituted struct {
	Content map[string]any
	// Misread are the paths of texts that YAML takes for something else than the text that was given,
	// as 1.10 for the number 1.1, or "a #b" for the text a.
	Misread [][]any
}

// Substitute fills variables into the object. One that is not known stays as it is.
func (o *Object) Substitute(g Given) (Substituted, error) {
	written := o.asWritten()
	if substitution.Off(written) {
		return Substituted{Content: written}, nil
	}
	required := map[string]bool{}
	for _, v := range o.Variables() {
		required[v.Name] = v.Required
	}
	give := func(name string) (string, bool) {
		if value, given := g.Values[name]; given {
			return strings.ReplaceAll(value, "\n", ""), true // as Flux does
		}
		if g.More || required[name] {
			return "${" + name + "}", true
		}
		return "", false
	}
	data, err := substitution.Apply(written, give)
	if err != nil {
		return Substituted{}, err
	}
	var s Substituted
	if err := json.Unmarshal(data, &s.Content); err != nil {
		return Substituted{}, err
	}
	substitution.Each(written, nil, func(path []any, text string) {
		if variables, err := substitution.Variables(text); err != nil || len(variables) == 0 || At(written, path...) != text || renamed(path) {
			return
		}
		meant, err := substitution.Text(text, give)
		if got := fmt.Sprint(At(s.Content, path...)); err == nil && got != meant && got != unquoted(meant) {
			s.Misread = append(s.Misread, slices.Clone(path))
		}
	})
	return s, nil
}

// renamed reports whether a key on the way has a variable itself.
func renamed(path []any) bool {
	return slices.ContainsFunc(path, func(step any) bool { key, _ := step.(string); return strings.Contains(key, "$") })
}

// unquoted is a text without the quotes that the whole of it stands in, which say that it is a text.
func unquoted(text string) string {
	var inside string
	if strings.HasPrefix(text, `"`) || strings.HasPrefix(text, "'") {
		if err := yaml.Unmarshal([]byte(text), &inside); err == nil {
			return inside
		}
	}
	return text
}

// substitute makes of the objects what kustomize-controller makes of them. Where nothing is known of what
// it is given, only those that were made for it are looked at, and their variables stay.
func (r *Rollout) substitute(g *Given) {
	known := g != nil && g.Any()
	for _, o := range r.Objects {
		if !strings.Contains(fmt.Sprint(o.Content), "$") || substitution.Off(o.Content) {
			continue
		}
		switch {
		case known:
			if after, err := o.Substitute(*g); err == nil { // a check asks for the error
				o.written, o.Content = o.Content, after.Content
			}
		case len(o.Meant()) > 0:
			after, _ := substitution.Map(o.Content, substitution.Unescape).(map[string]any)
			o.written, o.Content = o.Content, after
		}
		o.Name, o.Namespace = o.Text("metadata", "name"), o.Text("metadata", "namespace")
	}
}

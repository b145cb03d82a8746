// Package substitution knows what kustomize-controller's substitution of variables, the postBuild of
// a Kustomization, makes of an object. It works on the text of the whole object, so the language
// holds for every field: ${NAME}, ${NAME:=default} and other forms of a shell, and $$ for a dollar.
// The grammar is Flux's own code.
package substitution

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/fluxcd/pkg/envsubst"
	"github.com/fluxcd/pkg/envsubst/parse"
	"sigs.k8s.io/yaml"
)

// Key is the annotation, or the label, that keeps an object as it is where its value is Disabled.
const (
	Key      = "kustomize.toolkit.fluxcd.io/substitute"
	Disabled = "disabled"
)

// Off reports whether the object says that it is left alone.
func Off(object map[string]any) bool {
	metadata, _ := object["metadata"].(map[string]any)
	for _, field := range []string{"annotations", "labels"} {
		if m, _ := metadata[field].(map[string]any); m[Key] == Disabled {
			return true
		}
	}
	return false
}

// Literal writes a text so that it is the same after the substitution.
func Literal(text string) string {
	if !strings.Contains(text, "${") && !strings.Contains(text, "$$") {
		return text
	}
	var b strings.Builder
	for i := range len(text) {
		b.WriteByte(text[i])
		if text[i] == '$' && i+1 < len(text) && (text[i+1] == '$' || text[i+1] == '{') {
			b.WriteByte('$')
		}
	}
	return b.String()
}

// Unescape writes a text as it is after the substitution, but for the variables, which stay.
func Unescape(text string) string {
	var b strings.Builder
	depth := 0
	for i := 0; i < len(text); i++ {
		b.WriteByte(text[i])
		switch rest := text[i:]; {
		case depth == 0 && strings.HasPrefix(rest, "$$"):
			i++
		case strings.HasPrefix(rest, "${"):
			b.WriteByte('{')
			depth++
			i++
		case depth > 0 && text[i] == '}':
			depth--
		}
	}
	return b.String()
}

// Variable is a variable of a text.
type Variable struct {
	Name string
	// Required says that at one place at least it has no default.
	Required bool
}

// name is what Flux takes for the name of a variable that is given.
var name = regexp.MustCompile(`^[_a-zA-Z][_a-zA-Z0-9]*$`)

// IsName reports whether a variable of that name can be given.
func IsName(text string) bool { return name.MatchString(text) }

// maxText is more than the API server takes for an object. A text is parsed by recursion, and copied
// for each $$ in it.
const (
	maxText   = 3 << 20
	maxCopied = 1 << 32
)

var errTooLarge = errors.New("it is too large")

func tooLarge(text string) bool {
	return len(text) > maxText || strings.Count(text, "$$")*len(text) > maxCopied
}

// Variables returns the variables of a text, sorted by name. No error has anything of the text, which
// may be a secret, but the name of a variable.
func Variables(text string) ([]Variable, error) {
	if !strings.Contains(text, "${") {
		return nil, nil
	}
	if tooLarge(text) {
		return nil, errTooLarge
	}
	tree, err := parse.Parse(text)
	if err != nil {
		return nil, err
	}
	found := map[string]bool{}
	collect(tree.Root, found)
	for _, n := range slices.Sorted(maps.Keys(found)) {
		if !IsName(n) {
			return nil, fmt.Errorf("%q cannot be the name of a variable: use letters, digits and _, and no digit at the beginning", n)
		}
	}
	return sorted(found), nil
}

func sorted(required map[string]bool) []Variable {
	var all []Variable
	for _, n := range slices.Sorted(maps.Keys(required)) {
		all = append(all, Variable{Name: n, Required: required[n]})
	}
	return all
}

// collect finds the variables below a node, and whether each is required.
func collect(n parse.Node, found map[string]bool) {
	switch n := n.(type) {
	case *parse.ListNode:
		for _, item := range n.Nodes {
			collect(item, found)
		}
	case *parse.FuncNode:
		found[n.Param] = found[n.Param] || !providesDefault(n.Name)
		for _, arg := range n.Args {
			collect(arg, found)
		}
	}
}

// providesDefault are the forms that Flux accepts without the variable, also in strict mode.
func providesDefault(function string) bool {
	return slices.Contains([]string{"-", "+", "=", "?", ":-", ":+", ":=", ":?"}, function)
}

// Merge puts variables together: one that is required anywhere is.
func Merge(lists ...[]Variable) []Variable {
	required := map[string]bool{}
	for _, v := range slices.Concat(lists...) {
		required[v.Name] = required[v.Name] || v.Required
	}
	return sorted(required)
}

// Each calls visit with each key and each text below v, and with the way to it.
func Each(v any, path []any, visit func(path []any, text string)) {
	switch v := v.(type) {
	case string:
		visit(path, v)
	case []any:
		for i, item := range v {
			Each(item, append(slices.Clip(path), i), visit)
		}
	case map[string]any:
		for _, k := range slices.Sorted(maps.Keys(v)) {
			at := append(slices.Clip(path), k)
			visit(at, k)
			Each(v[k], at, visit)
		}
	}
}

// Map returns v with each key and each text replaced.
func Map(v any, replace func(string) string) any {
	switch v := v.(type) {
	case string:
		return replace(v)
	case []any:
		list := make([]any, len(v))
		for i, item := range v {
			list[i] = Map(item, replace)
		}
		return list
	case map[string]any:
		m := make(map[string]any, len(v))
		for k, item := range v {
			m[replace(k)] = Map(item, replace)
		}
		return m
	}
	return v
}

// Text is a text as it is after the substitution, by itself.
func Text(text string, give func(name string) (string, bool)) (string, error) {
	if tooLarge(text) {
		return "", errTooLarge
	}
	return envsubst.Eval(text, give)
}

// Apply returns the object as it is after the substitution, as JSON. A variable for which give returns
// false is an error where it has no default, as in Flux's strict mode.
func Apply(object map[string]any, give func(name string) (string, bool)) ([]byte, error) {
	text, err := yaml.Marshal(object)
	if err != nil {
		return nil, err
	}
	if tooLarge(string(text)) {
		return nil, errTooLarge
	}
	after, err := envsubst.Eval(string(text), give)
	if err != nil {
		return nil, err
	}
	out, err := yaml.YAMLToJSON([]byte(after))
	if err != nil {
		return nil, errors.New("what comes out is no YAML any more; a value with quotes, or with : or # in it, must stand in quotes itself")
	}
	return out, nil
}

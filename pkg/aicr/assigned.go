package aicr

import (
	"fmt"
	"regexp"
	"slices"

	"github.com/aicr-flux/aicr/internal/yamldoc"
	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/recipe"
	"github.com/aicr-flux/aicr/pkg/values"
)

// assigned holds what the options assign to the component against what its files and overrides
// have, and refuses what cannot be meant. What may be meant is a warning.
func (r *resolver) assigned(ref *recipe.ComponentRef, vals map[string]any) error {
	var problems []error
	for _, a := range slices.Concat(r.sets, r.last) {
		if a.component == ref.Name {
			problems = append(problems, errors.In(errors.Join(a.reaches(vals), a.fits(vals), r.readable(a)), "%s", a.label))
		}
	}
	return errors.Join(problems...)
}

// reaches refuses a way that leads through a list.
func (a assignment) reaches(vals map[string]any) error {
	for i := 1; i < len(a.path); i++ {
		held, _ := values.Get(vals, a.path[:i])
		if _, isList := held.([]any); isList {
			return errors.Invalid("the value at %q is a list, whose items no path can name; set the whole list with `SetJSON`", values.JoinPath(a.path[:i]))
		}
	}
	return nil
}

// fits refuses a text, number or boolean where a list or a map is, and the text of a boolean where
// a boolean is.
func (a assignment) fits(vals map[string]any) error {
	held, _ := values.Get(vals, a.path)
	if text := a.clash("the value there", held); text != "" {
		return errors.Invalid("%s", text)
	}
	return nil
}

// clash says why the value cannot stand where held does, which messages call what, and nothing where
// it can.
func (a assignment) clash(what string, held any) string {
	text, isText := a.value.(string)
	switch held.(type) {
	case map[string]any, []any:
		if !a.json && isScalar(a.value) {
			return fmt.Sprintf("%s is %s, and %s would take its place; set it with `SetJSON`", what, values.Kind(held), values.Kind(a.value))
		}
	case bool:
		if isText && !a.verbatim && values.BooleanWord(text) {
			return fmt.Sprintf("%s is a boolean, and %q would be text; use true or false", what, text)
		}
	}
	return ""
}

func isScalar(v any) bool {
	switch v.(type) {
	case nil, map[string]any, []any:
		return false
	}
	return true
}

var (
	// another is what "helm --set" takes for a second assignment after a comma, and typed is the
	// same after a value that is certainly a whole one.
	another = regexp.MustCompile(`^[^=,{}\[\]\s]*,[A-Za-z][-\w.\[\]]*=`)
	typed   = regexp.MustCompile(`^(true|false|null|-?\d+(\.\d+)?),`)
	// listed is what "helm --set" takes for a list, and JSON for a list or a map; a template is
	// neither.
	listed = regexp.MustCompile(`^(\{([^{].*)?\}|\[.*\])$`)
)

// readable warns of text that another program would read as something else, unless the text is said
// to be meant. No message has the value, which may be a secret.
func (r *resolver) readable(a assignment) error {
	text, isText := a.value.(string)
	switch {
	case yamldoc.Encrypted([]byte(text)):
		r.warn("%s: the value is encrypted by SOPS, and only cipher text will reach the cluster; decrypt it first, and keep what is secret in a Secret of the cluster (`SecretValues`)", a.label)
	case !isText || a.verbatim:
	case another.MatchString(text) && typed.MatchString(text):
		return errors.Invalid("what follows the comma would be part of the value; give each value an assignment of its own")
	case another.MatchString(text):
		r.warn("%s: what follows the comma is part of the value; if it is meant as another value, give it an assignment of its own", a.label)
	case listed.MatchString(text):
		r.warn("%s: the value is text, although it looks like a list or a map; for those use `SetJSON`, for text `Assignment.Verbatim`", a.label)
	case text == "null":
		r.warn("%s: the value is the text null, which removes nothing; to remove the value use `SetJSON`, for the text `Assignment.Verbatim`", a.label)
	}
	return nil
}

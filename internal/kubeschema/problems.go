package kubeschema

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/defaulting"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/listtype"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/pruning"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/validation"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/validation/field"
	celconfig "k8s.io/apiserver/pkg/apis/cel"
)

// Problem is why an API server refuses an object.
type Problem struct {
	// Path is where: keys are strings, indexes ints.
	Path []any
	// Text says what is wrong there. It holds no value of the object except one that should have
	// been one of a few.
	Text string
	// Rule says that a rule says so, which may look at all that is below Path.
	Rule bool
}

// Problems judges an object that is to be created: first its fields, then, unless something is
// wrong with these, the CEL rules. One mistake is one problem: a rule that a misspelled field
// breaks is not named. The object must be as JSON has it, with int64 and float64 for numbers; it is
// left as it is. Its metadata is not looked at. The error is of the schema itself, or of ctx.
func (s *Schema) Problems(ctx context.Context, object map[string]any) ([]Problem, error) {
	problems, judged, err := s.fields(ctx, object)
	if err != nil || len(problems) > 0 {
		return problems, err
	}
	rules := s.rules()
	if rules == nil {
		return nil, nil
	}
	shape, _ := s.shape()
	broken, _ := rules.Validate(ctx, nil, shape.structural, judged, nil, celconfig.RuntimeCELCostBudget)
	problems = ProblemsOf(object, broken)
	for i := range problems {
		problems[i].Rule = true
	}
	return problems, ctx.Err()
}

// Accepts reports whether the schema has all fields that the object uses, with these values; the
// CEL rules are not asked.
func (s *Schema) Accepts(ctx context.Context, object map[string]any) (bool, error) {
	problems, _, err := s.fields(ctx, object)
	return len(problems) == 0, err
}

// fields judges all but the rules, and returns the object with its defaults.
func (s *Schema) fields(ctx context.Context, object map[string]any) ([]Problem, map[string]any, error) {
	shape, err := s.shape()
	if err != nil {
		return nil, nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, nil, err
	}
	judged := runtime.DeepCopyJSON(object)
	delete(judged, "status") // the API server drops it from a new object
	dropped := pruning.PruneWithOptions(judged, shape.structural, true, schema.UnknownFieldPathOptions{TrackUnknownFieldPaths: true})
	var problems []Problem
	meant := map[string]bool{}
	for _, text := range dropped {
		path := Steps(object, text)
		p := Problem{Path: path, Text: "there is no such field"}
		if near := nearest(shape.structural, path); near != "" {
			p.Text += fmt.Sprintf("; did you mean %q?", near)
			meant[text[:strings.LastIndexByte(text, '.')+1]+near] = true
		}
		problems = append(problems, p)
	}
	defaulting.PruneNonNullableNullsWithoutDefaults(judged, shape.structural)
	defaulting.Default(judged, shape.structural)

	found := validation.ValidateCustomResource(nil, judged, shape.openAPI)
	found = append(found, listtype.ValidateListSetsAndMaps(nil, shape.structural, judged)...)
	found = slices.DeleteFunc(found, func(e *field.Error) bool { return e.Type == field.ErrorTypeRequired && meant[e.Field] })
	return append(problems, ProblemsOf(object, found)...), judged, ctx.Err()
}

// ProblemsOf words what validations of Kubernetes found in an object. It keeps the first error of each place: the others follow from it.
func ProblemsOf(object map[string]any, found field.ErrorList) []Problem {
	found = slices.Clone(found)
	for i, e := range found {
		// The library that judges formats puts the path into the text.
		if text, path, ok := strings.Cut(e.Detail, " in "); ok && strings.Trim(e.Field, "<nil>") == "" && strings.HasPrefix(text, "Checked value ") {
			placed := *e
			placed.Field, placed.Detail = path, "it "+strings.TrimPrefix(text, "Checked value ")
			found[i] = &placed
		}
	}
	slices.SortStableFunc(found, func(a, b *field.Error) int { return cmp.Compare(a.Field, b.Field) })
	found = slices.CompactFunc(found, func(a, b *field.Error) bool { return a.Field == b.Field })
	var problems []Problem
	for _, e := range found {
		problems = append(problems, Problem{Path: Steps(object, strings.TrimPrefix(e.Field, "<nil>")), Text: wording(e)})
	}
	return problems
}

// wording says what is wrong without the path, which is said elsewhere, and without the value,
// which may be a secret.
func wording(e *field.Error) string {
	switch e.Type {
	case field.ErrorTypeRequired:
		if e.Detail != "" {
			return e.Detail
		}
		return "the field is required, and it is missing"
	case field.ErrorTypeNotSupported:
		return fmt.Sprintf("%q is not one of the %s", short(e.BadValue), e.Detail)
	case field.ErrorTypeDuplicate:
		return "the list has this entry twice"
	case field.ErrorTypeNotFound:
		return fmt.Sprintf("there is no %q here", short(e.BadValue))
	}
	text := strings.TrimPrefix(e.Detail, e.Field+" in body ")
	if e.Type == field.ErrorTypeTypeInvalid {
		return strings.NewReplacer(`: "`, `, not `, `"`, ``).Replace(text)
	}
	if pattern, ok := strings.CutPrefix(text, "should match "); ok {
		if words, known := patterns[strings.Trim(pattern, "'")]; known {
			return words
		}
		return "it must match " + pattern
	}
	return text
}

// short returns a text in an error, or enough of it.
func short(value any) string {
	const most = 40
	text := fmt.Sprint(value)
	if s, ok := value.(*string); ok && s != nil {
		text = *s
	}
	if len(text) > most {
		text = text[:most] + "…"
	}
	return text
}

// The patterns of Flux' CRDs and of the schemas of Kubernetes' own kinds that have words of their own.
const (
	duration = `^([0-9]+(\.[0-9]+)?(ms|s|m|h))+$`
	// Quantity is that of amounts of CPU, memory and other resources.
	Quantity = `^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$`
	// Base64 may be cut into lines.
	Base64 = `^(([A-Za-z0-9+/][\r\n]*){4})*(([A-Za-z0-9+/][\r\n]*){2}=[\r\n]*=[\r\n]*|([A-Za-z0-9+/][\r\n]*){3}=[\r\n]*)?$`
	// Subdomain is that of the names of most objects.
	Subdomain = `^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$`
	// ConfigKey is that of the keys of ConfigMaps and Secrets.
	ConfigKey = `^[-._a-zA-Z0-9]+$`
)

var patterns = map[string]string{
	duration:          "it is not a duration; write one such as 90s, 15m or 1h30m",
	Quantity:          "it is not a quantity; write one such as 500m, 2 or 4Gi",
	Base64:            "it is not base64",
	Subdomain:         "it is not the name of an object: lower case letters, digits, - and . are",
	Subdomain + "|^$": "it is not the name of an object: lower case letters, digits, - and . are",
	ConfigKey:         "it is not a key of a ConfigMap or Secret: letters, digits, -, _ and . are",
}

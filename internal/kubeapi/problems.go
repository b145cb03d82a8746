package kubeapi

import (
	"context"
	"slices"
	"strings"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/kubernetes/scheme"

	"github.com/aicr-flux/aicr/internal/kubeapi/rules"
	"github.com/aicr-flux/aicr/internal/kubeschema"
)

// Problem is why an API server refuses an object.
type Problem = kubeschema.Problem

// Problems judges an object that is to be created: its fields by the schema, and then the rules that
// no schema can say. One mistake is one problem. Where variables are filled in later, values with
// one are not judged. Of its metadata only what its kind demands is. The object is left as it is; it
// must be as JSON has it, with int64 and float64 for numbers. The error is of the schema itself, or
// of ctx.
func (r *Resource) Problems(ctx context.Context, object map[string]any, variables bool) ([]Problem, error) {
	problems, err := r.Schema.Problems(ctx, object)
	if err != nil {
		return nil, err
	}
	judged := object
	variables = variables && kubeschema.HasVariables(object)
	if variables {
		judged, problems = known(object), kubeschema.WithoutVariables(object, problems)
	}
	broken, err := ruleProblems(judged)
	if variables { // rules look at more than one field
		for i := range broken {
			broken[i].Rule = true
		}
		broken = kubeschema.WithoutVariables(object, broken)
	}
	if err != nil && len(problems) == 0 && !variables {
		broken = []Problem{{Text: "a value cannot be read: " + err.Error()}}
	}
	for _, p := range broken {
		if !slices.ContainsFunc(problems, func(q Problem) bool { return related(p.Path, q.Path) }) {
			problems = append(problems, p)
		}
	}
	return problems, ctx.Err()
}

// ruleProblems asks the rules, which know the Go types. The error says why the object does not fit
// into its type, which in most cases the schema has said better.
func ruleProblems(object map[string]any) ([]Problem, error) {
	apiVersion, _ := object["apiVersion"].(string)
	kind, _ := object["kind"].(string)
	gvk := schema.FromAPIVersionAndKind(apiVersion, kind)
	if gvk == apiextensionsv1.SchemeGroupVersion.WithKind("CustomResourceDefinition") {
		return definitionProblems(object), nil
	}
	typed, err := scheme.Scheme.New(gvk)
	if err != nil {
		return nil, nil // one that nobody writes; its schema has judged it
	}
	if err := runtime.DefaultUnstructuredConverter.FromUnstructured(object, typed); err != nil {
		return nil, err
	}
	return kubeschema.ProblemsOf(object, rules.Judge(typed)), nil
}

// related reports whether one path leads to the other.
func related(a, b []any) bool {
	n := min(len(a), len(b))
	return n > 0 && slices.Equal(a[:n], b[:n])
}

// known returns the object without the values of maps that are a variable and nothing else: one in
// the place of a number would hide the rest from the rules.
func known(v map[string]any) map[string]any {
	out := make(map[string]any, len(v))
	for key, item := range v {
		if text, isText := item.(string); !isText || !strings.HasPrefix(text, "${") || !strings.HasSuffix(text, "}") {
			out[key] = knownItem(item)
		}
	}
	return out
}

func knownItem(v any) any {
	switch v := v.(type) {
	case map[string]any:
		return known(v)
	case []any:
		out := make([]any, len(v))
		for i, item := range v {
			out[i] = knownItem(item)
		}
		return out
	}
	return v
}

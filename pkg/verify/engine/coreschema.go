package engine

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/kubernetes/scheme"
	kjson "sigs.k8s.io/json"

	"github.com/aicr-flux/aicr/internal/kubeschema"
)

// CoreKind reports whether the object is of one of Kubernetes' own kinds.
func CoreKind(apiVersion, kind string) bool {
	return newCore(apiVersion, kind) != nil
}

// LostKind reports whether an API group is Kubernetes' own and it has no such kind, or not in this
// version. Those whose group has a dot change with each Kubernetes, and are left to the cluster.
func LostKind(apiVersion, kind string) bool {
	group, _, grouped := strings.Cut(apiVersion, "/")
	return (!grouped || !strings.Contains(group, ".")) && !CoreKind(apiVersion, kind) && !strings.HasSuffix(kind, "List")
}

// newCore returns an empty object of the kind; nil where Kubernetes has no such kind.
func newCore(apiVersion, kind string) any {
	gvk := schema.FromAPIVersionAndKind(apiVersion, kind)
	if gvk == apiextensionsv1.SchemeGroupVersion.WithKind("CustomResourceDefinition") {
		return &apiextensionsv1.CustomResourceDefinition{}
	}
	if object, err := scheme.Scheme.New(gvk); err == nil {
		return object
	}
	return nil
}

// CoreProblems judges an object of one of Kubernetes' own kinds by the types that the API server
// decodes into: fields that these do not have, and values of another type. Whether the values make
// sense together only a cluster can tell. The object is left as it is. Where it is of no such kind,
// there are no problems.
func CoreProblems(object map[string]any) []kubeschema.Problem {
	apiVersion, _ := object["apiVersion"].(string)
	kind, _ := object["kind"].(string)
	into := newCore(apiVersion, kind)
	if into == nil {
		return nil
	}
	data, err := json.Marshal(object)
	if err != nil {
		return []kubeschema.Problem{{Text: "it cannot be written as JSON"}}
	}
	strict, err := kjson.UnmarshalStrict(data, into)
	if err != nil {
		return []kubeschema.Problem{typeProblem(object, err)}
	}
	var problems []kubeschema.Problem
	for _, e := range strict {
		if field, unknown := strings.CutPrefix(e.Error(), "unknown field "); unknown {
			problems = append(problems, kubeschema.Problem{Path: kubeschema.Steps(object, strings.Trim(field, `"`)), Text: "there is no such field"})
		}
	}
	return problems
}

// typeProblem words an error of decoding. A type's own error names no field.
func typeProblem(object map[string]any, err error) kubeschema.Problem {
	var wrong *json.UnmarshalTypeError
	if !errors.As(err, &wrong) {
		return kubeschema.Problem{Text: "a value cannot be read: " + err.Error()}
	}
	is, _, _ := strings.Cut(wrong.Value, " ") // "number 1.5"
	path, _ := search(object, strings.Split(wrong.Field, "."), is)
	return kubeschema.Problem{Path: path, Text: fmt.Sprintf("it must be a %s, not a %s", typeName(wrong.Type.Kind().String()), typeName(is))}
}

// typeName is what people who write YAML call it.
func typeName(name string) string {
	switch strings.TrimRight(name, "0123456789") {
	case "int", "uint", "float":
		return "number"
	case "bool":
		return "boolean"
	case "slice", "array":
		return "list"
	case "map", "struct", "object", "ptr":
		return "map"
	}
	return name
}

// search follows fields through maps, and through every entry of lists, to a value of a type: an
// error of decoding does not say which entry it means.
func search(v any, fields []string, is string) (path []any, found bool) {
	if list, ok := v.([]any); ok && (len(fields) > 0 || is != "array") {
		for i, item := range list {
			if rest, ok := search(item, fields, is); ok {
				return append([]any{i}, rest...), true
			}
		}
		return nil, false
	}
	m, isMap := v.(map[string]any)
	switch {
	case len(fields) > 0:
		rest, found := search(m[fields[0]], fields[1:], is)
		return append([]any{fields[0]}, rest...), found
	case isMap && is != "object": // the keys of a free map are no fields
		for _, key := range SortedKeys(m) {
			if rest, ok := search(m[key], nil, is); ok {
				return append([]any{key}, rest...), true
			}
		}
	}
	return nil, jsonType(v) == is
}

func jsonType(v any) string {
	switch v.(type) {
	case string:
		return "string"
	case bool:
		return "bool"
	case int64, float64:
		return "number"
	case []any:
		return "array"
	case map[string]any:
		return "object"
	}
	return "null"
}

package engine

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/managedfields"
	"k8s.io/client-go/applyconfigurations"
	"k8s.io/client-go/kubernetes/scheme"
	kjson "sigs.k8s.io/json"
	"sigs.k8s.io/structured-merge-diff/v6/typed"

	"github.com/aicr-flux/aicr/internal/kubeschema"
)

// Duplicate is an entry of a list whose key an earlier one has.
type Duplicate struct {
	Path []any
	// key is "name LOG_LEVEL".
	Key string
}

// CoreKind reports whether the object is of one of Kubernetes' own kinds.
func CoreKind(apiVersion, kind string) bool {
	return newCore(apiVersion, kind) != nil
}

// LostKind reports whether an API group is Kubernetes' own and it has no such kind,
// or not in this version. Those whose group has a dot change with each Kubernetes,
// and are left to the cluster.
func LostKind(apiVersion, kind string) bool {
	group, _, grouped := strings.Cut(apiVersion, "/")
	return (!grouped || !strings.Contains(group, ".")) && !CoreKind(apiVersion, kind) && !strings.HasSuffix(kind, "List")
}

// newCore returns an empty object of the kind; nil where Kubernetes has no such
// kind.
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

// CoreProblems judges an object of one of Kubernetes' own kinds by the types that
// the API server decodes into: fields that these do not have, and values of
// another type. Whether the values make sense together only a cluster can tell.
// The object is left as it is. Where it is of no such kind, there are no problems.
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

// search follows fields through maps, and through every entry of lists, to a
// value of a type: an error of decoding does not say which entry it means.
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

// merger knows by which keys server-side apply merges lists. To build it takes a
// hundred milliseconds, so it is asked only where two entries look alike.
var merger = sync.OnceValue(func() managedfields.TypeConverter { return applyconfigurations.NewTypeConverter(scheme.Scheme) })

// DuplicatesIn finds entries of lists that server-side apply takes for one, without
// those that are known already.
func DuplicatesIn(object map[string]any, known []Duplicate) []kubeschema.Problem {
	alike := slices.DeleteFunc(lookAlikes(object, nil), func(path []any) bool {
		return slices.ContainsFunc(known, func(d Duplicate) bool { return slices.Equal(d.Path, path) })
	})
	if len(alike) == 0 {
		return nil
	}
	_, err := merger().ObjectToTyped(&unstructured.Unstructured{Object: object})
	var found typed.ValidationErrors
	if !errors.As(err, &found) {
		return nil
	}
	var problems []kubeschema.Problem
	for _, e := range found {
		if !strings.HasPrefix(e.ErrorMessage, "duplicate entries") {
			continue // decoding has complained of it
		}
		for _, path := range alike {
			if fieldsOf(path) == selector.ReplaceAllString(e.Path, "") && hasKey(follow(object, path), e.ErrorMessage) {
				problems = append(problems, kubeschema.Problem{Path: path, Text: "server-side apply refuses the list: " + e.ErrorMessage})
				break
			}
		}
	}
	return problems
}

var selector = regexp.MustCompile(`\[[^\]]*\]`)

var keyPart = regexp.MustCompile(`(\w+)=(?:"([^"]*)"|([^,\]]*))`)

// hasKey reports whether an entry has the key that a message tells, as
// [containerPort=80,protocol="TCP"]; what it lacks has a default.
func hasKey(item any, message string) bool {
	m, isMap := item.(map[string]any)
	if !isMap {
		return true
	}
	for _, part := range keyPart.FindAllStringSubmatch(message, -1) {
		if v, ok := m[part[1]]; ok && fmt.Sprint(v) != part[2]+part[3] {
			return false
		}
	}
	return true
}

// follow returns what is at a path that is there.
func follow(v any, path []any) any {
	for _, step := range path {
		switch step := step.(type) {
		case string:
			m, _ := v.(map[string]any)
			v = m[step]
		case int:
			list, _ := v.([]any)
			v = list[step]
		}
	}
	return v
}

// fieldsOf writes a path without its indexes: ".spec.containers.env".
func fieldsOf(path []any) string {
	var b strings.Builder
	for _, step := range path {
		if key, ok := step.(string); ok {
			b.WriteString("." + key)
		}
	}
	return b.String()
}

// mergeKeys are the fields of which at least one is in each key by which
// Kubernetes merges a list; those of conditions, which only a status has, are
// left out.
var mergeKeys = []string{
	"name", "containerPort", "port", "mountPath", "devicePath", "ip", "uid", "driver", "topologyKey",
	"resourceClaimName", "resourceID", "apiServerID",
}

// lookAlikes returns the paths of entries that share a merge key, or a plain
// value, with an earlier entry of their list.
func lookAlikes(v any, path []any) [][]any {
	var all [][]any
	switch v := v.(type) {
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(v)) {
			if len(path) > 0 || key != "status" {
				all = append(all, lookAlikes(v[key], append(slices.Clip(path), key))...)
			}
		}
	case []any:
		seen := map[any]bool{}
		for i, item := range v {
			at := append(slices.Clip(path), i)
			if marks := marksOf(item); slices.ContainsFunc(marks, func(mark any) bool { return seen[mark] }) {
				all = append(all, at)
			} else {
				for _, mark := range marks {
					seen[mark] = true
				}
			}
			all = append(all, lookAlikes(item, at)...)
		}
	}
	return all
}

// marksOf are what tells an entry from others.
func marksOf(item any) []any {
	m, isMap := item.(map[string]any)
	if !isMap {
		if _, isList := item.([]any); isList {
			return nil
		}
		return []any{item}
	}
	type mark struct {
		key   string
		value any
	}
	var marks []any
	for _, key := range mergeKeys {
		switch value := m[key].(type) {
		case string, int64, float64:
			marks = append(marks, mark{key, value})
		}
	}
	return marks
}

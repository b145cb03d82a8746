// Package fields reads the project's small YAML documents, the --config file
// and the component registry, into Go structs. It exists for its messages:
// each names the line and the field and says in words what is needed there,
// and all problems are reported at once.
package fields

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"github.com/agnivade/levenshtein"
	"go.yaml.in/yaml/v3"

	"github.com/aicr-flux/aicr/internal/document"
	"github.com/aicr-flux/aicr/pkg/errors"
)

// Decode reads one document into the struct that into points to. The names of
// fields are those of the tag json. With strict, an unknown key is a problem;
// otherwise it is ignored, whatever it holds. Text is taken as it is written,
// quoted or not.
func Decode(data []byte, into any, strict bool) error {
	root, err := document.Parse(data)
	if err != nil {
		return errors.Invalid("%s", err)
	}
	if root == nil {
		return nil
	}
	r := &reader{strict: strict}
	r.value(root, reflect.ValueOf(into).Elem(), "")
	return errors.Join(r.problems...)
}

// reader reads nodes and goes on after a problem.
type reader struct {
	strict   bool
	problems []error
}

// needs reports that the field at the node holds something else than it needs.
func (r *reader) needs(n *yaml.Node, field, what string) {
	if field == "" {
		field = "the document"
	}
	found := fmt.Sprintf("%q", n.Value)
	switch n.Kind {
	case yaml.MappingNode:
		found = "a map"
	case yaml.SequenceNode:
		found = "a list"
	}
	r.problems = append(r.problems, errors.Invalid("line %d: %s is %s, where %s is needed", n.Line, field, found, what))
}

func resolve(n *yaml.Node) *yaml.Node {
	if n.Kind == yaml.AliasNode {
		return n.Alias
	}
	return n
}

// setter is a type that reads itself from text, such as a duration.
type setter interface{ Set(text string) error }

func (r *reader) value(n *yaml.Node, v reflect.Value, field string) {
	n = resolve(n)
	if n.Kind == yaml.ScalarNode && n.ShortTag() == "!!null" {
		return
	}
	if s, ok := v.Addr().Interface().(setter); ok {
		if n.Kind != yaml.ScalarNode {
			r.needs(n, field, "a single value")
		} else if err := s.Set(n.Value); err != nil {
			r.problems = append(r.problems, errors.Invalid("line %d: %s: %s", n.Line, field, err))
		}
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		r.object(n, v, field)
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		r.value(n, v.Elem(), field)
	case reflect.Slice:
		r.list(n, v, field)
	default:
		r.scalar(n, v, field)
	}
}

func (r *reader) scalar(n *yaml.Node, v reflect.Value, field string) {
	scalar := n.Kind == yaml.ScalarNode
	switch v.Kind() {
	case reflect.String:
		if !scalar {
			r.needs(n, field, "text")
			return
		}
		v.SetString(n.Value)
	case reflect.Bool:
		var b bool
		if !scalar || n.ShortTag() == "!!str" && n.Style != 0 || n.Decode(&b) != nil {
			r.needs(n, field, "true or false")
			return
		}
		v.SetBool(b)
	case reflect.Int:
		i, err := strconv.Atoi(n.Value)
		if !scalar || err != nil {
			r.needs(n, field, "a whole number")
			return
		}
		v.SetInt(int64(i))
	default:
		panic("fields: no rule for the Go type " + v.Type().String()) // found by the first test that reads it
	}
}

func (r *reader) list(n *yaml.Node, v reflect.Value, field string) {
	if n.Kind != yaml.SequenceNode {
		r.needs(n, field, "a list")
		return
	}
	v.Set(reflect.MakeSlice(v.Type(), len(n.Content), len(n.Content)))
	for i, item := range n.Content {
		r.value(item, v.Index(i), fmt.Sprintf("%s[%d]", field, i))
	}
}

func (r *reader) object(n *yaml.Node, v reflect.Value, field string) {
	if n.Kind != yaml.MappingNode {
		r.needs(n, field, "a map")
		return
	}
	known := map[string]reflect.Value{}
	members(v, known)
	seen := make(map[string]int, len(n.Content)/2)
	var merged []*yaml.Node
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, at := resolve(n.Content[i]).Value, n.Content[i].Line
		first, twice := seen[key]
		if !twice {
			seen[key] = at
		}
		member, ok := known[key]
		switch {
		case twice:
			r.problems = append(r.problems, errors.Invalid("line %d: the field %q stands twice (first on line %d); remove one", at, join(field, key), first))
		case resolve(n.Content[i]).ShortTag() == "!!merge":
			merged = append(merged, n.Content[i+1])
		case ok:
			r.value(n.Content[i+1], member, join(field, key))
		case r.strict:
			r.unknown(at, field, key, known)
		}
	}
	r.merge(merged, known, seen, field)
}

// merge reads the fields of the maps under a merge key << that are not yet
// seen.
func (r *reader) merge(from []*yaml.Node, known map[string]reflect.Value, seen map[string]int, field string) {
	var maps []*yaml.Node
	for _, n := range from {
		if n = resolve(n); n.Kind == yaml.SequenceNode {
			maps = append(maps, n.Content...)
		} else {
			maps = append(maps, n)
		}
	}
	for _, n := range maps {
		n = resolve(n)
		for i := 0; i+1 < len(n.Content) && n.Kind == yaml.MappingNode; i += 2 {
			key := resolve(n.Content[i]).Value
			member, ok := known[key]
			if _, has := seen[key]; ok && !has {
				seen[key] = n.Content[i].Line
				r.value(n.Content[i+1], member, join(field, key))
			}
		}
	}
}

func (r *reader) unknown(line int, field, key string, known map[string]reflect.Value) {
	nearest, distance := "", 3
	for name := range known {
		if d := levenshtein.ComputeDistance(name, key); d < distance || d == distance && name < nearest {
			nearest, distance = name, d
		}
	}
	hint := "remove it"
	if nearest != "" {
		hint = fmt.Sprintf("did you mean %q?", join(field, nearest))
	}
	r.problems = append(r.problems, errors.Invalid("line %d: there is no field %q; %s", line, join(field, key), hint))
}

// members collects the struct's fields by name, those of embedded structs as
// if they were its own.
func members(v reflect.Value, into map[string]reflect.Value) {
	for i := range v.NumField() {
		f := v.Type().Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case f.Anonymous:
			members(v.Field(i), into)
		case name != "" && name != "-":
			into[name] = v.Field(i)
		}
	}
}

func join(field, key string) string {
	if field == "" {
		return key
	}
	return field + "." + key
}

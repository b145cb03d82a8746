package yamldoc

import (
	stderrors "errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/aicr-flux/aicr/pkg/errors"
)

// Unmarshal is Parse and Decode.
func Unmarshal(data []byte, into any, o Options) error {
	root, err := Parse(data)
	if err == nil {
		_, err = Decode(root, into, o)
	}
	return err
}

// Decode reads a document into the struct that into points to; a root that is nil leaves it as it
// is. The names of fields are those of the tag json. Text is taken as it is written, quoted or not.
// Where a list has the tag item, as in item:"component", messages call each of its items by that
// and its name.
//
// All problems are returned at once. Items of a list that cannot be read are left out of the struct
// and of the tree, so that Line has the same indexes.
func Decode(root *yaml.Node, into any, o Options) (warnings []string, err error) {
	if root == nil {
		return nil, nil
	}
	r := &reader{Options: o}
	r.value(root, reflect.ValueOf(into).Elem(), "", "")
	return r.warnings, errors.Join(r.problems...)
}

// reader reads nodes and goes on after a problem. Its methods report whether what stands at a node
// is of the right kind; at is how messages call it.
type reader struct {
	Options
	problems []error
	warnings []string
}

func (r *reader) problem(line int, format string, args ...any) {
	r.problems = append(r.problems, Problemf(line, format, args...))
}

// inside reports a problem somewhere below a node.
func (r *reader) inside(at string, err error) {
	if p, ok := stderrors.AsType[*Problem](err); ok && at != "" {
		err = Problemf(p.Line, "%s: %s", at, p.Text)
	}
	r.problems = append(r.problems, err)
}

// needs reports that there is something else at the node than is needed.
func (r *reader) needs(n *yaml.Node, at, what string) bool {
	if at == "" {
		at = "the document"
	}
	r.problem(n.Line, "%s is %s, where %s is needed", at, describe(n), what)
	return false
}

// needsValues is needs where values of people stand, which may be secrets: those are not repeated.
func (r *reader) needsValues(n *yaml.Node, at string) bool {
	if n.Kind == yaml.ScalarNode && !isNull(n) {
		r.problem(n.Line, "%s is a single value, where a map is needed", at)
		return false
	}
	return r.needs(n, at, "a map")
}

// describe says what stands at a node.
func describe(n *yaml.Node) string {
	switch {
	case n.Kind == yaml.MappingNode:
		return "a map"
	case n.Kind == yaml.SequenceNode:
		return "a list"
	case isNull(n):
		return "null"
	}
	return fmt.Sprintf("%.100q", n.Value)
}

// setter is a type that reads itself from text, such as a duration.
type setter interface{ Set(text string) error }

// value reads the node into v; item is the noun for the items of a list.
func (r *reader) value(n *yaml.Node, v reflect.Value, at, item string) bool {
	n = follow(n)
	if isNull(n) {
		return true
	}
	s, sets := v.Addr().Interface().(setter)
	switch kind := v.Kind(); {
	case sets && n.Kind == yaml.ScalarNode:
		if err := s.Set(n.Value); err != nil {
			r.problem(n.Line, "%s: %s", at, err)
		}
	case kind == reflect.Struct:
		return r.object(n, v, at)
	case sets:
		return r.needs(n, at, "a single value")
	case kind == reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		return r.value(n, v.Elem(), at, item)
	case kind == reflect.Slice:
		return r.list(n, v, at, item)
	case kind == reflect.Map && v.Type().Elem().Kind() != reflect.Interface:
		return r.mapping(n, v, at)
	case kind == reflect.Interface || kind == reflect.Map:
		tree, err := Value(n)
		_, isMap := tree.(map[string]any)
		switch {
		case err != nil:
			r.inside(at, err)
		case kind == reflect.Map && !isMap:
			return r.needsValues(n, at)
		default:
			v.Set(reflect.ValueOf(tree))
		}
	default:
		return r.scalar(n, v, at)
	}
	return true
}

func (r *reader) scalar(n *yaml.Node, v reflect.Value, at string) bool {
	isScalar := n.Kind == yaml.ScalarNode
	switch v.Kind() {
	case reflect.String:
		if !isScalar {
			return r.needs(n, at, "text")
		}
		v.SetString(n.Value)
	case reflect.Bool:
		read, _ := Value(n)
		b, isBool := read.(bool)
		if !isBool {
			return r.needs(n, at, "true or false")
		}
		v.SetBool(b)
	case reflect.Int:
		i, err := strconv.Atoi(n.Value)
		if !isScalar || err != nil {
			return r.needs(n, at, "a whole number")
		}
		v.SetInt(int64(i))
	default:
		panic("yamldoc: no rule for the Go type " + v.Type().String()) // found by the first test that reads it
	}
	return true
}

// mapping reads a map whose keys are text and whose values have a type of their own.
func (r *reader) mapping(n *yaml.Node, v reflect.Value, at string) bool {
	if n.Kind != yaml.MappingNode {
		return r.needsValues(n, at)
	}
	all, problems := entries(n)
	for _, err := range problems {
		r.inside(at, err)
	}
	v.Set(reflect.MakeMapWithSize(v.Type(), len(all)))
	for _, e := range all {
		item := reflect.New(v.Type().Elem()).Elem()
		r.value(e.value, item, join(at, e.key), "")
		v.SetMapIndex(reflect.ValueOf(e.key), item)
	}
	return true
}

func (r *reader) list(n *yaml.Node, v reflect.Value, at, noun string) bool {
	if n.Kind != yaml.SequenceNode {
		return r.needs(n, at, "a list")
	}
	items := reflect.MakeSlice(v.Type(), 0, len(n.Content))
	var kept []*yaml.Node
	for i, node := range n.Content {
		item, label := reflect.New(v.Type().Elem()).Elem(), fmt.Sprintf("%s[%d]", at, i)
		if r.item(follow(node), item, label, noun) {
			items = reflect.Append(items, item)
			kept = append(kept, node)
		}
	}
	n.Content = kept
	v.Set(items)
	return true
}

func (r *reader) item(n *yaml.Node, v reflect.Value, at, noun string) bool {
	if v.Kind() == reflect.String && n.Kind == yaml.ScalarNode && (n.Value == "" || isNull(n)) {
		r.problem(n.Line, "%s is empty; remove it", at)
		return false
	}
	if noun != "" {
		if n.Kind != yaml.MappingNode {
			return r.needs(n, at, "a "+noun)
		}
		if _, name := child(n, "name"); name != nil && follow(name).Kind == yaml.ScalarNode && follow(name).Value != "" {
			at = fmt.Sprintf("%s %q", noun, follow(name).Value)
		}
	}
	return r.value(n, v, at, "")
}

// object reads a map into a struct; the fields of embedded structs are its own.
func (r *reader) object(n *yaml.Node, v reflect.Value, at string) bool {
	if n.Kind != yaml.MappingNode {
		return r.needs(n, at, "a map")
	}
	known := map[string]reflect.StructField{}
	for _, f := range reflect.VisibleFields(v.Type()) {
		if name, _, _ := strings.Cut(f.Tag.Get("json"), ","); name != "" && name != "-" {
			known[name] = f
		}
	}
	all, problems := entries(n)
	for _, err := range problems {
		r.inside(at, err)
	}
	for _, e := range all {
		if f, ok := known[e.key]; ok {
			r.value(e.value, v.FieldByIndex(f.Index), join(at, e.key), f.Tag.Get("item"))
		} else {
			r.unknown(e, at, known)
		}
	}
	return true
}

func join(at, key string) string {
	switch {
	case at == "":
		return key
	case strings.HasSuffix(at, `"`): // the item of a list, called by its name
		return at + ": " + key
	}
	return at + "." + key
}

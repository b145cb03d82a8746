package helmchart

import (
	"errors"
	"reflect"
	"text/template"

	"helm.sh/helm/v4/pkg/chart/common"
)

var errCycle = errors.New("a map is put into itself: to print it would never end")

// keepAcyclic wraps the functions that change maps. A map that holds itself ends the program when it is printed, because
// nothing bounds how deep fmt and the encoders of YAML and TOML go.
func (g *guard) keepAcyclic(helm template.FuncMap) template.FuncMap {
	set := helm["set"].(func(map[string]any, string, any) map[string]any)
	funcs := template.FuncMap{
		"set": func(to map[string]any, key string, value any) (map[string]any, error) {
			if reaches(value, to) {
				return nil, g.stop(limitError{errCycle})
			}
			return set(to, key, value), g.build()
		},
	}
	for _, name := range []string{"merge", "mergeOverwrite", "mustMerge", "mustMergeOverwrite"} {
		merge := reflect.ValueOf(helm[name])
		funcs[name] = func(to map[string]any, from ...map[string]any) (any, error) {
			for _, more := range from {
				// A map may be merged with itself, and nothing happens; only what is in it can hold it.
				if reachesInside(more, to) {
					return nil, g.stop(limitError{errCycle})
				}
			}
			out := merge.CallSlice([]reflect.Value{reflect.ValueOf(to), reflect.ValueOf(from)})
			if len(out) == 2 && !out[1].IsNil() {
				return nil, out[1].Interface().(error)
			}
			return out[0].Interface(), g.build()
		}
	}
	for _, name := range []string{"dict", "list", "tuple", "append", "push", "prepend", "mustAppend", "mustPush", "mustPrepend"} {
		funcs[name] = g.counted(helm[name])
	}
	return funcs
}

// counted makes a function count as one that builds.
func (g *guard) counted(function any) any {
	f := reflect.ValueOf(function)
	call := f.Call
	if f.Type().IsVariadic() {
		call = f.CallSlice
	}
	return reflect.MakeFunc(f.Type(), func(args []reflect.Value) []reflect.Value {
		if err := g.build(); err != nil {
			panic(err) // which text/template makes the function's error
		}
		return call(args)
	}).Interface()
}

// build counts what puts one thing into another, and so can nest things deeply.
func (g *guard) build() error {
	g.built++
	if g.built > maxBuilt {
		return g.stop(tooMuch("the templates build more than %d maps and lists", maxBuilt))
	}
	return g.check()
}

// reaches tells whether the map lies in v, or is v.
func reaches(v any, target map[string]any) bool {
	return search{target: reflect.ValueOf(target).Pointer(), seen: map[uintptr]bool{}}.in(v)
}

func reachesInside(m, target map[string]any) bool {
	for _, v := range m {
		if reaches(v, target) {
			return true
		}
	}
	return false
}

type search struct {
	target uintptr
	seen   map[uintptr]bool
}

func (s search) in(v any) bool {
	switch v := v.(type) {
	case common.Values:
		return s.in(map[string]any(v))
	case map[string]any:
		at := reflect.ValueOf(v).Pointer()
		if at == s.target {
			return v != nil
		}
		if s.seen[at] {
			return false
		}
		s.seen[at] = true
		for _, inner := range v {
			if s.in(inner) {
				return true
			}
		}
	case []any:
		for _, inner := range v {
			if s.in(inner) {
				return true
			}
		}
	}
	return false
}

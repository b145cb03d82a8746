package helmchart

import (
	"errors"
	"iter"
	"maps"
	"reflect"
	"slices"
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
			depth, cycle := look(value, to)
			if cycle {
				return nil, g.stop(limitError{errCycle})
			}
			return set(to, key, value), g.build(depth + 1)
		},
	}
	for _, name := range []string{"merge", "mergeOverwrite", "mustMerge", "mustMergeOverwrite"} {
		merge := reflect.ValueOf(helm[name])
		funcs[name] = func(to map[string]any, from ...map[string]any) (any, error) {
			depth := 0
			for _, more := range from {
				// A map may be merged with itself, and nothing happens; only what is in it can hold it.
				inside, cycle := lookInside(more, to)
				if cycle {
					return nil, g.stop(limitError{errCycle})
				}
				depth = max(depth, inside)
			}
			out := merge.CallSlice([]reflect.Value{reflect.ValueOf(to), reflect.ValueOf(from)})
			if len(out) == 2 && !out[1].IsNil() {
				return nil, out[1].Interface().(error)
			}
			// Maps in the map are merged, too, and may now hold themselves.
			if cyclic(to) {
				return nil, g.stop(limitError{errCycle})
			}
			return out[0].Interface(), g.build(depth + 1)
		}
	}
	for _, name := range []string{"chunk", "mustChunk", "dict", "list", "tuple", "append", "push", "prepend", "mustAppend", "mustPush", "mustPrepend"} {
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
		if err := g.build(1); err != nil {
			panic(err) // which text/template makes the function's error
		}
		return call(args)
	}).Interface()
}

// build counts what puts one thing into another, and so nests things by so many levels more.
func (g *guard) build(levels int) error {
	g.built += levels
	if g.built > maxBuilt {
		return g.stop(tooMuch("the templates build more than %d maps and lists", maxBuilt))
	}
	return g.check()
}

// look returns how many levels v has, and whether the map lies in it, or is v.
func look(v any, target map[string]any) (depth int, found bool) {
	return searchFor(target).in(v)
}

func lookInside(m, target map[string]any) (depth int, found bool) {
	s := searchFor(target)
	for _, v := range m {
		inside, cycle := s.in(v)
		if cycle {
			return 0, true
		}
		depth = max(depth, inside+1)
	}
	return depth, false
}

// cyclic tells whether the map holds itself, or one that does.
func cyclic(m map[string]any) bool {
	_, found := search{depths: map[visit]int{}}.in(m)
	return found
}

// search looks through data for a map, or without a target for a cycle.
type search struct {
	target uintptr
	// depths are the levels of what has been looked through; of what is being looked through, inProgress.
	depths map[visit]int
}

func searchFor(target map[string]any) search {
	return search{target: reflect.ValueOf(target).Pointer(), depths: map[visit]int{}}
}

// visit is a map or a list; a list is known by its length, too, because it may be part of another.
type visit struct {
	at  uintptr
	len int
}

const (
	isMap      = -1
	inProgress = -1
)

func (s search) in(v any) (depth int, found bool) {
	switch v := v.(type) {
	case nil, string, bool, int, int64, float64:
		return 0, false
	case common.Values:
		return s.in(map[string]any(v))
	case map[string]any:
		return s.through(visit{reflect.ValueOf(v).Pointer(), isMap}, maps.Values(v))
	case []any:
		return s.through(visit{reflect.ValueOf(v).Pointer(), len(v)}, slices.Values(v))
	}
	// Few functions give anything else: chunk a list of lists.
	switch r := reflect.ValueOf(v); {
	case r.Kind() == reflect.Map && holds(r.Type().Elem()):
		return s.through(visit{r.Pointer(), isMap}, anys(r))
	case r.Kind() == reflect.Slice && holds(r.Type().Elem()):
		return s.through(visit{r.Pointer(), r.Len()}, anys(r))
	}
	return 0, false
}

func (s search) through(id visit, values iter.Seq[any]) (depth int, found bool) {
	if id.len == isMap && id.at == s.target && s.target != 0 {
		return 0, true
	}
	if depth, seen := s.depths[id]; seen {
		return depth, depth == inProgress
	}
	s.depths[id] = inProgress
	for inner := range values {
		inside, found := s.in(inner)
		if found {
			return 0, true
		}
		depth = max(depth, inside)
	}
	s.depths[id] = depth + 1
	return depth + 1, false
}

// holds tells whether a value of the type can hold a map or a list.
func holds(t reflect.Type) bool {
	return t.Kind() == reflect.Interface || t.Kind() == reflect.Map || t.Kind() == reflect.Slice
}

func anys(of reflect.Value) iter.Seq[any] {
	return func(yield func(any) bool) {
		for _, v := range of.Seq2() {
			if !yield(v.Interface()) {
				return
			}
		}
	}
}

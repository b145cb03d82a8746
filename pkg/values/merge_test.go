package values_test

import (
	"encoding/json"
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/aicr-flux/aicr/pkg/values"
)

type m = map[string]any

func TestMerge(t *testing.T) {
	for name, c := range map[string]struct{ weak, strong, want m }{
		"new key":                           {m{"a": 1}, m{"b": 2}, m{"a": 1, "b": 2}},
		"stronger wins":                     {m{"a": 1}, m{"a": 2}, m{"a": 2}},
		"maps merge key by key":             {m{"a": m{"x": 1, "y": 1}}, m{"a": m{"y": 2, "z": 2}}, m{"a": m{"x": 1, "y": 2, "z": 2}}},
		"lists replace":                     {m{"a": []any{1, 2}}, m{"a": []any{3}}, m{"a": []any{3}}},
		"an empty list replaces":            {m{"a": []any{1, 2}}, m{"a": []any{}}, m{"a": []any{}}},
		"an empty map merges":               {m{"a": m{"x": 1}}, m{"a": m{}}, m{"a": m{"x": 1}}},
		"a map replaces a scalar":           {m{"a": 1}, m{"a": m{"x": 1}}, m{"a": m{"x": 1}}},
		"a scalar replaces a map":           {m{"a": m{"x": 1}}, m{"a": 1}, m{"a": 1}},
		"null removes what is held":         {m{"a": 1, "b": 1}, m{"a": nil}, m{"b": 1}},
		"null removes a map":                {m{"a": m{"x": 1}}, m{"a": nil}, m{}},
		"null removes inside a map":         {m{"a": m{"x": 1, "y": 1}}, m{"a": m{"x": nil}}, m{"a": m{"y": 1}}},
		"null stays where none is held":     {m{}, m{"a": nil}, m{"a": nil}},
		"null stays inside a held map":      {m{"a": m{"x": 1}}, m{"a": m{"y": nil}}, m{"a": m{"x": 1, "y": nil}}},
		"null stays in a map that is new":   {m{}, m{"a": m{"b": m{"c": nil}}}, m{"a": m{"b": m{"c": nil}}}},
		"null stays where a map is for one": {m{"a": 1}, m{"a": m{"b": nil}}, m{"a": m{"b": nil}}},
		"null on null stays":                {m{"a": nil}, m{"a": nil}, m{"a": nil}},
		"a value replaces a null":           {m{"a": nil}, m{"a": 1}, m{"a": 1}},
		"a map replaces a null":             {m{"a": nil}, m{"a": m{"b": nil}}, m{"a": m{"b": nil}}},
		"null in a list stays":              {m{"a": []any{1}}, m{"a": []any{nil}}, m{"a": []any{nil}}},
	} {
		t.Run(name, func(t *testing.T) {
			values.Merge(c.weak, c.strong)
			if diff := cmp.Diff(c.want, c.weak); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
	if got := values.Clone(nil); got == nil || len(got) != 0 {
		t.Errorf("a clone of nil is %#v", got)
	}
}

// scribble changes everything below v that can be changed.
func scribble(v any) {
	switch v := v.(type) {
	case map[string]any:
		for _, item := range v {
			scribble(item)
		}
		v["scribbled"] = true
	case []any:
		for i, item := range v {
			scribble(item)
			v[i] = "scribbled"
		}
	}
}

func FuzzMerge(f *testing.F) {
	f.Add(`{"a":{"b":1}}`, `{"a":{"b":null,"c":[{"d":{}}]}}`)
	f.Add(`{"a":null,"b":{}}`, `{"a":{"x":{"y":null}},"b":null}`)
	f.Add(`{"a":[{"b":1}]}`, `{"a":{"b":[1,[2]]}}`)
	f.Fuzz(func(t *testing.T, weak, strong string) {
		decode := func(text string) m {
			var v m
			if json.Unmarshal([]byte(text), &v) != nil || v == nil {
				t.Skip("not a map")
			}
			return v
		}
		merged, src := decode(weak), decode(strong)
		values.Merge(merged, src)
		if !reflect.DeepEqual(src, decode(strong)) {
			t.Fatalf("merging changes the stronger layer: %v", src)
		}
		again := decode(weak)
		values.Merge(again, decode(strong))
		if !reflect.DeepEqual(merged, again) {
			t.Fatalf("two results: %v, %v", merged, again)
		}
		scribble(src)
		if !reflect.DeepEqual(merged, again) {
			t.Fatal("the result shares structure with the stronger layer")
		}
		copied := values.Clone(merged)
		scribble(merged)
		if !reflect.DeepEqual(copied, again) {
			t.Fatal("a clone shares structure")
		}
		identity := decode(weak)
		values.Merge(identity, m{})
		if !reflect.DeepEqual(identity, decode(weak)) {
			t.Fatalf("merging nothing changes %v", identity)
		}
		onto := m{}
		values.Merge(onto, decode(strong))
		if !reflect.DeepEqual(onto, decode(strong)) {
			t.Fatalf("merging onto nothing gives %v", onto)
		}
	})
}

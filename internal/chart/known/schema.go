package known

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
)

// schema is what a values.schema.json says of a place: the schemas that hold there.
type schema struct {
	root   map[string]any
	parts  []map[string]any
	inside map[string]schema // those of the charts inside, by the key of their values
}

// schemaOf reads a values.schema.json; what is none says nothing.
func schemaOf(text []byte) schema {
	var root map[string]any
	if json.Unmarshal(text, &root) != nil {
		return schema{}
	}
	s := schema{root: root}
	s.add(root, 0)
	return s
}

// add takes a schema with those that it is made of. A conditional one may hold, too.
func (s *schema) add(part any, depth int) {
	const deepest = 20
	m, isMap := part.(map[string]any)
	if !isMap || depth > deepest {
		return
	}
	s.parts = append(s.parts, m)
	if reference, ok := m["$ref"].(string); ok {
		s.add(s.resolve(reference), depth+1)
	}
	for _, key := range []string{"allOf", "anyOf", "oneOf"} {
		all, _ := m[key].([]any)
		for _, one := range all {
			s.add(one, depth+1)
		}
	}
	for _, key := range []string{"if", "then", "else"} {
		s.add(m[key], depth+1)
	}
}

// resolve returns what a reference inside the schema names. One to a file or a server allows
// anything.
func (s *schema) resolve(reference string) any {
	path, inside := strings.CutPrefix(reference, "#/")
	if !inside {
		return map[string]any{"additionalProperties": true}
	}
	var at any = s.root
	for _, step := range strings.Split(path, "/") {
		m, _ := at.(map[string]any)
		at = m[strings.NewReplacer("~1", "/", "~0", "~").Replace(step)]
	}
	return at
}

// below is the schema of a key, and whether there is one.
func (s schema) below(key string) (schema, bool) {
	found := schema{root: s.root}
	for _, part := range s.parts {
		properties, _ := part["properties"].(map[string]any)
		if property, has := properties[key]; has {
			found.add(property, 0)
			if property == true {
				found.parts = append(found.parts, map[string]any{"additionalProperties": true})
			}
		}
	}
	if inside, ok := s.inside[key]; ok {
		inside.parts = append(slices.Clip(inside.parts), found.parts...)
		return inside, true
	}
	return found, len(found.parts) > 0
}

// free reports whether any key is allowed by words: what says nothing of others does not.
func (s schema) free() bool {
	return slices.ContainsFunc(s.parts, func(part map[string]any) bool {
		additional, said := part["additionalProperties"]
		return part["patternProperties"] != nil || said && additional != false
	})
}

// closed reports whether keys that are not named are refused.
func (s schema) closed() bool {
	return slices.ContainsFunc(s.parts, func(part map[string]any) bool { return part["additionalProperties"] == false })
}

// typed reports whether the schema says of what type the value is: Helm holds it to that.
func (s schema) typed() bool {
	return slices.ContainsFunc(s.parts, func(part map[string]any) bool { return part["type"] != nil || part["enum"] != nil })
}

// keys are those that it names.
func (s schema) keys() []string {
	names := slices.Collect(maps.Keys(s.inside))
	for _, part := range s.parts {
		properties, _ := part["properties"].(map[string]any)
		names = slices.AppendSeq(names, maps.Keys(properties))
	}
	return names
}

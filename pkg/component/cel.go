package component

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// inCEL says in CEL that an object matches a partial one, as chainsaw's assertions have it, or with
// refused that it does not. An object with another name or namespace may be as it likes.
func inCEL(partial map[string]any, refused bool) (string, error) {
	var other, terms []string
	for _, key := range slices.Sorted(maps.Keys(partial)) {
		var err error
		var more []string
		switch key {
		case "apiVersion", "kind":
		case "metadata":
			more, err = unlike(partial[key])
			other = append(other, more...)
		default:
			more, err = matching("", key, partial[key])
			terms = append(terms, more...)
		}
		if err != nil {
			return "", err
		}
	}
	expression := strings.Join(terms, " && ")
	switch {
	case refused && len(terms) == 0:
		return "", fmt.Errorf("an object must not be there at all")
	case len(terms) == 0:
		expression = "true" // it is enough that it is there
	case refused:
		expression = "!(" + expression + ")"
	case len(other) > 0 && len(terms) > 1:
		expression = "(" + expression + ")"
	}
	return strings.Join(append(other, expression), " || "), nil
}

// unlike says that an object has another name or namespace.
func unlike(metadata any) ([]string, error) {
	m, _ := metadata.(map[string]any)
	var terms []string
	for _, key := range slices.Sorted(maps.Keys(m)) {
		text, isText := m[key].(string)
		if key != "name" && key != "namespace" || !isText {
			return nil, fmt.Errorf("its objects are chosen by metadata.%s", key)
		}
		terms = append(terms, "metadata."+key+" != "+literal(text))
	}
	return terms, nil
}

// What a key of chainsaw's in parentheses may be, which is JMESPath on the value around it: a
// comparison, and the conditions of a type.
var (
	compares   = regexp.MustCompile("^\\(([A-Za-z_][\\w.]*) *(==|!=|>=|<=|>|<) *(?:`([^`]*)`|('[^']*')|([A-Za-z_][\\w.]*))\\)$")
	conditions = regexp.MustCompile(`^\(conditions\[\?type *== *('[\w./-]+')\]\)$`)
	plainKey   = regexp.MustCompile(`^[A-Za-z_]\w*$`)
)

// matching says that the value at a key below a path is as it should be.
func matching(path, key string, want any) ([]string, error) {
	if strings.HasPrefix(key, "(") {
		return computed(path, key, want)
	}
	at := path + "." + key
	switch {
	case path == "" && plainKey.MatchString(key):
		at = key
	case path == "":
		return nil, fmt.Errorf("%q is no name in CEL", key)
	case !plainKey.MatchString(key):
		at = path + "[" + literal(key) + "]"
	}
	switch want := want.(type) {
	case map[string]any:
		var terms []string
		for _, below := range slices.Sorted(maps.Keys(want)) {
			more, err := matching(at, below, want[below])
			if err != nil {
				return nil, err
			}
			terms = append(terms, more...)
		}
		return terms, nil
	case []any, nil:
		return nil, fmt.Errorf("%s is compared with a list or with null", at)
	}
	return []string{at + " == " + literal(want)}, nil
}

// computed says in CEL what JMESPath says.
func computed(path, key string, want any) ([]string, error) {
	below := func(name string) string { return strings.TrimPrefix(path+"."+name, ".") }
	if found := conditions.FindStringSubmatch(key); found != nil {
		list, _ := want.([]any)
		if len(list) == 1 {
			if m, _ := list[0].(map[string]any); len(m) == 1 && m["status"] != nil {
				return []string{fmt.Sprintf("%s.exists(c, c.type == %s && c.status == %s)", below("conditions"), found[1], literal(m["status"]))}, nil
			}
		}
	}
	found := compares.FindStringSubmatch(key)
	is, isBool := want.(bool)
	if found == nil || !isBool {
		return nil, fmt.Errorf("%s cannot be said in CEL here", key)
	}
	other := found[4]
	if found[3] != "" {
		var value any
		if err := json.Unmarshal([]byte(found[3]), &value); err != nil {
			return nil, fmt.Errorf("%s has no value that can be read", key)
		}
		switch value.(type) {
		case bool, string, float64:
			other = literal(value)
		default:
			return nil, fmt.Errorf("%s is compared with a list, a map or null", key)
		}
	} else if found[5] != "" {
		other = below(found[5])
	}
	term := below(found[1]) + " " + found[2] + " " + other
	if !is {
		term = "!(" + term + ")"
	}
	return []string{term}, nil
}

// literal writes a text, a number or a boolean in CEL.
func literal(v any) string {
	text, isText := v.(string)
	switch {
	case !isText:
		return fmt.Sprint(v)
	case strings.ContainsAny(text, `'\`) || strconv.Quote(text) != `"`+text+`"`:
		return strconv.Quote(text)
	}
	return "'" + text + "'"
}

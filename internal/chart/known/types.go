package known

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/aicr-flux/aicr/pkg/values"
)

// Clash is a value of another type than its chart's default has.
type Clash struct {
	Path []string
	// Given and Default say of what type each is: "text", "a list". Hint says what to write.
	Given, Default, Hint string
}

// Clashes returns the values whose type does not go with that of the chart's default, where it is
// sure that this makes a difference: a schema says more than a default, and a template that looks at
// the type takes several.
func (k *Values) Clashes(given map[string]any) []Clash {
	return k.clashes(given, level{nil, []*place{k.read}, []*place{k.commented}, k.defaults, k.schema})
}

func (k *Values) clashes(given map[string]any, l level) (found []Clash) {
	if l.free() {
		return nil
	}
	for _, key := range slices.Sorted(maps.Keys(given)) {
		below := l.below(key)
		if inner, isMap := given[key].(map[string]any); isMap && below.defaults != nil {
			found = append(found, k.clashes(inner, below)...)
			continue
		}
		byDefault, has := l.defaults[key]
		if !has || below.schema.typed() {
			continue
		}
		if hint := below.clash(key, given[key], byDefault); hint != "" {
			found = append(found, Clash{below.path, values.Kind(given[key]), values.Kind(byDefault), hint})
		}
	}
	return found
}

// clash says what to write instead of a value that does not go with the default; "" where it may.
func (l level) clash(key string, given, byDefault any) string {
	loose, dumped := false, false
	for _, p := range l.read {
		loose, dumped = loose || p.loose, dumped || p.dumped || len(p.children) > 0 || p.each != nil
	}
	text, isText := given.(string)
	if loose || given == nil || given == false || isEmpty(given) || strings.Contains(text, "{{") || strings.Contains(text, "\n") {
		return wordInstead(text, isText, byDefault, loose)
	}
	_, isMap := given.(map[string]any)
	_, isList := given.([]any)
	switch byDefault := byDefault.(type) {
	case bool:
		if (isMap || isList) && !dumped {
			return "Write true or false."
		}
		return wordInstead(text, isText, byDefault, loose)
	case []any:
		switch {
		case isText:
			return fmt.Sprintf("Write a list, as in [%s].", strings.Join(itemsOf(text), ", "))
		case !isList:
			return "Write a list."
		}
	case map[string]any:
		if !isMap {
			return "Write a map, as the default is."
		}
	case string:
		if byDefault != "" && !strings.Contains(byDefault, "\n") && (isMap || isList) && !dumped {
			return "Write text."
		}
	case nil:
	default:
		switch {
		case isText && !hasDigit.MatchString(text) && !namesPort.MatchString(key):
			return "Write a number."
		case given == true, (isMap || isList) && !dumped:
			return "Write a number."
		}
	}
	return ""
}

// wordInstead is what to write where the default is a boolean and the value a word for one: a
// template takes any text for true.
func wordInstead(text string, isText bool, byDefault any, loose bool) string {
	if _, isBool := byDefault.(bool); isBool && isText && !loose && values.BooleanWord(text) {
		return "Write true or false without quotes: a template takes any text for true."
	}
	return ""
}

var (
	hasDigit  = regexp.MustCompile(`\d`)
	namesPort = regexp.MustCompile(`(?i)port$`) // a port may be meant by its name
)

func isEmpty(v any) bool {
	switch v := v.(type) {
	case string:
		return v == ""
	case []any:
		return len(v) == 0
	case map[string]any:
		return len(v) == 0
	}
	return false
}

// itemsOf are the parts of text that are separated by commas.
func itemsOf(text string) (items []string) {
	for _, item := range strings.Split(text, ",") {
		items = append(items, strings.TrimSpace(item))
	}
	return items
}

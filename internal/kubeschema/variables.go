package kubeschema

import (
	"slices"
	"strings"
)

// WithoutVariables leaves out the problems of values that hold a variable, "${NAME}": what they will
// be is not known yet.
func WithoutVariables(object map[string]any, problems []Problem) []Problem {
	return slices.DeleteFunc(slices.Clone(problems), func(p Problem) bool {
		v := at(object, p.Path)
		text, isText := v.(string)
		return isText && hasVariable(text) || p.Rule && anyVariable(v)
	})
}

// HasVariables reports whether a text in the object holds a variable.
func HasVariables(object map[string]any) bool { return anyVariable(object) }

func hasVariable(text string) bool { return strings.Contains(text, "${") }

func anyVariable(v any) bool {
	switch v := v.(type) {
	case string:
		return hasVariable(v)
	case map[string]any:
		for _, item := range v {
			if anyVariable(item) {
				return true
			}
		}
	case []any:
		return slices.ContainsFunc(v, anyVariable)
	}
	return false
}

// at follows a path through the object; nil where it ends.
func at(object map[string]any, path []any) any {
	var v any = object
	for _, step := range path {
		switch step := step.(type) {
		case string:
			v = entry(v, step)
		case int:
			v = item(v, step)
		}
	}
	return v
}

package helmchart

import (
	"fmt"
	"maps"
	"reflect"
	"strings"
	"text/template"

	"github.com/BurntSushi/toml"
	"github.com/Masterminds/sprig/v3"
)

// funcs are the functions that replace Helm's: the guard's, and those by which one call makes much out of little. They
// answer as sprig's do, within bounds.
func (g *guard) funcs() template.FuncMap {
	helm := sprig.TxtFuncMap()
	var (
		until     = helm["until"].(func(int) []int)
		untilStep = helm["untilStep"].(func(int, int, int) []int)
		seq       = helm["seq"].(func(...int) string)
		join      = helm["join"].(func(string, any) string)
	)
	funcs := template.FuncMap{
		tickFunc: g.tick, callFunc: g.call, nameFunc: g.name, textFunc: g.text,

		"until": func(count int) ([]int, error) {
			if err := g.items("until", count); err != nil {
				return nil, err
			}
			return until(count), nil
		},
		"untilStep": func(start, stop, step int) ([]int, error) {
			if err := g.steps("untilStep", start, stop, step); err != nil {
				return nil, err
			}
			return untilStep(start, stop, step), nil
		},
		"seq": func(params ...int) (string, error) {
			start, stop, step := 1, 1, 1
			switch len(params) {
			case 1:
				stop = params[0]
			case 2:
				start, stop = params[0], params[1]
			case 3:
				start, step, stop = params[0], params[1], params[2]
			}
			if err := g.steps("seq", start, stop, step); err != nil {
				return "", err
			}
			return seq(params...), nil
		},
		"repeat": func(count int, text string) (string, error) {
			if err := g.size("repeat", count, len(text)); err != nil || count < 0 {
				return "", err
			}
			return strings.Repeat(text, count), nil
		},
		"replace": func(old, with, text string) (string, error) {
			if err := g.size("replace", strings.Count(text, old), len(with)); err != nil {
				return "", err
			}
			return strings.ReplaceAll(text, old, with), nil
		},
		"join": func(separator string, list any) (string, error) {
			if err := g.size("join", length(list), len(separator)+longest(list)); err != nil {
				return "", err
			}
			return join(separator, list), nil
		},
		"printf": func(format string, args ...any) (string, error) {
			if err := g.size("printf", wideVerbs(format), maxVerbWidth); err != nil {
				return "", err
			}
			return fmt.Sprintf(format, args...), nil
		},
	}
	for _, name := range []string{"indent", "nindent"} {
		indent := helm[name].(func(int, string) string)
		funcs[name] = func(spaces int, text string) (string, error) {
			if err := g.size(name, strings.Count(text, "\n")+1, spaces); err != nil {
				return "", err
			}
			return indent(spaces, text), nil
		}
	}
	for _, name := range []string{"randAlphaNum", "randAlpha", "randAscii", "randNumeric"} {
		random := helm[name].(func(int) string)
		funcs[name] = func(count int) (string, error) {
			if err := g.items(name, count); err != nil {
				return "", err
			}
			return random(count), nil
		}
	}
	concat := helm["concat"].(func(...any) any)
	funcs["concat"] = func(lists ...any) (any, error) {
		count := 0
		for _, list := range lists {
			count += length(list)
		}
		if err := g.items("concat", count); err != nil {
			return nil, err
		}
		return concat(lists...), nil
	}
	randBytes := helm["randBytes"].(func(int) (string, error))
	funcs["randBytes"] = func(count int) (string, error) {
		if err := g.items("randBytes", count); err != nil {
			return "", err
		}
		return randBytes(count)
	}
	wrapWith := helm["wrapWith"].(func(int, string, string) string)
	funcs["wrapWith"] = func(width int, separator, text string) (string, error) {
		if err := g.size("wrapWith", len(text), len(separator)); err != nil {
			return "", err
		}
		return wrapWith(width, separator, text), nil
	}
	// Helm's own is in no package that can be imported.
	funcs["fromToml"] = func(text string) (map[string]any, error) {
		if err := g.toml(text); err != nil {
			return nil, err
		}
		m := map[string]any{}
		if err := toml.Unmarshal([]byte(text), &m); err != nil {
			m["Error"] = err.Error()
		}
		return m, nil
	}
	maps.Copy(funcs, g.keepAcyclic(helm))
	return funcs
}

// length returns how many items a list has; what is none counts as one.
func length(list any) int {
	if v := reflect.ValueOf(list); v.Kind() == reflect.Slice || v.Kind() == reflect.Array {
		return v.Len()
	}
	return 1
}

// longest returns the length of the longest text in a list of anything.
func longest(list any) int {
	items, _ := list.([]any)
	most := 0
	for _, item := range items {
		if text, ok := item.(string); ok {
			most = max(most, len(text))
		}
	}
	return most
}

// items refuses a list that is too long.
func (g *guard) items(name string, count int) error {
	if count > maxItems {
		return g.stop(tooMuch("%s makes %d items, and a chart may make %d at once", name, count, maxItems))
	}
	return g.check()
}

func (g *guard) steps(name string, start, stop, step int) error {
	if step == 0 {
		return g.check()
	}
	count := (float64(stop) - float64(start)) / float64(step)
	if count > maxItems {
		return g.stop(tooMuch("%s makes more than %d items, and a chart may not make more at once", name, maxItems))
	}
	return g.check()
}

// size refuses a text of count parts that are too long together.
func (g *guard) size(name string, count, length int) error {
	if float64(count)*float64(length) > maxText {
		return g.stop(tooMuch("%s makes a text of more than %d MiB, and a chart may not make a longer one", name, maxText>>20))
	}
	return g.check()
}

// toml refuses a text that its parser might go too deep for: brackets in brackets, or a key of many parts. Nothing tells
// it what is quoted, so that it counts everything.
func (g *guard) toml(text string) error {
	if len(text) > maxTOML {
		return g.stop(tooMuch("fromToml reads %d MiB, and a chart may read %d", len(text)>>20, maxTOML>>20))
	}
	if strings.Count(text, "[")+strings.Count(text, "{") > maxBuilt {
		return g.stop(tooMuch("fromToml reads a text of more than %d lists and tables", maxBuilt))
	}
	for line := range strings.Lines(text) {
		if strings.Count(line, ".") > maxTOMLKey {
			return g.stop(tooMuch("fromToml reads a line of more than %d dots", maxTOMLKey))
		}
	}
	return g.check()
}

// wideVerbs counts the verbs of a format that can ask for a width of more than a few characters.
func wideVerbs(format string) int {
	count := 0
	for _, verb := range strings.Split(format, "%")[1:] {
		flags := strings.TrimLeft(verb, "+-# 0")
		digits := len(flags) - len(strings.TrimLeft(flags, "0123456789.*[]"))
		if digits > 3 || strings.Contains(flags[:digits], "*") {
			count++
		}
	}
	return count
}

package helmchart

import (
	"fmt"
	"maps"
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
			if err := g.size("repeat", count, len(text)); err != nil {
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
			if err := g.size("join", 1, texts(list)+length(list)*len(separator)); err != nil {
				return "", err
			}
			return join(separator, list), nil
		},
		"printf": func(format string, args ...any) (string, error) {
			if err := g.size("printf", wideVerbs(format), maxVerbWidth); err != nil {
				return "", err
			}
			if err := g.size("printf", 1, texts(args)); err != nil {
				return "", err
			}
			return fmt.Sprintf(format, args...), nil
		},
		"print":   g.printing("print", fmt.Sprint),
		"println": g.printing("println", fmt.Sprintln),
	}
	for _, name := range []string{"cat", "quote", "squote"} {
		funcs[name] = g.printing(name, helm[name].(func(...any) string))
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

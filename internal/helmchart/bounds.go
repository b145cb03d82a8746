package helmchart

import (
	"math"
	"reflect"
	"strings"
)

// length returns how many items a list has; what is none counts as one.
func length(list any) int {
	if v := reflect.ValueOf(list); v.Kind() == reflect.Slice || v.Kind() == reflect.Array {
		return v.Len()
	}
	return 1
}

// printing bounds a function that writes its arguments one after the other.
func (g *guard) printing(name string, write func(...any) string) func(...any) (string, error) {
	return func(args ...any) (string, error) {
		if err := g.size(name, 1, texts(args)); err != nil {
			return "", err
		}
		return write(args...), nil
	}
}

// texts returns how long the texts of a list are together.
func texts(list any) int {
	total := 0
	switch list := list.(type) {
	case []string:
		for _, text := range list {
			total += len(text)
		}
	case []any:
		for _, item := range list {
			text, _ := item.(string)
			total += len(text)
		}
	}
	return total
}

// items refuses a list that is too long.
func (g *guard) items(name string, count int) error {
	if count > maxItems || count < -maxItems { // until counts down, too
		return g.stop(tooMuch("%s makes %d items, and a chart may make %d at once", name, count, maxItems))
	}
	return g.check()
}

func (g *guard) steps(name string, start, stop, step int) error {
	if step == 0 {
		return g.check()
	}
	count := (float64(stop) - float64(start)) / float64(step)
	if math.Abs(count) > maxItems { // seq turns the step round where it must
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
	if strings.Count(text, "[")+strings.Count(text, "{")+strings.Count(text, ".") > maxBuilt {
		return g.stop(tooMuch("fromToml reads a text of more than %d lists, tables and dots", maxBuilt))
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

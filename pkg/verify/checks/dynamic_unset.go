package checks

import (
	"fmt"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/aicr-flux/aicr/pkg/rollout"
	"github.com/aicr-flux/aicr/pkg/values"
	"github.com/aicr-flux/aicr/pkg/verify/engine"
)

var dynamicUnset = &engine.Check{
	ID:       "dynamic-unset",
	Group:    engine.GroupHazards,
	Severity: engine.SeverityInfo,
	Title:    "Values that each cluster sets for itself are set",
	Remedy:   "Set the value in this ConfigMap, or remove it, comment or entry, if the chart's default is meant.",
	Run: func(p *engine.Pass) {
		seen := map[rollout.Ref]bool{}
		for _, release := range p.Releases {
			for _, from := range release.ValuesFrom {
				if o := p.Object(from.Ref); o != nil && from.Kind == "ConfigMap" && !seen[from.Ref] {
					seen[from.Ref] = true
					unset(p, o, from.Key)
				}
			}
		}
	},
}

// What the generator writes where a dynamic path has no value.
const (
	hint        = " is not set, so the chart's default holds."
	hintExample = "VALUE"
)

func unset(p *engine.Pass, o *rollout.Object, key string) {
	text := o.Text("data", key)
	set, err := values.Decode([]byte(text))
	if err != nil {
		return // values-missing and yaml-syntax say so
	}
	for line := range strings.Lines(text) {
		path, ok := hinted(line)
		if !ok {
			continue
		}
		keys, err := values.ParsePath(path)
		if _, found := values.Get(set, keys); err != nil || found {
			continue
		}
		at := o.Place("data", key)
		at.Line = p.LineAfter(o.File, at.Line, strings.TrimSpace(line))
		p.Report(at, "%s is not set, and the chart's default holds", path)
	}
	empty(p, o, key, set)
}

// empty looks for values that say nothing, and yet replace the chart's default. Those without any
// text are one finding: many values files have them on purpose.
func empty(p *engine.Pass, o *rollout.Object, key string, set map[string]any) {
	first, count := rollout.Place{}, 0
	name := ""
	engine.EachText(set, nil, func(path []any, text string) bool {
		at := o.Place("data", key)
		switch text {
		case hintExample:
			at.Line = p.LineAfter(o.File, at.Line, ": "+hintExample)
			p.Warn(at, "%s still has the text %q of the example", rollout.Dotted(path...), hintExample)
		case "":
			count++
			if count == 1 {
				at.Line = p.KeyAfter(o.File, at.Line, fmt.Sprint(path[len(path)-1]))
				first, name = at, rollout.Dotted(path...)
			}
		}
		return true
	})
	switch {
	case count == 1:
		p.Report(first, "%s is empty, and so hides the chart's default", name)
	case count > 1:
		p.Report(first, "%s and %s are empty, and so hide the chart's defaults", name, engine.Plural(count-1, "more value"))
	}
}

// hinted returns the path that a comment of the generator is about.
func hinted(line string) (path string, ok bool) {
	comment, isComment := strings.CutPrefix(strings.TrimSpace(line), "# ")
	path, _, isHint := strings.Cut(comment, hint)
	if !isComment || !isHint {
		return "", false
	}
	// The generator quotes a path that YAML would not take as it is.
	var plain string
	if err := yaml.Unmarshal([]byte(path), &plain); err == nil {
		path = plain
	}
	return path, true
}

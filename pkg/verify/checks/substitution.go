package checks

import (
	"regexp"
	"strings"

	"github.com/aicr-flux/aicr/pkg/rollout"
	"github.com/aicr-flux/aicr/pkg/verify/engine"
)

const substituteKey = "kustomize.toolkit.fluxcd.io/substitute"

var substitution = &engine.Check{
	ID:       "substitution",
	Group:    engine.GroupHazards,
	Severity: engine.SeverityWarning,
	Quick:    true,
	Title:    "No object is rewritten by variable substitution by accident",
	Remedy:   "Unless the substitution is meant, annotate the object with kustomize.toolkit.fluxcd.io/substitute: disabled.",
	Run: func(p *engine.Pass) {
		for _, o := range p.Objects {
			if guarded(o) {
				continue
			}
			intended := 0
			engine.EachText(o.Content, nil, func(path []any, text string) bool {
				what := substituted(text)
				switch {
				case what != "" && withDefault.MatchString(text) && !p.Own():
					intended++
				case what != "":
					p.Report(o.Place(path...), "%s is rewritten in clusters that substitute variables", what)
					return false
				}
				return true
			})
			if intended > 0 {
				p.Unseen("%s has %s with a default, which the Kustomization that applies it fills in", o.Ref, engine.Plural(intended, "variable"))
			}
		}
	},
}

// withDefault is a variable with a default, and nothing beside it. Shell scripts have such variables,
// too, but among other text.
var withDefault = regexp.MustCompile(`^\$\{[A-Za-z_][A-Za-z0-9_]*:?[=-][^${}]*\}$`)

// guarded reports whether kustomize-controller leaves the object's text alone.
func guarded(o *rollout.Object) bool {
	v := o.Get("metadata", "annotations", substituteKey)
	text, isText := v.(string)
	annotations := o.Get("metadata", "annotations")
	if _, isMap := annotations.(map[string]any); v != nil && !isText || annotations != nil && !isMap {
		return true // meant to be, and object-metadata complains of it
	}
	return text == "disabled" || o.Text("metadata", "labels", substituteKey) == "disabled"
}

// substitutes reports whether the value at path holds a variable that substitution fills in: what
// it will be is not known here, and the check of substitution tells of it.
func substitutes(o *rollout.Object, path ...any) bool {
	return strings.Contains(o.Text(path...), "${") && !guarded(o)
}

// hasVariable reports whether any field of the object holds a variable.
func hasVariable(o *rollout.Object) bool {
	found := false
	engine.EachText(o.Content, nil, func(_ []any, text string) bool {
		found = found || strings.Contains(text, "${")
		return !found
	})
	return found
}

var variable = regexp.MustCompile(`^\$\{[A-Za-z0-9_.]*`)

// substituted returns what substitution would find in a text, no more of it than a name, as the
// rest may be secret; "" where it finds nothing.
func substituted(text string) string {
	at := strings.Index(text, "${")
	if at < 0 {
		if strings.Contains(text, "$$") {
			return `"$$"`
		}
		return ""
	}
	const longest = 60
	name := variable.FindString(text[at:])
	if len(name) > longest {
		name = name[:longest]
	}
	return `"` + name + `…"`
}

package checks

import (
	"regexp"
	"slices"
	"strings"

	"github.com/aicr-flux/aicr/internal/substitution"
	"github.com/aicr-flux/aicr/pkg/rollout"
	"github.com/aicr-flux/aicr/pkg/verify/engine"
)

var substituted = &engine.Check{
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
			if len(o.Meant()) > 0 || p.Substituted() {
				if len(o.Meant()) > 0 || p.Own() {
					onlyMeant(p, o)
				}
				continue
			}
			intended := 0
			engine.EachText(o.Content, nil, func(path []any, text string) bool {
				what := found(text)
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

// onlyMeant reports what an object with variables has besides those that it was made with.
func onlyMeant(p *engine.Pass, o *rollout.Object) {
	for _, v := range o.Variables() {
		if !slices.Contains(o.Meant(), v.Name) {
			p.Report(o.Place("metadata", "annotations", rollout.VariablesAnnotation), "\"${%s…\" is rewritten in clusters that substitute variables, and is not one of those that it was made with", v.Name)
		}
	}
	o.Unreadable(func(path []any, why error) {
		p.Add(engine.SeverityError, o.Place(path...), "Write a variable as ${NAME} or ${NAME:=default}, and $${ for a ${ that is to stay.",
			"Flux cannot read the variables of the text, and applies nothing of the bundle: %v", why)
	})
}

// withDefault is a variable with a default, and nothing beside it. Shell scripts have such variables,
// too, but among other text.
var withDefault = regexp.MustCompile(`^\$\{[A-Za-z_][A-Za-z0-9_]*:?[=-][^${}]*\}$`)

// guarded reports whether kustomize-controller leaves the object's text alone.
func guarded(o *rollout.Object) bool {
	v := o.Get("metadata", "annotations", substitution.Key)
	text, isText := v.(string)
	annotations := o.Get("metadata", "annotations")
	if _, isMap := annotations.(map[string]any); v != nil && !isText || annotations != nil && !isMap {
		return true // meant to be, and object-metadata complains of it
	}
	return text == substitution.Disabled || o.Text("metadata", "labels", substitution.Key) == substitution.Disabled
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

// isVariable reports whether a value is text with a variable.
func isVariable(v any) bool {
	text, _ := v.(string)
	return strings.Contains(text, "${")
}

var variable = regexp.MustCompile(`^\$\{[A-Za-z0-9_.]*`)

// found returns what substitution would find in a text, no more of it than a name, as the
// rest may be secret; "" where it finds nothing.
func found(text string) string {
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

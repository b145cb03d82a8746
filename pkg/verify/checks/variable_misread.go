package checks

import (
	"github.com/aicr-flux/aicr/pkg/rollout"
	"github.com/aicr-flux/aicr/pkg/verify/engine"
)

var variableMisread = &engine.Check{
	ID:       "variable-misread",
	Group:    engine.GroupHazards,
	Severity: engine.SeverityWarning,
	Title:    "What variables give is read as it was written",
	Remedy:   `Put the value of the variable in double quotes inside of its own: '"1.10"'.`,
	Run: func(p *engine.Pass) {
		given := p.Options.Substitutions
		if len(given) == 0 && len(p.Variables()) > 0 {
			given = []engine.Substitution{{By: "the default of a variable", Given: rollout.Given{Always: true}}}
		}
		for _, s := range given {
			if !s.Any() {
				continue // variable-missing complains of it
			}
			for _, o := range p.Objects {
				if unreadable(p, o) {
					continue
				}
				after, err := o.Substitute(s.Given)
				if err != nil {
					p.Add(engine.SeverityError, o.Place(), "Correct what the variables give there.", "with what %s gives, the substitution of variables fails: %v", s.By, err)
				}
				for _, path := range after.Misread {
					p.Report(o.Place(path...), "what %s gives here is something else to YAML than the text that was given, as 1.10 becomes 1.1, and text after a # is lost", s.By)
				}
			}
		}
		if all := p.Options.Substitutions; len(all) > 1 && p.Substituted() {
			p.Unseen("other checks look at the bundle with what %s gives to its variables, and not with what %s may give", all[0].By, engine.Plural(len(all)-1, "other Kustomization"))
		}
	},
}

// unreadable reports whether the check of substitution complains of a text of the object.
func unreadable(p *engine.Pass, o *rollout.Object) (found bool) {
	if len(o.Meant()) > 0 || p.Own() {
		o.Unreadable(func([]any, error) { found = true })
	}
	return found
}

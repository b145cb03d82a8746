package checks

import (
	"slices"
	"strings"

	"github.com/aicr-flux/aicr/internal/substitution"
	"github.com/aicr-flux/aicr/pkg/rollout"
	"github.com/aicr-flux/aicr/pkg/verify/engine"
)

var variableMissing = &engine.Check{
	ID:       "variable-missing",
	Group:    engine.GroupReferences,
	Severity: engine.SeverityError,
	Title:    "Every variable of the bundle is given by the Kustomization that applies it",
	Remedy:   "Give it in spec.postBuild.substitute of that Kustomization, or name in substituteFrom the ConfigMap or Secret that has it.",
	Run: func(p *engine.Pass) {
		for _, o := range p.Objects {
			if meant := o.Meant(); len(meant) > 0 && substitution.Off(o.Content) {
				p.Advise(o.Place("metadata"), "Remove "+substitution.Key+" where it is put on the object, or leave out the variables.",
					"%s stay as they are, because the object is kept from the substitution", strings.Join(meant, ", "))
			}
		}
		for _, s := range p.Options.Substitutions {
			variablesOf(p, s)
		}
	},
}

// variablesOf holds what one Kustomization gives against what the bundle needs.
func variablesOf(p *engine.Pass, s engine.Substitution) {
	meant := p.Variables()
	if !s.Any() {
		if len(meant) > 0 {
			var names []string
			for _, v := range meant {
				names = append(names, v.Name)
			}
			p.Report(variablePlace(p, meant[0].Name), "%s gives no variable, so that Flux leaves %s as they stand, without their defaults", s.By, strings.Join(names, ", "))
		}
		return
	}
	for _, name := range s.Missing(meant) {
		p.Report(variablePlace(p, name), "%s does not give %s, so that %s", s.By, name, withoutIt(p))
	}
	var off, others []string
	for _, o := range p.Objects {
		if substitution.Off(o.Content) && len(o.Meant()) == 0 {
			off = append(off, o.String())
		}
		if len(o.Meant()) > 0 {
			continue
		}
		for _, name := range s.Missing(o.Variables()) {
			if !slices.Contains(others, name) {
				others = append(others, name)
				p.Report(o.Place(), "%s substitutes variables, and does not give %s, so that %s", s.By, name, withoutIt(p))
			}
		}
	}
	if len(off) > 0 {
		p.Note("%s substitutes variables, and %s say that they are left alone: %s", s.By, engine.Plural(len(off), "object"), strings.Join(off, ", "))
	}
	if s.More && len(meant) > 0 {
		p.Unseen("whether %s give the variables of the bundle, which is not known of the cluster of %s", strings.Join(s.From, " and "), s.By)
	}
}

// withoutIt is what Flux does where a variable is missing.
func withoutIt(p *engine.Pass) string {
	if p.FluxVersion() < "2.9" {
		return "Flux puts an empty text there; from Flux 2.9 on it applies nothing of the bundle"
	}
	return "Flux applies nothing of the bundle; where its gate StrictPostBuildSubstitutions is off, it puts an empty text there"
}

// variablePlace is the first place of a variable that an object was made with.
func variablePlace(p *engine.Pass, name string) rollout.Place {
	for _, o := range p.Objects {
		if slices.Contains(o.Meant(), name) {
			return o.Place("metadata", "annotations", rollout.VariablesAnnotation)
		}
	}
	return rollout.InFile(p.Listing.File, 0)
}

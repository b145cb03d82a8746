package checks

import "github.com/aicr-flux/aicr/pkg/verify/engine"

var variableMisread = &engine.Check{
	ID:       "variable-misread",
	Group:    engine.GroupHazards,
	Severity: engine.SeverityWarning,
	Title:    "What variables give is read as it was written",
	Remedy:   `Put the value of the variable in double quotes inside of its own: '"1.10"'.`,
	Run: func(p *engine.Pass) {
		for _, at := range p.Misread {
			p.Report(at, "what the variables give here is no text to YAML, but a number, a boolean or nothing, and is written otherwise than it was given, as 1.10 becomes 1.1")
		}
		for _, problem := range p.Unsubstituted {
			p.Add(engine.SeverityError, problem.Place, "Correct what the variable gives, or its form: ${NAME}, ${NAME:=default}, and $${ for a ${ that is to stay.", "%s", problem.Text)
		}
	},
}

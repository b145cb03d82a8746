package checks

import "github.com/aicr-flux/aicr/pkg/verify/engine"

var yamlSyntax = &engine.Check{
	ID:       "yaml-syntax",
	Group:    engine.GroupSchema,
	Severity: engine.SeverityError,
	Quick:    true,
	Title:    "Every file of objects is YAML, and each document in it is an object with a name",
	Remedy:   "Fix the file at this line, or generate the bundle again.",
	Run: func(p *engine.Pass) {
		for _, problem := range p.Broken {
			p.Report(problem.Place, "%s", problem.Text)
		}
	},
}

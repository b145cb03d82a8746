package checks

import (
	"fmt"
	"slices"
	"strings"

	"github.com/aicr-flux/aicr/internal/kubeschema"
	"github.com/aicr-flux/aicr/pkg/verify/engine"
)

var customResource = &engine.Check{
	ID:       "custom-resource",
	Group:    engine.GroupCharts,
	Severity: engine.SeverityError,
	Title:    "Each custom resource fits the definition that the bundle or a chart of it brings",
	Remedy:   "Correct the field, or the value that a chart puts there; the definition says what it takes.",
	Run: func(p *engine.Pass) {
		for _, j := range allJudged(p.Scene) {
			id := j.id()
			if ownKind(id) || kubeschema.KnownGroup(id.Group) {
				continue
			}
			definitions := p.Definitions()[kind{Group: id.Group, Kind: id.Kind}]
			for _, problem := range refusedByAll(p, j, definitions) {
				p.Report(j.place(problem.Path...), "%s", j.refused(problem))
			}
		}
	},
}

// refusedByAll returns why a custom resource is refused: nothing where one of the definitions takes
// it, as it is not known here which of them the cluster will have.
func refusedByAll(p *engine.Pass, j judged, definitions []*engine.Definition) (first []kubeschema.Problem) {
	for i, definition := range definitions {
		problems, err := customProblems(p, j, definition)
		if err != nil {
			p.Unseen("%s %s cannot be judged: %s", j.apiVersion, j.kind, err)
			return nil
		}
		if len(problems) == 0 {
			return nil
		}
		if i == 0 {
			first = problems
		}
	}
	return first
}

func customProblems(p *engine.Pass, j judged, definition *engine.Definition) ([]kubeschema.Problem, error) {
	schema := definition.Schema(j.id().Version)
	if schema == nil {
		text := fmt.Sprintf("the definition of %s does not serve the version %s; it serves %s", j.kind, j.id().Version, strings.Join(definition.Versions, ", "))
		return []kubeschema.Problem{{Path: []any{"apiVersion"}, Text: text}}, nil
	}
	problems, err := schema.Problems(p.Ctx, j.content)
	if j.variables {
		problems = kubeschema.WithoutVariables(j.content, problems)
	}
	return slices.Clip(problems), err
}

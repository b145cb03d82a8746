package engine

import (
	"slices"
	"strings"

	"github.com/aicr-flux/aicr/internal/kubeschema"
	"github.com/aicr-flux/aicr/pkg/rollout"
	"github.com/aicr-flux/aicr/pkg/recipe"
)

// Needs is what a bundle wants of the cluster that it goes to.
type Needs struct {
	// FluxVersion is the lowest version line of Flux that has all that the bundle uses, "2.7";
	// lines before the oldest of verify.FluxVersions are not known. It is empty where that was not
	// looked at.
	FluxVersion string `json:"fluxVersion"`
	// Controllers, FeatureGates and Objects are those of rollout.Needs.
	Controllers  []string `json:"controllers"`
	FeatureGates []string `json:"featureGates,omitempty"`
	Objects      []string `json:"objects,omitempty"`
	// Variables are those of rollout.Needs.
	Variables []rollout.Variable `json:"variables,omitempty"`
	// Recipe is what the recipe wants of the cluster; see recipe.Wants.
	Recipe []string `json:"recipe,omitempty"`
}

// NeedsOf tells what the objects of the bundle need. What charts bring is not looked at, nor is
// anything in a quick run.
func NeedsOf(s *Scene) Needs {
	if s.Options.Quick {
		return Needs{}
	}
	n := s.Needs()
	var wants []string
	for _, want := range recipe.Wants(s.constraints()) {
		wants = append(wants, want.String())
	}
	return Needs{FluxVersion: s.lowestFlux(), Controllers: n.Controllers, FeatureGates: n.FeatureGates, Objects: n.Objects, Variables: n.Variables, Recipe: wants}
}

// ExternalArtifact is the kind of what an ArtifactGenerator makes.
const ExternalArtifact = "ExternalArtifact"

// lowestFlux is the highest of the lines that the objects need at least.
func (s *Scene) lowestFlux() string {
	lines := kubeschema.Lines()
	highest := 0
	for _, j := range s.Judgements() {
		highest = max(highest, slices.Index(lines, j.lowest))
		for _, problem := range j.Problems {
			highest = max(highest, slices.Index(lines, problem.Elsewhere))
		}
		if kubeschema.Find(s.FluxVersion(), j.Kind) == nil && len(j.Served) > 0 {
			highest = max(highest, slices.Index(lines, j.Served[0]))
		}
	}
	return lines[highest]
}

// Lines returns the needs one a line.
func (n Needs) Lines() []string {
	var lines []string
	if n.FluxVersion != "" {
		lines = append(lines, "Flux "+n.FluxVersion+" or later")
	}
	if len(n.Controllers) > 0 {
		lines = append(lines, "the controllers "+strings.Join(n.Controllers, ", "))
	}
	for _, gate := range n.FeatureGates {
		lines = append(lines, "the feature gate of "+gate)
	}
	for _, v := range n.Variables {
		lines = append(lines, "the variable "+v.String())
	}
	return slices.Concat(lines, n.Objects, n.Recipe)
}

package component

import (
	"fmt"
	"maps"
	"slices"

	"github.com/aicr-flux/aicr/internal/yamldoc"
	"github.com/aicr-flux/aicr/pkg/errors"
)

// Readiness is what a component's readiness.yaml asks for. AICR's deployers for Helm and Argo CD run
// it as a test of chainsaw against the cluster; Flux evaluates CEL on the objects of a release.
type Readiness struct {
	// File is its path in the data; empty where there is none.
	File   string
	Checks []HealthCheck
	// Unsaid is what cannot be said in CEL, one sentence each.
	Unsaid []string
}

// chainsawTest is a Test of chainsaw.kyverno.io, as far as AICR's data have its fields.
type chainsawTest struct {
	Kind string `json:"kind"`
	Spec struct {
		Steps []struct {
			Name string           `json:"name"`
			Try  []map[string]any `json:"try"`
		} `json:"steps"`
	} `json:"spec"`
}

// Readiness reads the component's readiness.yaml.
func (r Roots) Readiness(component string) (Readiness, error) {
	file := "components/" + component + "/readiness.yaml"
	data, root, err := r.Read(file)
	if errors.CodeOf(err) == errors.ErrCodeNotFound {
		return Readiness{}, nil
	}
	var test chainsawTest
	if err == nil {
		err = yamldoc.Unmarshal(data, &test, yamldoc.Options{Unknown: yamldoc.Ignore})
	}
	if err == nil && test.Kind != "Test" {
		err = errors.Invalid("kind is %q, where a Test of chainsaw is needed", test.Kind)
	}
	if err != nil {
		return Readiness{}, errors.In(err, "%s in data root %s", file, root.Name)
	}
	out := Readiness{File: file}
	for _, step := range test.Spec.Steps {
		for _, operation := range step.Try {
			out.add(component, step.Name, operation)
		}
	}
	return out, nil
}

// madeInTheCluster are kinds of which controllers make the objects.
var madeInTheCluster = []string{"ClusterServiceVersion", "Endpoints", "EndpointSlice", "InstallPlan", "Node", "Pod", "ReplicaSet"}

// add adds what an operation of a step says of the objects of one kind. Where several do so, all of
// it must hold.
func (r *Readiness) add(component, step string, operation map[string]any) {
	unsaid := func(format string, args ...any) {
		r.Unsaid = append(r.Unsaid, fmt.Sprintf("step %q: %s", step, fmt.Sprintf(format, args...)))
	}
	for _, name := range slices.Sorted(maps.Keys(operation)) {
		body, _ := operation[name].(map[string]any)
		resource, _ := body["resource"].(map[string]any)
		if name != "assert" && name != "error" || resource == nil {
			unsaid("%q is not the assertion of a resource", name)
			continue
		}
		check := HealthCheck{From: r.File, InChart: true}
		check.APIVersion, _ = resource["apiVersion"].(string)
		check.Kind, _ = resource["kind"].(string)
		switch {
		case standsIn(component, check.Kind):
			continue
		case slices.Contains(madeInTheCluster, check.Kind):
			unsaid("a %s is made in the cluster, and Flux looks only at what a release brings", check.Kind)
			continue
		}
		expression, err := inCEL(resource, name == "error")
		if err != nil {
			unsaid("%s: %s", check.KindAndGroup(), err)
			continue
		}
		check.Current = expression
		at := slices.IndexFunc(r.Checks, check.Same)
		if at < 0 {
			r.Checks = append(r.Checks, check)
			continue
		}
		r.Checks[at].Current = "(" + r.Checks[at].Current + ") && (" + expression + ")"
	}
}

package checks

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/fluxcd/pkg/apis/kustomize"
	"github.com/fluxcd/pkg/runtime/cel"
	"github.com/google/cel-go/common/types"

	"github.com/aicr-flux/aicr/pkg/rollout"
	"github.com/aicr-flux/aicr/pkg/verify/engine"
)

var healthCheck = &engine.Check{
	ID:       "health-check",
	Group:    engine.GroupHazards,
	Severity: engine.SeverityError,
	Quick:    true,
	Title:    "Each health check expression can be evaluated, and is",
	Remedy:   "Correct the expression; https://fluxcd.io/flux/cheatsheets/cel-healthchecks/ has examples.",
	Run: func(p *engine.Pass) {
		for _, o := range p.Objects {
			if isFlux(o.Group()) {
				readyExprs(p, o)
			}
			list, _ := o.Get("spec", "healthCheckExprs").([]any)
			if !isFlux(o.Group()) || len(list) == 0 || engine.Encrypted(o) {
				continue
			}
			if o.Kind == "HelmRelease" {
				notEvaluated(p, o)
			}
			var good []kustomize.CustomHealthCheck
			for i, item := range list {
				var check kustomize.CustomHealthCheck
				data, err := json.Marshal(item)
				if err != nil || json.Unmarshal(data, &check) != nil || check.Current == "" {
					continue // its schema says what is wrong
				}
				at := []any{"spec", "healthCheckExprs", i}
				if slices.ContainsFunc([]any{"current", "failed", "inProgress"}, func(field any) bool { return substitutes(o, append(at, field)...) }) {
					continue // what it will be is not known
				}
				// The controllers read all of them, and do nothing at all where one cannot be read.
				if _, err := cel.NewStatusReader(append(good, check)); err != nil {
					p.Report(o.Place(at...), "the controller stops at it, and does nothing about the object: %s", strings.Join(strings.Fields(err.Error()), " "))
					continue
				}
				good = append(good, check)
			}
		}
	},
}

// readyExprs compiles the expressions by which an object judges those that it waits for, as its
// controller does.
func readyExprs(p *engine.Pass, o *rollout.Object) {
	list, _ := o.Get("spec", "dependsOn").([]any)
	for i := range list {
		path := []any{"spec", "dependsOn", i, "readyExpr"}
		text := o.Text(path...)
		if text == "" || substitutes(o, path...) {
			continue
		}
		if _, err := cel.NewExpression(text, cel.WithCompile(), cel.WithOutputType(types.BoolType), cel.WithStructVariables("self", "dep")); err != nil {
			p.Report(o.Place(path...), "the controller stops at it, and does nothing about the object: %s", strings.Join(strings.Fields(err.Error()), " "))
		}
	}
}

// notEvaluated warns of what keeps helm-controller from evaluating the expressions of a release.
func notEvaluated(p *engine.Pass, o *rollout.Object) {
	const remedy = "Remove it, so that the release waits for its objects."
	for _, at := range [][]any{{"spec", "install", "disableWait"}, {"spec", "upgrade", "disableWait"}} {
		if off, _ := o.Get(at...).(bool); off {
			p.Add(engine.SeverityWarning, o.Place(at...), remedy, "the release does not wait, so that its healthCheckExprs are evaluated for hooks only")
		}
	}
	if o.Text("spec", "waitStrategy", "name") == "legacy" {
		p.Add(engine.SeverityWarning, o.Place("spec", "waitStrategy", "name"), remedy, "healthCheckExprs are not evaluated with this strategy, and only with poller, the default")
	}
}

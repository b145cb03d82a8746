package aicr

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/aicr-flux/aicr/internal/suggest"
	"github.com/aicr-flux/aicr/pkg/deployer"
	"github.com/aicr-flux/aicr/pkg/deployer/flux"
	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/verify"
)

// tool is a GitOps tool that bundles are made for.
type tool struct {
	deployer.Deployer
	// prove refuses a bundle that would not roll out, as far as the options let it look; nil refuses
	// none.
	prove func(ctx context.Context, made *deployer.Bundle, o verify.Options) (warnings []string, err error)
}

// deployers are the tools by name. To add one, write its folder below pkg/deployer and its line
// here.
func deployers() map[string]tool {
	return map[string]tool{
		"flux": {flux.Deployer{}, proveFlux},
	}
}

// Deployers returns the names that BundleOptions.Deployer may have, sorted.
func Deployers() []string { return slices.Sorted(maps.Keys(deployers())) }

func toolOf(tools map[string]tool, name string) (tool, error) {
	t, ok := tools[cmp.Or(name, "flux")]
	if !ok {
		return t, suggest.Unknown("deployer", name, slices.Sorted(maps.Keys(tools)))
	}
	return t, nil
}

// proveFlux verifies a bundle that is about to be stored. One that does not pass is a recipe's fault
// that no earlier rule names, so it is ErrCodeInvalidRequest. What quick checks warn of, bundle warns
// of itself where the recipe can be changed.
//
// The other checks look into charts. Where those of repositories are looked at, too, somebody asked for
// a proof, and they refuse; otherwise an error of theirs, such as a manifest of the recipe that Helm
// cannot render, is a warning: the recipe may be made that way, and the rest of it works.
func proveFlux(ctx context.Context, made *deployer.Bundle, o verify.Options) (warnings []string, err error) {
	report, err := verify.Rollout(ctx, made.Rollout, o)
	if err != nil && ctx.Err() == nil && o.Puller == nil { // the system starts no process to render in
		warnings = append(warnings, fmt.Sprintf("the charts in the bundle were not looked at: %v; run verify on it", err))
		o.Quick = true
		report, err = verify.Rollout(ctx, made.Rollout, o)
	}
	if err != nil {
		return nil, err
	}
	if report.Unpulled != nil {
		return nil, errors.In(report.Unpulled, "the charts cannot be checked, so nothing is written")
	}
	var problems []error
	for _, f := range report.Findings {
		text := fmt.Sprintf("%s: %s (%s): %s", f.Place, f.Message, f.Check, f.Remedy)
		check, err := verify.Lookup(f.Check)
		switch {
		case err != nil:
			return nil, err
		case f.Severity == verify.SeverityError && (check.Quick || o.Puller != nil):
			problems = append(problems, errors.Invalid("%s", text))
		case !check.Quick && (f.Severity == verify.SeverityError || o.Puller != nil && f.Severity == verify.SeverityWarning):
			warnings = append(warnings, text)
		}
	}
	return warnings, errors.In(errors.Join(problems...), "the bundle would not roll out, so it is not written")
}

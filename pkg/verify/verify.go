package verify

import (
	"context"
	"io/fs"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/aicr-flux/aicr/internal/kubeapi"
	"github.com/aicr-flux/aicr/internal/kubeschema"
	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/rollout"
	"github.com/aicr-flux/aicr/pkg/verify/checks"
	"github.com/aicr-flux/aicr/pkg/verify/engine"
)

// The names that a program which calls Bundle needs; package engine describes them.
type (
	// Options say what a bundle is held against.
	Options = engine.Options
	// Substitution is what one Kustomization gives to the variables of a bundle.
	Substitution = engine.Substitution
	// Report is what a verification found.
	Report = engine.Report
	// Finding is one thing that is wrong.
	Finding = engine.Finding
	// Severity says how bad a finding is.
	Severity = engine.Severity
	// Place is where in a bundle something is.
	Place = engine.Place
	// Needs is what a bundle wants of its cluster.
	Needs = engine.Needs
	// Check is one thing that is looked at.
	Check = engine.Check
	// Baseline are findings that somebody accepts.
	Baseline = engine.Baseline
	// Known is one of them, by what stays the same.
	Known = engine.Known
)

// The severities.
const (
	SeverityInfo    = engine.SeverityInfo
	SeverityWarning = engine.SeverityWarning
	SeverityError   = engine.SeverityError
)

// FluxVersions are the lines of Flux versions that a bundle can be held against, the oldest first.
func FluxVersions() []string { return kubeschema.Lines() }

// KubeVersions are the versions of Kubernetes that a bundle can be held against, the oldest first:
// "1.36".
func KubeVersions() []string { return kubeapi.Versions() }

// CheckKubeVersion refuses what cannot be the KubeVersion of Options.
func CheckKubeVersion(version string) error {
	if _, _, ok := kubeapi.Release(version); version != "" && !ok {
		return errors.Invalid("Kubernetes %q is not known here: choose among %s, or a release of one", version, strings.Join(KubeVersions(), ", "))
	}
	return nil
}

// Lookup returns the check with that ID. An unknown one is ErrCodeInvalidRequest, with a
// suggestion.
func Lookup(id string) (*Check, error) { return checks.Lookup(id) }

// ParseBaseline reads a baseline from YAML.
func ParseBaseline(data []byte) (Baseline, error) { return engine.ParseBaseline(data) }

// BaselineOf accepts all errors and warnings of the reports.
func BaselineOf(reports []Report) Baseline { return engine.BaselineOf(reports) }

// Checks returns every check, in the order in which they run.
func Checks() []*Check { return checks.All() }

// Bundle verifies the bundle in fsys. What is wrong with the bundle stands in the report; an error
// is of fsys, of ctx, or ErrCodeInvalidRequest for options that do not fit.
func Bundle(ctx context.Context, fsys fs.FS, o Options) (Report, error) {
	how := rollout.Options{Builder: o.Renderer, TargetNamespace: o.TargetNamespace}
	if len(o.Substitutions) > 0 {
		how.Given = &o.Substitutions[0].Given
	}
	read, err := rollout.Read(ctx, fsys, how)
	if err != nil {
		return Report{}, errors.In(err, "the bundle cannot be read")
	}
	return Rollout(ctx, read, o)
}

// Rollout verifies a bundle that is read already; see Bundle.
func Rollout(ctx context.Context, read *rollout.Rollout, o Options) (Report, error) {
	if err := check(o); err != nil {
		return Report{}, err
	}
	s := engine.NewScene(ctx, read, o)
	if !o.Quick {
		go s.Charts() // while others look at the objects
		defer s.Charts()
	}
	for _, c := range checks.All() {
		if err := ctx.Err(); err != nil {
			return Report{}, err
		}
		if o.Quick && !c.Quick || slices.Contains(o.Skip, c.ID) || s.Found(c.Unless...) {
			continue
		}
		c.Run(&engine.Pass{Scene: s, Check: c})
	}
	if !o.Quick && s.Failure() != nil {
		return Report{}, s.Failure()
	}
	s.Redact()
	return Report{
		Findings: engine.Sorted(s.Findings), Notes: s.Notes(), NotSeen: s.NotSeen, Needs: engine.NeedsOf(s), FluxVersion: s.FluxVersion(), KubeVersion: s.KubeVersion(),
		Objects: len(s.Objects), Releases: len(s.Releases), Unbuilt: !s.Complete(), Unrendered: s.NotRendered(), Unpulled: s.Unpulled(), ChartsHint: s.Hint(),
	}, ctx.Err()
}

// Redactor returns what takes the secrets of a bundle out of a text, as its report is without them.
func Redactor(ctx context.Context, read *rollout.Rollout) func(string) string {
	return engine.NewScene(ctx, read, Options{}).Redactor()
}

func check(o Options) error {
	var problems []error
	if names := validation.IsDNS1123Label(o.TargetNamespace); o.TargetNamespace != "" && len(names) > 0 {
		problems = append(problems, errors.Invalid("`TargetNamespace` %q is not the name of a namespace: %s", o.TargetNamespace, names[0]))
	}
	if o.FluxVersion != "" && !slices.Contains(FluxVersions(), o.FluxVersion) {
		problems = append(problems, errors.Invalid("Flux %q: choose the version line among %s", o.FluxVersion, strings.Join(FluxVersions(), ", ")))
	}
	if err := CheckKubeVersion(o.KubeVersion); err != nil {
		problems = append(problems, err)
	}
	for _, id := range o.Skip {
		if _, err := checks.Lookup(id); err != nil {
			problems = append(problems, errors.In(err, "`Skip`"))
		}
	}
	for _, name := range o.External {
		if _, ok := engine.ParseRef(name); !ok {
			problems = append(problems, errors.Invalid("external object %q: write it as \"Kind namespace/name\", or \"Kind name\" of what belongs to no namespace", name))
		}
	}
	return errors.Join(problems...)
}

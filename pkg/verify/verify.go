package verify

import (
	"context"
	"io/fs"
	"slices"
	"strings"

	"github.com/agnivade/levenshtein"

	"github.com/aicr-flux/aicr/internal/rollout"
	"github.com/aicr-flux/aicr/pkg/errors"
)

// FluxVersions are the lines of Flux versions that a bundle can be held against,
// the oldest first.
var FluxVersions = [...]string{"2.7", "2.8", "2.9"}

// Options say what a bundle is held against. The zero value is usable.
type Options struct {
	// FluxVersion is one of FluxVersions; empty means the newest.
	FluxVersion string
	// RepositoryPath is where in its Git repository the bundle lies. Empty means
	// that it is not known: then a local chart's path must end in a directory of
	// the bundle.
	RepositoryPath string
	// External names objects that the cluster has already, and that the bundle
	// may refer to: "GitRepository flux-system/flux-system".
	External []string
	// Skip are the IDs of checks that are not run.
	Skip []string
	// Quick runs only the checks that need no chart, no schema and no build.
	Quick bool
}

// Bundle verifies the bundle in fsys. What is wrong with the bundle stands in
// the report; an error is of fsys, of ctx, or ErrCodeInvalidRequest for options
// that do not fit.
func Bundle(ctx context.Context, fsys fs.FS, o Options) (Report, error) {
	if err := o.check(); err != nil {
		return Report{}, err
	}
	read, err := rollout.Read(ctx, fsys)
	if err != nil {
		return Report{}, errors.In(err, "the bundle cannot be read")
	}
	s := newScene(ctx, read, o)
	if !o.Quick {
		s.seeBuilt()
		go s.charts() // while others look at the objects
		defer s.charts()
	}
	for _, c := range checks {
		if err := ctx.Err(); err != nil {
			return Report{}, err
		}
		if o.Quick && !c.Quick || slices.Contains(o.Skip, c.ID) || s.found(c.unless...) {
			continue
		}
		c.run(&pass{scene: s, check: c})
	}
	s.redact()
	return Report{
		Findings: sorted(s.findings), NotSeen: s.notSeen, Needs: needs(s), FluxVersion: s.fluxVersion(),
		Objects: len(s.Objects), Releases: len(s.Releases),
	}, ctx.Err()
}

func (o Options) check() error {
	var problems []error
	if o.FluxVersion != "" && !slices.Contains(FluxVersions[:], o.FluxVersion) {
		problems = append(problems, errors.Invalid("Flux %q: choose the version line among %s", o.FluxVersion, strings.Join(FluxVersions[:], ", ")))
	}
	for _, id := range o.Skip {
		if _, err := Lookup(id); err != nil {
			problems = append(problems, err)
		}
	}
	for _, name := range o.External {
		if _, ok := parseRef(name); !ok {
			problems = append(problems, errors.Invalid("external object %q: write it as \"Kind namespace/name\"", name))
		}
	}
	return errors.Join(problems...)
}

// Lookup returns the check with that ID. An unknown one is ErrCodeInvalidRequest, with
// a suggestion.
func Lookup(id string) (Check, error) {
	nearest := ""
	for _, c := range checks {
		if c.ID == id {
			return *c, nil
		}
		if nearest == "" || levenshtein.ComputeDistance(id, c.ID) < levenshtein.ComputeDistance(id, nearest) {
			nearest = c.ID
		}
	}
	return Check{}, errors.Invalid("there is no check %q; did you mean %q?", id, nearest)
}

// parseRef reads "Kind namespace/name".
func parseRef(text string) (rollout.Ref, bool) {
	kind, rest, ok := strings.Cut(text, " ")
	namespace, name, ok2 := strings.Cut(rest, "/")
	return rollout.Ref{Kind: kind, Namespace: namespace, Name: name}, ok && ok2 && kind != "" && namespace != "" && name != ""
}

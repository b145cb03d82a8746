package engine

import (
	stderrors "errors"
	"maps"
	"slices"

	"github.com/aicr-flux/aicr/internal/chart"
	"github.com/aicr-flux/aicr/internal/parallel"
	"github.com/aicr-flux/aicr/pkg/config"
	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/rollout"
)

// PullError is the LoadErr of a chart that was not pulled.
type PullError struct {
	Err error
	// Refused says that the repository is there and has no such chart, or a broken one: Flux gets no
	// further. Otherwise nothing is known of the chart.
	Refused bool
	// Failed says that a server, or the cache, did not give what it may well have.
	Failed bool
}

// Error returns what the puller said.
func (e *PullError) Error() string { return e.Err.Error() }

// Unwrap returns the puller's error.
func (e *PullError) Unwrap() error { return e.Err }

// pull fetches the charts that the bundle does not hold, before the time of rendering begins: a slow
// server is no fault of a chart.
func (s *Scene) pull(charts []*sharedChart) {
	parallel.Limited(config.ChartPull{Jobs: s.Options.Jobs}.Parallel(), len(charts), func(i int) {
		shared := charts[i]
		c := shared.installs[0]
		if c.Source.Local() || s.Ctx.Err() != nil {
			return
		}
		asked, err := chart.Upstream(s.Rollout, c.Release, c.Source)
		if err != nil {
			shared.err = &PullError{Err: err}
			return
		}
		tgz, _, _, err := s.Options.Puller.Pull(s.Ctx, asked)
		shared.packed = chart.FromRepository(tgz, c.Release)
		if err != nil {
			code := errors.CodeOf(err)
			refused := !s.Options.Offline && (code == errors.ErrCodeNotFound || code == errors.ErrCodeInvalidRequest)
			shared.err = &PullError{Err: err, Refused: refused, Failed: !refused}
		}
	})
}

// Unpulled are the errors of charts that servers, or the cache, did not give, each once.
func (s *Scene) Unpulled() error {
	if s.Options.Quick {
		return nil
	}
	var problems []error
	seen := map[error]bool{}
	for _, c := range s.Charts() {
		if e, ok := stderrors.AsType[*PullError](c.LoadErr); ok && e.Failed && !seen[e] {
			seen[e] = true
			problems = append(problems, e.Err)
		}
	}
	return errors.Join(problems...)
}

// NotRendered are the releases whose charts are not looked at, or not with all of their values, as
// "namespace/name", sorted; whether checks are left out does not matter.
func (s *Scene) NotRendered() []string {
	if s.Options.Quick {
		return nil
	}
	all := map[string]bool{}
	for ref := range s.unrendered {
		all[ref.Namespace+"/"+ref.Name] = true
	}
	for _, release := range s.Releases {
		if !s.AtHand(release) {
			all[release.Namespace+"/"+release.Name] = true
		}
	}
	for _, c := range s.Charts() {
		if e, ok := stderrors.AsType[*PullError](c.LoadErr); ok && !e.Refused {
			all[c.Release.Namespace+"/"+c.Release.Name] = true
		}
	}
	return slices.Sorted(maps.Keys(all))
}

// Hint is Options.ChartsHint where that would bring charts to hand.
func (s *Scene) Hint() string {
	for _, release := range s.Releases {
		if s.Options.Puller == nil && s.Source(release).Origin == rollout.OriginRepository {
			return s.Options.ChartsHint
		}
	}
	return ""
}

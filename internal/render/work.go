package render

import (
	"context"
	"fmt"

	"github.com/aicr-flux/aicr/internal/chart"
	"github.com/aicr-flux/aicr/pkg/rollout"
)

// do does what is asked, and gives each answer to emit as soon as it is there.
func (r request) do(ctx context.Context, emit func(answer)) {
	if r.Chart != nil {
		r.Chart.do(ctx, r.Dir, emit)
		return
	}
	objects, err := rollout.Kustomize{}.Build(ctx, r.Root, r.Files)
	done := &built{Objects: objects}
	if err != nil {
		done.Problem = err.Error()
	}
	emit(answer{Build: done})
}

func (j ChartJob) do(ctx context.Context, dir string, emit func(answer)) {
	var loaded *chart.Loaded
	var result ChartResult
	result.Err = panicking(func() (err *chart.Error) {
		loaded, err = chart.Load(j.Package)
		return err
	})
	if result.Err != nil {
		emit(answer{Chart: &result})
		return
	}
	result.Chart = &loaded.Chart
	if j.Lint {
		result.lint(loaded, dir)
	}
	emit(answer{Chart: &result})
	for _, in := range j.Installs {
		if ctx.Err() != nil {
			return
		}
		var done Installed
		if err := panicking(func() *chart.Error {
			done.Manifests, done.Errors = loaded.Install(ctx, in)
			return nil
		}); err != nil {
			done = Installed{Errors: []*chart.Error{err}}
		}
		emit(answer{Installed: &done})
	}
}

func (r *ChartResult) lint(loaded *chart.Loaded, dir string) {
	err := panicking(func() *chart.Error {
		messages, err := loaded.Lint(dir)
		if r.Lint = messages; err != nil {
			r.LintErr = err.Error()
		}
		return nil
	})
	if err != nil {
		r.LintErr = err.Message
	}
}

// panicking makes an error of a panic: Helm and its libraries have some.
func panicking(do func() *chart.Error) (err *chart.Error) {
	defer func() {
		if r := recover(); r != nil {
			err = &chart.Error{Kind: chart.KindChart, Message: fmt.Sprintf("the chart makes Helm panic (%v); report it to the chart's authors", r)}
		}
	}()
	return do()
}

// InProcess renders in the process that it is called in, and so trusts the charts and
// kustomizations: nothing ends one that never ends, or that takes all memory.
type InProcess struct{ rollout.Kustomize }

// Chart implements Renderer.
func (InProcess) Chart(ctx context.Context, job ChartJob) (result ChartResult, err error) {
	job.do(ctx, "", result.add)
	return result, context.Cause(ctx)
}

package oci

import (
	"context"

	"github.com/aicr-flux/aicr/internal/registryhttp"
	"github.com/aicr-flux/aicr/pkg/errors"
)

// step is a try that Progress is told of by its name and its number of bytes.
func (c *client) step(ctx context.Context, name string, total int64, noun string, do func(ctx context.Context) error) error {
	c.report.begin(name, total)
	err := c.try(ctx, noun, do)
	if err == nil {
		c.report.end()
	}
	return err
}

// try does one step, and again while the failure is one that may pass. The step must be able to
// start again from the beginning; noun is what it is about. The result is coded.
func (c *client) try(ctx context.Context, noun string, step func(ctx context.Context) error) error {
	retry := registryhttp.Retry{Retries: c.Retries, FirstPause: c.firstPause, Notify: c.report.retry}
	err := retry.Do(ctx, func() error {
		c.report.restart()
		return step(ctx)
	}, func(err error) (passing bool, problem error) {
		passing, problem = c.explain(err)
		return passing, errors.In(problem, "registry %q: %s", c.ref.Registry, noun)
	})
	if ctx.Err() != nil {
		return errors.In(err, "registry %q", c.ref.Registry)
	}
	return err
}

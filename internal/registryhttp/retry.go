package registryhttp

import (
	"cmp"
	"context"
	stderrors "errors"
	"time"

	"github.com/cenkalti/backoff/v5"

	"github.com/aicr-flux/aicr/pkg/errors"
)

// DefaultRetries is how often a step is tried again.
const DefaultRetries = 5

// Limits of the pauses between attempts.
const (
	firstPause = 500 * time.Millisecond
	longPause  = 15 * time.Second
	// maxAsked is the longest pause that a server may ask for: beyond it a person should decide.
	maxAsked = 2 * time.Minute
)

// Retry says how often to come back to a server that fails.
type Retry struct {
	// Retries is how often a step is tried again after a failure that may pass. 0: DefaultRetries;
	// negative: never.
	Retries int
	// FirstPause is the first pause between attempts; they grow. 0: half a second.
	FirstPause time.Duration
	// Notify is told of each failure after which there will be another attempt.
	Notify func(err error, pause time.Duration)
}

// Do does a step, and does it again while explain says that its failure may pass, after the pause
// that the server asks for. The step must be able to start again from the beginning. explain gives
// its error a code and words. What ended ctx is returned as it is.
func (r Retry) Do(ctx context.Context, step func() error, explain func(err error) (passing bool, problem error)) error {
	pauses := backoff.NewExponentialBackOff()
	pauses.InitialInterval, pauses.MaxInterval, pauses.Multiplier = cmp.Or(r.FirstPause, firstPause), longPause, 2
	_, err := backoff.Retry(ctx, func() (none struct{}, err error) { return none, attempt(step, explain) },
		backoff.WithBackOff(pauses), backoff.WithMaxElapsedTime(0), backoff.WithNotify(r.Notify),
		backoff.WithMaxTries(uint(max(cmp.Or(r.Retries, DefaultRetries), 0))+1))
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return err
}

func attempt(step func() error, explain func(err error) (passing bool, problem error)) error {
	err := step()
	if err == nil {
		return nil
	}
	passing, problem := explain(err)
	answer, answered := stderrors.AsType[*StatusError](err)
	switch {
	case !passing:
		return backoff.Permanent(problem)
	case !answered || answer.RetryAfter == 0:
		return problem
	case answer.RetryAfter > maxAsked:
		return backoff.Permanent(errors.In(problem, "the server asks to wait %s, so run again later", answer.RetryAfter.Round(time.Second)))
	}
	return &waitError{problem, &backoff.RetryAfterError{Duration: answer.RetryAfter}}
}

// waitError is a failure after which the server asked for a pause.
type waitError struct {
	error
	pause *backoff.RetryAfterError
}

func (w *waitError) Unwrap() []error { return []error{w.error, w.pause} }

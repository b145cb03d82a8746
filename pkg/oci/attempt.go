package oci

import (
	"context"
	stderrors "errors"
	"sync"
	"time"

	"github.com/cenkalti/backoff/v5"

	"github.com/aicr-flux/aicr/pkg/errors"
)

// Limits of the pauses between attempts.
const (
	firstPause = 500 * time.Millisecond
	longPause  = 15 * time.Second
	// maxAsked is the longest pause that a registry may ask for: beyond it a
	// person should decide.
	maxAsked = 2 * time.Minute
)

// try does one step, and again while the failure is one that may pass. The step
// must be able to begin anew; noun is what it is about. The result is coded.
func (c *client) try(ctx context.Context, noun string, step func(ctx context.Context) error) error {
	pauses := backoff.NewExponentialBackOff()
	pauses.InitialInterval, pauses.MaxInterval, pauses.Multiplier = firstPause, longPause, 2
	if c.firstPause > 0 {
		pauses.InitialInterval = c.firstPause
	}
	retries := c.Retries
	if retries == 0 {
		retries = DefaultRetries
	}
	_, err := backoff.Retry(ctx, func() (none struct{}, err error) { return none, c.attempt(ctx, noun, step) },
		backoff.WithBackOff(pauses),
		backoff.WithMaxTries(uint(max(retries, 0))+1),
		backoff.WithMaxElapsedTime(0),
		backoff.WithNotify(c.report.retry))
	if ctx.Err() != nil {
		return errors.In(context.Cause(ctx), "registry %q", c.ref.Registry)
	}
	return err
}

// attempt does a step once, and ends it when nothing moves.
func (c *client) attempt(ctx context.Context, noun string, step func(ctx context.Context) error) error {
	a := &attempt{timeout: c.StallTimeout}
	if a.timeout == 0 {
		a.timeout = DefaultStallTimeout
	}
	c.report.restart()
	stepCtx, cancel := context.WithCancelCause(context.WithValue(ctx, attemptKey{}, a))
	defer cancel(nil)
	a.start(func() { cancel(errStalled) })
	err := step(stepCtx)
	asked := a.end()
	if err == nil {
		return nil
	}
	if stderrors.Is(context.Cause(stepCtx), errStalled) {
		err = errStalled
	}
	passing, coded := c.explain(err, noun, a.timeout)
	switch {
	case !passing:
		return backoff.Permanent(coded)
	case asked > maxAsked:
		return backoff.Permanent(errors.In(coded, "registry %q asks to wait %s, so run again later", c.ref.Registry, asked.Round(time.Second)))
	case asked > 0:
		return &waitError{coded, &backoff.RetryAfterError{Duration: asked}}
	}
	return coded
}

// waitError is a failure after which the registry asked for a pause.
type waitError struct {
	error
	pause *backoff.RetryAfterError
}

func (w *waitError) Unwrap() []error { return []error{w.error, w.pause} }

// errStalled ends an attempt in which nothing moved.
const errStalled stalled = "nothing moved"

type stalled string

func (s stalled) Error() string { return string(s) }

// attempt is one attempt at a step: it ends it when nothing moves, and knows how
// long the registry asked to wait. Requests go on for a moment after their step
// is over, so that all of it is safe for concurrent use.
type attempt struct {
	timeout time.Duration

	mu    sync.Mutex
	timer *time.Timer
	over  bool
	asked time.Duration
}

type attemptKey struct{}

// attemptOf returns the attempt that a request belongs to, or nil.
func attemptOf(ctx context.Context) *attempt {
	a, _ := ctx.Value(attemptKey{}).(*attempt)
	return a
}

// start begins the watch.
func (a *attempt) start(stop func()) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.timer = time.AfterFunc(a.timeout, stop)
}

// touch says that something moved.
func (a *attempt) touch() {
	a.mu.Lock()
	defer a.mu.Unlock()
	if !a.over {
		a.timer.Reset(a.timeout)
	}
}

// pause stops the watch until the next touch.
func (a *attempt) pause() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.timer.Stop()
}

// end stops the watch for good and returns the pause that the registry asked for.
func (a *attempt) end() time.Duration {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.timer.Stop()
	a.over = true
	return a.asked
}

// ask notes the pause that the registry asked for.
func (a *attempt) ask(pause time.Duration) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.asked = pause
}

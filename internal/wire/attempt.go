package wire

import (
	"context"
	stderrors "errors"
	"sync"
	"time"

	"github.com/cenkalti/backoff/v5"

	"github.com/aicr-flux/aicr/pkg/errors"
)

// Defaults of Patience.
const (
	DefaultStall   = time.Minute
	DefaultRetries = 5
)

// Limits of the pauses between attempts.
const (
	firstPause = 500 * time.Millisecond
	longPause  = 15 * time.Second
	// maxAsked is the longest pause that a server may ask for: beyond it a
	// person should decide.
	maxAsked = 2 * time.Minute
)

// ErrStalled ends an attempt in which nothing moved.
const ErrStalled stalled = "nothing moved"

type stalled string

func (s stalled) Error() string { return string(s) }

// Patience says how long to wait for a server, and how often to come back.
type Patience struct {
	// Stall ends an attempt in which no byte moves for this long. 0: DefaultStall.
	Stall time.Duration
	// Retries is how often a step is tried again after a failure that may pass.
	// 0: DefaultRetries; negative: never.
	Retries int
	// FirstPause is the first pause between attempts; they grow. 0: half a second.
	FirstPause time.Duration
	// Notify is told of each failure after which there will be another attempt.
	Notify func(err error, pause time.Duration)
}

// StallTimeout returns Stall or its default.
func (p Patience) StallTimeout() time.Duration {
	if p.Stall > 0 {
		return p.Stall
	}
	return DefaultStall
}

// Try does one step, and again while explain says that its failure may pass. The
// step must be able to begin anew, and its requests must go through Metered with
// the context that it is given. explain gives the step's error its code and
// words. What ended ctx is returned as it is.
func (p Patience) Try(ctx context.Context, step func(ctx context.Context) error, explain func(err error) (passing bool, problem error)) error {
	pauses := backoff.NewExponentialBackOff()
	pauses.InitialInterval, pauses.MaxInterval, pauses.Multiplier = firstPause, longPause, 2
	if p.FirstPause > 0 {
		pauses.InitialInterval = p.FirstPause
	}
	retries := p.Retries
	if retries == 0 {
		retries = DefaultRetries
	}
	options := []backoff.RetryOption{
		backoff.WithBackOff(pauses), backoff.WithMaxTries(uint(max(retries, 0)) + 1), backoff.WithMaxElapsedTime(0),
	}
	if p.Notify != nil {
		options = append(options, backoff.WithNotify(p.Notify))
	}
	_, err := backoff.Retry(ctx, func() (none struct{}, err error) { return none, p.attempt(ctx, step, explain) }, options...)
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return err
}

// attempt does a step once, and ends it when nothing moves.
func (p Patience) attempt(ctx context.Context, step func(ctx context.Context) error, explain func(err error) (passing bool, problem error)) error {
	a := &attempt{timeout: p.StallTimeout()}
	stepCtx, cancel := context.WithCancelCause(context.WithValue(ctx, attemptKey{}, a))
	defer cancel(nil)
	a.start(func() { cancel(ErrStalled) })
	err := step(stepCtx)
	asked := a.end()
	if err == nil {
		return nil
	}
	if stderrors.Is(context.Cause(stepCtx), ErrStalled) {
		err = ErrStalled
	}
	passing, problem := explain(err)
	switch {
	case !passing:
		return backoff.Permanent(problem)
	case asked > maxAsked:
		return backoff.Permanent(errors.In(problem, "the server asks to wait %s, so run again later", asked.Round(time.Second)))
	case asked > 0:
		return &waitError{problem, &backoff.RetryAfterError{Duration: asked}}
	}
	return problem
}

// waitError is a failure after which the server asked for a pause.
type waitError struct {
	error
	pause *backoff.RetryAfterError
}

func (w *waitError) Unwrap() []error { return []error{w.error, w.pause} }

// attempt is one attempt at a step: it ends it when nothing moves, and knows how
// long the server asked to wait. Requests go on for a moment after their step is
// over, so that all of it is safe for concurrent use.
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

// end stops the watch for good and returns the pause that the server asked for.
func (a *attempt) end() time.Duration {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.timer.Stop()
	a.over = true
	return a.asked
}

// ask notes the pause that the server asked for.
func (a *attempt) ask(pause time.Duration) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.asked = pause
}

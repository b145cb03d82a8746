package helmchart

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"runtime/metrics"
	"time"

	"github.com/aicr-flux/aicr/internal/templatetext"
)

// Bounds of one rendering.
const (
	// DefaultTimeout is how long one chart may take; the largest public charts need about a second.
	DefaultTimeout = 10 * time.Second
	// maxOutput bounds what a chart gives, in bytes.
	maxOutput = 64 << 20
	// maxText bounds the text that one function of a template makes, in bytes.
	maxText = maxOutput
	// maxItems bounds the list that one function of a template makes.
	maxItems = 1_000_000
	// maxHeap bounds by how much the program's memory may grow meanwhile, in bytes.
	maxHeap = 1 << 30
	// maxFrames bounds how deep template, include and tpl are nested, in frames of Go's stack; one of them takes up to 14,
	// and public charts need a few dozen. A stack that overflows ends the program, and Helm bounds the depth for each name of
	// include only.
	maxFrames = 8_000
	// maxBuilt bounds how many maps and lists templates nest in each other, at most: a million of them overflow the stack
	// when they are printed, which ends the program. Public charts build a few thousand.
	maxBuilt = 100_000
	// maxTOML bounds the text that fromToml reads, in bytes, and maxTOMLKey the parts of a key in it, for the same reason;
	// YAML and JSON have bounds of their own.
	maxTOML    = 5 << 20
	maxTOMLKey = 1_000
	// watchEvery is how often the memory is looked at from outside.
	watchEvery = 20 * time.Millisecond
	// maxVerbWidth is how wide a verb of fmt can get, at most.
	maxVerbWidth = 1_000_000
)

var (
	errSlow = errors.New("the templates run longer than a chart may")
	errBig  = errors.New("the templates hold more than 1 GiB of memory")
	errDeep = errors.New("template, include or tpl is nested too deeply; it may call itself for ever")
)

// limitError is a bound that a template hits.
type limitError struct{ error }

func tooMuch(format string, args ...any) error { return limitError{fmt.Errorf(format, args...)} }

// guard stops a rendering that goes out of bounds. Helm's engine knows no context, so the templates themselves ask: see
// instrument for where the question is put. One goroutine uses it.
type guard struct {
	ctx    context.Context //nolint:containedctx // it lives as long as one call of Render
	memory []metrics.Sample
	most   uint64
	last   time.Time
	calls  int
	built  int
	hit    error
}

func newGuard(ctx context.Context, growth uint64) *guard {
	g := &guard{ctx: ctx, memory: []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}, last: time.Now()}
	g.most = g.heap() + growth
	return g
}

func (g *guard) heap() uint64 {
	metrics.Read(g.memory)
	return g.memory[0].Value.Uint64()
}

// check tells why the rendering must end, or nil.
func (g *guard) check() error {
	if g.ctx.Err() != nil {
		return g.stop(context.Cause(g.ctx))
	}
	// In a millisecond a template can copy some megabytes, which is as exact as this bound needs to be.
	if now := time.Now(); now.Sub(g.last) > time.Millisecond {
		g.last = now
		if g.heap() > g.most {
			return g.stop(limitError{errBig})
		}
	}
	return nil
}

// stop remembers the reason, because Helm's engine passes on only its text.
func (g *guard) stop(reason error) error {
	if g.hit == nil {
		g.hit = reason
	}
	return reason
}

// tick is what the templates call between their own actions; it writes nothing.
func (g *guard) tick() (string, error) { return "", g.check() }

// name passes the name of an include on, unless calls are nested too deeply. To walk down the stack takes time, and what
// calls itself gets deeper with each call, so that not each one needs to look.
func (g *guard) name(name string) (string, error) {
	g.calls++
	var frame [1]uintptr
	if g.calls%64 == 0 && runtime.Callers(maxFrames, frame[:]) > 0 {
		return "", g.stop(limitError{errDeep})
	}
	return name, g.check()
}

// call is what the templates call before a template; it writes nothing.
func (g *guard) call() (string, error) {
	_, err := g.name("")
	return "", err
}

// text instruments the text of a tpl.
func (g *guard) text(text string) (string, error) {
	if _, err := g.name(""); err != nil {
		return "", err
	}
	if templatetext.TooDeep(text) {
		return "", g.stop(tooMuch("the text of tpl has more than %d blocks or %d parentheses in each other", templatetext.MaxNesting, templatetext.MaxParentheses))
	}
	return instrument(text), nil
}

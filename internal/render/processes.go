package render

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"slices"
	"sync"
	"time"

	"github.com/go-logr/logr"

	"github.com/aicr-flux/aicr/internal/chart"
	"github.com/aicr-flux/aicr/internal/tempdir"
	"github.com/aicr-flux/aicr/pkg/rollout"
)

// Limits bound a job. A field that is zero means what its comment says.
type Limits struct {
	// Chart is how long a chart may take to load, and then each of its installs: 10 seconds. The
	// largest public charts need about one.
	Chart time.Duration
	// Build is how long a build may take: 30 seconds. That of a thousand objects needs a few.
	Build time.Duration
	// Memory is how large a process may get, in bytes: 1 GiB.
	Memory int64
	// Output is how much a job may answer, in bytes: 128 MiB. Templates have their own limit.
	Output int64
}

// Processes is the Renderer that does each job in a process of its own, one after the other in each
// process. They are started when they are needed, at most one for each processor. Their executable
// is that of the running program, whose main must begin with ServeIfChild.
type Processes struct {
	limits Limits
	slots  chan struct{} // one for each child that has a job

	mutex sync.Mutex
	idle  []*child
	temp  *tempdir.Dir
}

// NewProcesses returns a Processes without any process yet. Close ends those that it will start.
func NewProcesses(limits Limits) *Processes {
	return &Processes{
		limits: Limits{
			Chart: cmp.Or(limits.Chart, 10*time.Second), Build: cmp.Or(limits.Build, 30*time.Second),
			Memory: cmp.Or(limits.Memory, 1<<30), Output: cmp.Or(limits.Output, 128<<20),
		},
		slots: make(chan struct{}, runtime.GOMAXPROCS(0)),
	}
}

// Close ends the processes, when no job is left.
func (p *Processes) Close() error {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	for _, c := range p.idle {
		c.end()
	}
	p.idle = nil
	if p.temp == nil {
		return nil
	}
	return p.temp.Remove()
}

// Chart implements Renderer. An install that ends its process has the reason among its errors;
// others are not affected.
func (p *Processes) Chart(ctx context.Context, job ChartJob) (ChartResult, error) {
	var result ChartResult
	begun := time.Now()
	defer func() {
		for _, install := range job.Installs {
			logr.FromContextOrDiscard(ctx).Info("rendered", "release", install.Release, "took", time.Since(begun))
		}
	}()
	for rest, more := job, true; more; rest, more = result.next(job) {
		ended, err := p.run(ctx, request{Chart: &rest}, p.limits.Chart, func(a answer) bool {
			result.add(a)
			_, more := result.next(job)
			return more
		})
		if err != nil {
			return result, err
		}
		if ended == "" {
			continue
		}
		limit := &chart.Error{Kind: chart.KindLimit, Message: "rendering stopped: " + ended}
		if result.Chart == nil {
			result.Err = limit
		} else {
			result.Installs = append(result.Installs, Installed{Errors: []*chart.Error{limit}})
		}
	}
	return result, nil
}

// Build implements rollout.Builder.
func (p *Processes) Build(ctx context.Context, dir string, files map[string][]byte) ([]rollout.BuiltObject, error) {
	var done built
	begun := time.Now()
	defer func() {
		logr.FromContextOrDiscard(ctx).Info("built a kustomization of", "files", len(files), "unit", "files", "took", time.Since(begun))
	}()
	ended, err := p.run(ctx, request{Root: dir, Files: files}, p.limits.Build, func(a answer) bool {
		if a.Build != nil {
			done = *a.Build
		}
		return false
	})
	switch {
	case err != nil:
		return nil, err
	case ended != "":
		return nil, fmt.Errorf("%w: %s", rollout.ErrLimit, ended)
	case done.Problem != "":
		return nil, errors.New(done.Problem)
	}
	return done.Objects, nil
}

// run gives a request to a child, and its answers to take until that wants no more. within is the
// time for each answer. Where the child is ended, or ends itself, ended says how.
func (p *Processes) run(ctx context.Context, r request, within time.Duration, take func(answer) bool) (ended string, err error) {
	c, err := p.child(ctx)
	if err != nil {
		return "", err
	}
	defer func() { <-p.slots }()
	r.Dir, r.Memory = c.dir, p.limits.Memory
	c.left.N = p.limits.Output
	ended = c.watched(ctx, p.limits, within, func() error { return c.requests.Encode(r) })
	for more := true; more && ended == ""; {
		var a answer
		if ended = c.watched(ctx, p.limits, within, func() error { return c.answers.Decode(&a) }); ended == "" {
			more = take(a)
		}
	}
	switch {
	case ctx.Err() != nil:
		c.end()
		return "", context.Cause(ctx)
	case ended != "" || c.memory() > p.limits.Memory/4: // a heap that has grown would count against the next job
		c.end()
		return ended, nil
	}
	p.mutex.Lock()
	defer p.mutex.Unlock()
	p.idle = append(p.idle, c)
	return "", nil
}

// child waits until there may be one more with a job, and returns an idle one or a new one.
func (p *Processes) child(ctx context.Context) (*child, error) {
	select {
	case p.slots <- struct{}{}:
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
	p.mutex.Lock()
	defer p.mutex.Unlock()
	if last := len(p.idle) - 1; last >= 0 {
		c := p.idle[last]
		p.idle = slices.Delete(p.idle, last, last+1)
		return c, nil
	}
	if p.temp == nil {
		p.temp, _ = tempdir.Make("", "aicr-render") // without one, nothing but helm lint is missing
	}
	dir := ""
	if p.temp != nil {
		dir = p.temp.Path
		_ = os.MkdirAll(dir, 0o700) // somebody may have tidied up
	}
	c, err := start(dir)
	if err != nil {
		<-p.slots
	}
	return c, err
}

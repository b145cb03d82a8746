package oci

import (
	"io"
	"sync"
	"time"
)

// reportEvery keeps progress from costing more than the work.
const reportEvery = 100 * time.Millisecond

// reporter tells Progress, one call at a time.
type reporter struct {
	tell func(Progress)
	mu   sync.Mutex
	now  Progress
	last time.Time
}

// begin starts a step.
func (r *reporter) begin(step string, total int64) {
	r.always(func(p *Progress) { *p = Progress{Step: step, Total: total} })
}

// retry says that the step begins again.
func (r *reporter) retry(why error, pause time.Duration) {
	r.always(func(p *Progress) { p.Done, p.Retry, p.Pause = 0, why, pause })
}

// restart is the beginning of an attempt, which counts from nothing.
func (r *reporter) restart() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.now = Progress{Step: r.now.Step, Total: r.now.Total}
}

// end says that the step is done.
func (r *reporter) end() {
	r.always(func(p *Progress) { p.Done = p.Total })
}

func (r *reporter) always(change func(*Progress)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	change(&r.now)
	if r.tell != nil {
		r.last = time.Now()
		r.tell(r.now)
	}
}

func (r *reporter) moved(n int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.now.Done += int64(n)
	if r.tell != nil && time.Since(r.last) >= reportEvery {
		r.last = time.Now()
		r.tell(r.now)
	}
}

// watch counts what is read.
func (r *reporter) watch(from io.Reader) io.Reader { return watched{from, r} }

type watched struct {
	io.Reader
	report *reporter
}

func (w watched) Read(p []byte) (int, error) {
	n, err := w.Reader.Read(p)
	w.report.moved(n)
	return n, err
}

package output

import (
	"context"
	stderrors "errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"github.com/aicr-flux/aicr/internal/printable"
	"github.com/aicr-flux/aicr/pkg/chartpull"
	"github.com/aicr-flux/aicr/pkg/oci"
)

// Progress shows how publishing goes on, and before that the pulling of charts: a bar or a line of
// numbers on a terminal, otherwise a line for each step and every few seconds.
type Progress struct {
	*Printer
	terminal bool

	mu     sync.Mutex
	step   string
	last   time.Time
	drawn  bool
	charts map[string]int // step → how many charts came so far
}

// lineInterval is how often a step that takes long gets a line.
const lineInterval = 5 * time.Second

// Progress returns what shows the progress of a command, on standard error.
func (p *Printer) Progress() *Progress {
	return &Progress{Printer: p, terminal: terminal(p.Err) && !p.Verbose}
}

// Show shows what happens to a bundle that is pushed or pulled.
func (p *Progress) Show(now oci.Progress) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case p.Quiet:
	case now.Retry != nil:
		p.retry(now.Step, now.Pause, now.Retry)
	case p.terminal && now.Total > 0:
		p.draw("%s %s %s of %s", now.Step, bar(now.Done, now.Total), size(now.Done), size(now.Total))
	case p.terminal:
	case now.Step != p.step:
		p.last = time.Now()
		line := now.Step
		if now.Total > 0 {
			line += " (" + size(now.Total) + ")"
		}
		p.Line(line)
	case now.Total > 0 && time.Since(p.last) >= lineInterval:
		p.last = time.Now()
		p.Line(now.Step+":", size(now.Done), "of", size(now.Total))
	}
	p.step = now.Step
}

// Chart shows what happens to a chart that is pulled.
func (p *Progress) Chart(now chartpull.Progress) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.Quiet {
		return
	}
	if now.Warning != nil {
		p.Clear()
		p.Line("Warning:", now.Warning)
	}
	if now.Retry != nil {
		p.retry(now.Step+" "+now.Chart, now.Pause, now.Retry)
		return
	}
	if p.charts == nil {
		p.charts = map[string]int{}
	}
	p.charts[now.Step]++
	switch {
	case p.terminal:
		p.draw("charts: %d pulled, %d on the way, %d from the cache",
			p.charts["pulled"], p.charts["pulling"]-p.charts["pulled"], p.charts["cached"])
	case now.Step == "pulling":
		p.Line("pulling", printable.Line(now.Chart))
	case now.Step == "cached":
		p.Line(printable.Line(now.Chart), "is in the cache")
	}
}

func (p *Progress) retry(step string, pause time.Duration, why error) {
	p.Clear()
	p.Line(fmt.Sprintf("%s: trying again in %s, because of: %s", step, pause.Round(time.Second/10), why))
}

func (p *Progress) draw(format string, args ...any) {
	p.drawn = true
	_, _ = io.WriteString(p.Err, "\r\x1b[K"+printable.Line(fmt.Sprintf(format, args...)))
}

// End takes the bar away and returns the error of the run, which is an InterruptedPush where a push
// was under way.
func (p *Progress) End(err error) error {
	p.Clear()
	if err != nil && p.step != "" && stderrors.Is(err, context.Canceled) {
		return &InterruptedPush{err}
	}
	return err
}

// InterruptedPush is the end of a push that was interrupted.
type InterruptedPush struct{ error }

// Unwrap returns the error of the push.
func (i *InterruptedPush) Unwrap() error { return i.error }

// Clear takes the bar away, so that what follows stands on a line of its own.
func (p *Progress) Clear() {
	if p.drawn {
		_, _ = io.WriteString(p.Err, "\r\x1b[K")
		p.drawn = false
	}
}

// bar is a bar of fixed width.
func bar(done, total int64) string {
	const width = 30
	full := int(min(done, total) * width / total)
	return "[" + strings.Repeat("=", full) + strings.Repeat(" ", width-full) + "]"
}

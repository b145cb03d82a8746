package cli

import (
	"context"
	stderrors "errors"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"

	"golang.org/x/term"

	"github.com/aicr-flux/aicr/pkg/chartpull"
	"github.com/aicr-flux/aicr/pkg/oci"
)

// progress shows how publishing goes on, and before that the vendoring of
// charts: a bar or a line of numbers on a terminal, otherwise a line for each
// step and every few seconds.
type progress struct {
	out      io.Writer
	terminal bool

	mu     sync.Mutex
	step   string
	last   time.Time
	drawn  bool
	charts map[string]int // step → how many charts came so far
}

// lineInterval is how often a step that takes long gets a line.
const lineInterval = 5 * time.Second

func newProgress(out io.Writer) *progress {
	f, isFile := out.(*os.File)
	return &progress{out: out, terminal: isFile && term.IsTerminal(int(f.Fd()))}
}

func (p *progress) show(now oci.Progress) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case now.Retry != nil:
		p.clear()
		_, _ = fmt.Fprintf(p.out, "%s: trying again in %s, because of: %s\n", now.Step, now.Pause.Round(time.Second/10), now.Retry)
	case p.terminal && now.Total > 0:
		p.drawn = true
		_, _ = fmt.Fprintf(p.out, "\r\x1b[K%s %s %s of %s", now.Step, bar(now.Done, now.Total), size(now.Done), size(now.Total))
	case p.terminal:
	case now.Step != p.step:
		p.last = time.Now()
		line := now.Step
		if now.Total > 0 {
			line += " (" + size(now.Total) + ")"
		}
		_, _ = fmt.Fprintln(p.out, line)
	case now.Total > 0 && time.Since(p.last) >= lineInterval:
		p.last = time.Now()
		_, _ = fmt.Fprintf(p.out, "%s: %s of %s\n", now.Step, size(now.Done), size(now.Total))
	}
	p.step = now.Step
}

// chart shows what happens to a chart that is vendored.
func (p *progress) chart(now chartpull.Progress) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if now.Warning != nil {
		p.clear()
		_, _ = fmt.Fprintln(p.out, "Warning:", now.Warning)
	}
	if now.Retry != nil {
		p.clear()
		_, _ = fmt.Fprintf(p.out, "%s %s: trying again in %s, because of: %s\n", now.Step, now.Chart, now.Pause.Round(time.Second/10), now.Retry)
		return
	}
	if p.charts == nil {
		p.charts = map[string]int{}
	}
	p.charts[now.Step]++
	switch {
	case p.terminal:
		p.drawn = true
		_, _ = fmt.Fprintf(p.out, "\r\x1b[Kcharts: %d pulled, %d on the way, %d from the cache",
			p.charts["pulled"], p.charts["pulling"]-p.charts["pulled"], p.charts["cached"])
	case now.Step == "pulling":
		_, _ = fmt.Fprintln(p.out, "pulling", now.Chart)
	case now.Step == "cached":
		_, _ = fmt.Fprintln(p.out, now.Chart, "is in the cache")
	}
}

// end takes the bar away and returns the error of the run, which is another one
// when a push was under way.
func (p *progress) end(err error) error {
	p.clear()
	if err != nil && p.step != "" && stderrors.Is(err, context.Canceled) {
		return &interruption{err}
	}
	return err
}

// interruption is the end of a push that was interrupted.
type interruption struct{ error }

func (i *interruption) Unwrap() error { return i.error }

// clear takes the bar away, so that what follows stands on a line of its own.
func (p *progress) clear() {
	if p.drawn {
		_, _ = fmt.Fprint(p.out, "\r\x1b[K")
		p.drawn = false
	}
}

// bar is a bar of fixed width.
func bar(done, total int64) string {
	const width = 30
	full := int(min(done, total) * width / total)
	return "[" + strings.Repeat("=", full) + strings.Repeat(" ", width-full) + "]"
}

func writef(b *strings.Builder, format string, args ...any) { fmt.Fprintf(b, format, args...) }

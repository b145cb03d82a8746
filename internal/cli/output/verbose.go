package output

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/go-logr/logr"

	"github.com/aicr-flux/aicr/internal/printable"
)

// Logged returns a context by which the library tells what it reads and asks for, if that is wanted.
func (p *Printer) Logged(ctx context.Context) context.Context {
	if !p.Verbose {
		return ctx
	}
	return logr.NewContext(ctx, logr.New(&log{p, time.Now(), nil}))
}

// log prints what the library logs: when, counted from the start, and what. People do not need the
// keys of the values.
type log struct {
	printer *Printer
	start   time.Time
	values  []any
}

// Init implements logr.LogSink.
func (l *log) Init(logr.RuntimeInfo) {}

// Enabled implements logr.LogSink. Libraries log what they send and get at higher levels.
func (l *log) Enabled(level int) bool { return level == 0 }

// Info implements logr.LogSink.
func (l *log) Info(_ int, message string, keysAndValues ...any) {
	var b strings.Builder
	fmt.Fprintf(&b, "%7.3fs  %s", time.Since(l.start).Seconds(), message)
	keysAndValues = slices.Concat(keysAndValues, l.values)
	for i := 1; i < len(keysAndValues); i += 2 {
		if took, is := keysAndValues[i].(time.Duration); is {
			fmt.Fprintf(&b, ", %s", took.Round(time.Millisecond))
		} else {
			b.WriteString(" " + printable.Line(fmt.Sprint(keysAndValues[i])))
		}
	}
	l.printer.Line(b.String())
}

// Error implements logr.LogSink.
func (l *log) Error(err error, message string, keysAndValues ...any) {
	l.Info(0, message, append(keysAndValues, "error", err)...)
}

// WithValues implements logr.LogSink.
func (l *log) WithValues(keysAndValues ...any) logr.LogSink {
	return &log{l.printer, l.start, slices.Concat(l.values, keysAndValues)}
}

// WithName implements logr.LogSink.
func (l *log) WithName(string) logr.LogSink { return l }

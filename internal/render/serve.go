package render

import (
	"context"
	"encoding/gob"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"os/signal"
	"runtime/debug"
	"sync/atomic"
	"syscall"
)

// childArgument makes the program a child. It is the only argument then.
const childArgument = "__render"

func isChild(args []string) bool { return len(args) == 2 && args[1] == childArgument }

// ServeIfChild makes the process a child of Processes, and does not return, where it was started as
// one. main begins with it, and so does the TestMain of tests that use Processes.
func ServeIfChild() {
	if isChild(os.Args) {
		serve(os.Stdin, os.Stdout)
	}
}

// serve answers requests until its parent has ended.
func serve(in io.Reader, out io.Writer) {
	signal.Ignore(os.Interrupt)                    // a terminal sends it to children, too; the parent ends them
	slog.SetDefault(slog.New(slog.DiscardHandler)) // Helm and kustomize log what they think of a chart
	os.Stdout = os.Stderr                          // what a library prints is no answer
	http.DefaultTransport = noNetwork{}            // by which kustomize would fetch what a bundle names
	requests, over := make(chan request), make(chan os.Signal, 1)
	signal.Notify(over, syscall.SIGTERM) // see endWithParent
	// These run beside every template, so that none keeps the child from ending.
	var dir atomic.Value
	parent := os.Getppid()
	leave := func(orphaned bool, status int) {
		if dir, ok := dir.Load().(string); ok && dir != "" && orphaned {
			_ = os.RemoveAll(dir) // nobody else does now
		}
		os.Exit(status) //nolint:forbidigo // a child is a program of its own
	}
	go func() {
		<-over
		leave(os.Getppid() != parent, 128+int(syscall.SIGTERM))
	}()
	go func() {
		for decoder := gob.NewDecoder(in); ; {
			var r request
			if err := decoder.Decode(&r); err != nil {
				leave(true, 0)
			}
			dir.Store(r.Dir)
			requests <- r
		}
	}()
	encoder, limited := gob.NewEncoder(out), false
	for r := range requests {
		if !limited {
			limitMemory(r.Memory)
			limited = true
		}
		r.do(context.Background(), func(a answer) {
			if err := encoder.Encode(a); err != nil {
				os.Exit(1) //nolint:forbidigo // a child is a program of its own
			}
		})
	}
}

// noNetwork refuses every request: a bundle decides nothing about who is asked.
type noNetwork struct{}

func (noNetwork) RoundTrip(r *http.Request) (*http.Response, error) {
	return nil, fmt.Errorf("nothing is fetched from %s to render a bundle", r.URL.Host)
}

// limitMemory ends the process when it would get much larger than most, in bytes.
func limitMemory(most int64) {
	debug.SetMemoryLimit(most / 4 * 3)
	debug.SetMaxStack(int(most / 4))
	limitAddressSpace(most / 4 * 5)
}

package render

import (
	"cmp"
	"context"
	"encoding/gob"
	stderrors "errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"

	"github.com/aicr-flux/aicr/pkg/errors"
)

// child is a running process, seen from its parent.
type child struct {
	process  *exec.Cmd
	stdin    io.Closer
	stdout   io.Closer
	requests *gob.Encoder
	answers  *gob.Decoder
	// left bounds what is read of the answers.
	left   *io.LimitedReader
	stderr *beginning
	// dir is for what must be on disk; empty where none could be made.
	dir string
}

// start starts the running program once more, in a directory of its own, without environment.
func start(dir string) (*child, error) {
	if isChild(os.Args) {
		return nil, errors.New(errors.ErrCodeInternal, "a process that was started to render would start another one: its main lacks render.ServeIfChild")
	}
	executable, err := os.Executable()
	if err != nil {
		return nil, errors.Wrap(errors.ErrCodeInternal, err, "the program cannot be started again to render charts")
	}
	process := exec.Command(executable, childArgument) //nolint:gosec // the running program
	process.Dir = cmp.Or(dir, string(os.PathSeparator))
	process.Env = []string{"GOMAXPROCS=1", "GOGC=400"} // other children work beside it; a collection is not worth it before 16 MiB
	c, err := run(process)
	if err != nil {
		return nil, err
	}
	c.dir = dir
	return c, nil
}

// run starts the process of a child.
func run(process *exec.Cmd) (*child, error) {
	process.SysProcAttr, process.WaitDelay = endWithParent(), time.Second
	c := &child{process: process, stderr: &beginning{}}
	process.Stderr = c.stderr
	stdin, err := process.StdinPipe()
	if err != nil {
		return nil, err
	}
	stdout, err := process.StdoutPipe()
	if err != nil {
		return nil, err
	}
	c.stdin, c.stdout, c.left = stdin, stdout, &io.LimitedReader{R: stdout}
	c.requests, c.answers = gob.NewEncoder(stdin), gob.NewDecoder(c.left)
	return c, errors.Wrap(errors.ErrCodeInternal, process.Start(), "the program cannot be started again to render charts")
}

// beginning keeps of what is written only enough to see how a process of Go ended.
type beginning struct{ text []byte }

func (b *beginning) Write(data []byte) (int, error) {
	const most = 1 << 16
	b.text = append(b.text, data[:min(len(data), most-len(b.text))]...)
	return len(data), nil
}

// watched talks to the child and meanwhile ends it where it takes too long or gets too large, or
// with ctx. It returns why the child ended: "it took longer than 10s". "" means that it goes on.
func (c *child) watched(ctx context.Context, limits Limits, within time.Duration, talk func() error) string {
	const every = 20 * time.Millisecond
	done, verdict := make(chan struct{}), make(chan string)
	go func() {
		late, look := time.NewTimer(within), time.NewTicker(every)
		defer late.Stop()
		defer look.Stop()
		why := ""
		for why == "" {
			select {
			case <-done:
				verdict <- ""
				return
			case <-ctx.Done():
				why = "it was cancelled"
			case <-late.C:
				why = fmt.Sprintf("it took longer than %s", within)
			case <-look.C:
				if c.memory() > limits.Memory {
					why = needsMemory(limits.Memory)
				}
			}
		}
		_ = c.process.Process.Kill()
		_ = c.stdout.Close() // nothing else can hold it open then
		verdict <- why
	}()
	err := talk()
	close(done)
	why := <-verdict
	if why == "" && err != nil {
		why = c.ended(err, limits)
	}
	return why
}

// ended waits for the end of a child that did not answer, and returns how it came.
func (c *child) ended(err error, limits Limits) string {
	if c.left.N <= 0 {
		return fmt.Sprintf("it gave more than %d MiB", limits.Output>>20)
	}
	if !stderrors.Is(err, io.EOF) && !stderrors.Is(err, io.ErrUnexpectedEOF) && !stderrors.Is(err, syscall.EPIPE) {
		return "its process gave an answer that cannot be read"
	}
	impatient := time.AfterFunc(time.Second, func() { _ = c.process.Process.Kill() })
	defer impatient.Stop()
	_ = c.process.Wait()
	for _, last := range []string{"out of memory", "cannot allocate memory", "cannot map pages", "failed to create new OS thread"} {
		if strings.Contains(string(c.stderr.text), last) {
			return needsMemory(limits.Memory)
		}
	}
	if strings.Contains(string(c.stderr.text), "goroutine stack exceeds") {
		return "it nests something too deeply, or calls itself without an end"
	}
	return fmt.Sprintf("its process ended unexpectedly (%s); run again", c.process.ProcessState)
}

func needsMemory(most int64) string {
	if most%(1<<30) == 0 {
		return fmt.Sprintf("it needed more than %d GiB of memory", most>>30)
	}
	return fmt.Sprintf("it needed more than %d MiB of memory", most>>20)
}

// memory is how large the process is, in bytes; 0 where the system does not say.
func (c *child) memory() int64 { return residentMemory(c.process.Process.Pid) }

// end ends the child, whatever it does.
func (c *child) end() {
	_ = c.process.Process.Kill()
	_ = c.stdin.Close()
	_ = c.process.Wait()
}

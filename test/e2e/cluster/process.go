package cluster

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"time"
)

// process is one part of the cluster that runs.
type process struct {
	name   string
	cmd    *exec.Cmd
	log    string
	exited chan struct{}
}

// processes are the parts of a cluster, in the order in which they were started.
type processes struct {
	dir   string
	run   chan func()
	all   []*process
	ended bool
}

// newProcesses keeps logs in dir. Each part is started from one thread that lives as long as the
// cluster, because Linux ends a child with the thread that started it, and not with the process.
func newProcesses(dir string) *processes {
	p := &processes{dir: dir, run: make(chan func())}
	go func() {
		runtime.LockOSThread()
		for f := range p.run {
			f()
		}
	}()
	return p
}

// start runs a part, with its output in a file of its own.
func (p *processes) start(name, file string, env []string, args ...string) error {
	log := filepath.Join(p.dir, name+".log")
	out, err := os.OpenFile(log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer out.Close()
	cmd := exec.Command(file, args...)
	cmd.Dir, cmd.Stdout, cmd.Stderr, cmd.SysProcAttr = p.dir, out, out, ownGroup()
	cmd.Env = append(os.Environ(), env...)
	failed := make(chan error)
	p.run <- func() { failed <- cmd.Start() }
	if err := <-failed; err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	one := &process{name: name, cmd: cmd, log: log, exited: make(chan struct{})}
	p.all = append(p.all, one)
	go func() {
		_ = cmd.Wait()
		close(one.exited)
	}()
	return nil
}

// find returns the last part that was started under the name.
func (p *processes) find(name string) *process {
	for _, one := range slices.Backward(p.all) {
		if one.name == name {
			return one
		}
	}
	return nil
}

// stop ends all parts at once; nothing that they hold is kept.
func (p *processes) stop() {
	if p.ended {
		return
	}
	p.ended = true
	for _, one := range slices.Backward(p.all) {
		_ = one.cmd.Process.Kill()
		<-one.exited
	}
	close(p.run)
}

// until asks again and again until ready says nil, a part of the cluster has ended, or the context
// is over.
func (p *processes) until(ctx context.Context, what string, ready func(context.Context) error) error {
	ticker := time.NewTicker(50 * time.Millisecond)
	defer ticker.Stop()
	for {
		err := ready(ctx)
		if err == nil {
			return nil
		}
		for _, one := range p.all {
			select {
			case <-one.exited:
				if p.find(one.name) == one {
					return fmt.Errorf("%s ended while waiting for %s:\n%s", one.name, what, tail(one.log))
				}
			default:
			}
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("waiting for %s: %w: %w", what, context.Cause(ctx), err)
		case <-ticker.C:
		}
	}
}

// tail is the end of a log.
func tail(file string) string {
	data, err := os.ReadFile(file)
	if err != nil {
		return err.Error()
	}
	return string(data[max(0, len(data)-2000):])
}

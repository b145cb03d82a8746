// Command cluster leaves a cluster to a person: "up" starts it, "down" ends it, and "run" is what
// stays in between.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/gofrs/flock"

	"github.com/aicr-flux/aicr/test/e2e/cluster"
)

func main() {
	if err := run(strings.Join(os.Args[1:], " "), os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// directory is where the one cluster of a user is.
func directory() (string, error) {
	cache, err := os.UserCacheDir()
	return filepath.Join(cache, "aicr-e2e", "up"), err
}

func run(verb string, w io.Writer) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	dir, err := directory()
	if err != nil {
		return err
	}
	switch verb {
	case "up":
		return up(ctx, dir, w)
	case "down":
		return down(ctx, dir, w)
	case "run":
		return stay(ctx, dir)
	}
	return errors.New("use: cluster up|down")
}

// up starts this program once more, out of reach of the terminal, and waits until the cluster is
// there.
func up(ctx context.Context, dir string, w io.Writer) error {
	if running(dir) {
		return fmt.Errorf("a cluster runs already; export KUBECONFIG=%s, or end it with: make e2e-down", kubeconfig(dir))
	}
	if err := errors.Join(os.RemoveAll(dir), os.MkdirAll(dir, 0o700)); err != nil {
		return err
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	// It outlives "go run", which removes its program at the end.
	program := filepath.Join(dir, "cluster")
	data, err := os.ReadFile(self)
	if err == nil {
		err = os.WriteFile(program, data, 0o700)
	}
	if err != nil {
		return err
	}
	log, err := os.Create(filepath.Join(dir, "cluster.log"))
	if err != nil {
		return err
	}
	defer log.Close()
	cmd := exec.Command(program, "run")
	cmd.Stdout, cmd.Stderr, cmd.SysProcAttr = log, log, &syscall.SysProcAttr{Setsid: true}
	if err := cmd.Start(); err != nil {
		return err
	}
	ended := make(chan struct{})
	go func() {
		_ = cmd.Wait()
		close(ended)
	}()
	for {
		if missing, err := os.ReadFile(filepath.Join(dir, "ready")); err == nil {
			fmt.Fprintf(w, "export KUBECONFIG=%s\n# logs are beside it; end it with: make e2e-down\n", kubeconfig(dir))
			if len(missing) > 0 {
				fmt.Fprintf(w, "# without %s, which are not in $%s\n", missing, cluster.BinVariable)
			}
			return nil
		}
		select {
		case <-ended:
			text, err := os.ReadFile(log.Name())
			return errors.Join(fmt.Errorf("the cluster did not start: %s", text), err)
		case <-ctx.Done():
			return errors.Join(ctx.Err(), cmd.Process.Signal(syscall.SIGTERM))
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// stay runs the cluster until a signal comes.
func stay(ctx context.Context, dir string) error {
	lock := lockOf(dir)
	if ok, err := lock.TryLock(); err != nil || !ok {
		return errors.Join(errors.New("a cluster runs already"), err)
	}
	defer lock.Close()
	if err := os.WriteFile(filepath.Join(dir, "pid"), []byte(strconv.Itoa(os.Getpid())), 0o600); err != nil {
		return err
	}
	c, err := cluster.Run(ctx, cluster.Options{Dir: dir})
	if err != nil {
		return err
	}
	defer c.Stop()
	if err := os.WriteFile(filepath.Join(dir, "ready"), []byte(strings.Join(c.Missing, ", ")), 0o600); err != nil {
		return err
	}
	<-ctx.Done()
	return nil
}

// down ends the cluster, waits until nothing of it runs, and removes its files.
func down(ctx context.Context, dir string, w io.Writer) error {
	if !running(dir) {
		fmt.Fprintln(w, "no cluster runs")
		return nil
	}
	data, err := os.ReadFile(filepath.Join(dir, "pid"))
	if err != nil {
		return err
	}
	pid, err := strconv.Atoi(string(data))
	if err == nil {
		err = syscall.Kill(pid, syscall.SIGTERM)
	}
	if err != nil {
		return err
	}
	lock := lockOf(dir)
	defer lock.Close()
	if _, err := lock.TryLockContext(ctx, 100*time.Millisecond); err != nil {
		return err
	}
	return os.RemoveAll(dir)
}

// running reports whether somebody holds the lock, which goes with the process.
func running(dir string) bool {
	if _, err := os.Stat(dir); err != nil {
		return false
	}
	lock := lockOf(dir)
	defer lock.Close()
	ok, err := lock.TryLock()
	return err == nil && !ok
}

func lockOf(dir string) *flock.Flock { return flock.New(filepath.Join(dir, "lock")) }

func kubeconfig(dir string) string { return filepath.Join(dir, "kubeconfig") }

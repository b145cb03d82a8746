package render

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/aicr-flux/aicr/internal/chart"
	"github.com/aicr-flux/aicr/internal/tempdir"
)

const endless = "{{ range 1000000000000000000 }}{{ end }}"

// TestOddChildren gives a job to processes that are no children as they should be.
func TestOddChildren(t *testing.T) {
	for script, want := range map[string]string{
		"yes | head -c 1000; sleep 1000":                   "its process gave an answer that cannot be read",
		"echo; head -c 1000000 /dev/zero; sleep 1000":      "its process gave an answer that cannot be read",
		"head -c 10 >/dev/null; exec >&-; exec sleep 1000": "its process ended unexpectedly (signal: killed); run again",
		"exec <&- >&-; exec sleep 1000":                    "its process ended unexpectedly (signal: killed); run again",
		"exit 3":                                           "its process ended unexpectedly (exit status 3); run again",
		"kill -9 $$":                                       "its process ended unexpectedly (signal: killed); run again",
		"head -c 10 >/dev/null; printf '\\377'; exit":      "its process ended unexpectedly (exit status 0); run again",
		"yes panic: evil >&2":                              "it took longer than 1s",
		"sleep 1000":                                       "it took longer than 1s",
		"echo 'fatal error: out of memory' >&2":            "it needed more than 1 GiB of memory",
	} {
		t.Run(script, func(t *testing.T) {
			t.Parallel()
			p := processes(t, Limits{Chart: time.Second})
			c, err := run(exec.Command("sh", "-c", script))
			if err != nil {
				t.Fatal(err)
			}
			p.idle = []*child{c}
			if e := refused(t, p, quota); e.Message != "rendering stopped: "+want || e.Kind != chart.KindLimit {
				t.Errorf("got %s", e)
			}
			p.limits.Chart = time.Minute // a busy machine is no fault of the chart
			rendered(t, p, quota)        // by a fresh child
		})
	}
}

// TestOneInstallEndsTheChild: the others of its chart are rendered all the same.
func TestOneInstallEndsTheChild(t *testing.T) {
	p := processes(t, Limits{Chart: time.Minute})
	job := jobOf("apiVersion: v1\nkind: A\nname: {{ .Release.Name }}\n{{ if eq .Release.Name \"2\" \"4\" }}{{ repeat 2000000000 \"xy\" }}{{ end }}")
	job.Installs, job.Lint = nil, true
	for i := range 6 {
		job.Installs = append(job.Installs, chart.Install{Release: strconv.Itoa(i)})
	}
	result, err := p.Chart(t.Context(), job)
	if err != nil || len(result.Installs) != 6 {
		t.Fatalf("%+v, %v", result, err)
	}
	for i, in := range result.Installs {
		switch {
		case i == 2 || i == 4:
			if len(in.Errors) != 1 || in.Errors[0].Kind != chart.KindLimit {
				t.Errorf("%d: %+v", i, in)
			}
		case len(in.Manifests) != 1 || in.Manifests[0].Object()["name"] != int64(i):
			t.Errorf("%d: %+v", i, in)
		}
	}
}

// children returns the processes that this one has started to render, by their number in the
// system.
func children(t *testing.T) []int {
	t.Helper()
	var all []int
	found, _ := filepath.Glob("/proc/[0-9]*/cmdline")
	for _, file := range found {
		command, _ := os.ReadFile(file)
		status, _ := os.ReadFile(filepath.Join(filepath.Dir(file), "status"))
		if bytes.HasSuffix(command, []byte(childArgument+"\x00")) && bytes.Contains(status, fmt.Appendf(nil, "\nPPid:\t%d\n", os.Getpid())) {
			pid, _ := strconv.Atoi(filepath.Base(filepath.Dir(file)))
			all = append(all, pid)
		}
	}
	return all
}

// TestChildrenKilledAtRandom renders 100 charts while somebody kills 50 of the processes: each chart
// is rendered, or named. On a slow machine a killer without end would leave none.
func TestChildrenKilledAtRandom(t *testing.T) {
	p, done := processes(t, Limits{}), make(chan struct{})
	var killer, renderers sync.WaitGroup
	killer.Go(func() {
		for left := 50; left > 0; {
			select {
			case <-done:
				return
			case <-time.After(time.Duration(rand.IntN(30)) * time.Millisecond):
			}
			if all := children(t); len(all) > 0 {
				_ = syscall.Kill(all[rand.IntN(len(all))], syscall.SIGKILL)
				left--
			}
		}
	})
	var mutex sync.Mutex
	whole, killed := 0, 0
	for i := range 100 {
		renderers.Go(func() {
			result, err := p.Chart(t.Context(), jobOf(fmt.Sprintf("apiVersion: v1\nkind: A\nname: x{{ range 200000 }}{{ end }}%d", i)))
			if err != nil {
				t.Error(err)
				return
			}
			var errs []*chart.Error
			if result.Err != nil {
				errs = append(errs, result.Err)
			} else {
				errs = result.Installs[0].Errors
			}
			mutex.Lock()
			defer mutex.Unlock()
			switch {
			case len(errs) == 1 && strings.HasPrefix(errs[0].Message, "rendering stopped: its process ended unexpectedly"):
				killed++
			case len(errs) == 0 && result.Installs[0].Manifests[0].Object()["name"] == fmt.Sprintf("x%d", i):
				whole++
			default:
				t.Errorf("%d: %v %+v", i, errs, result)
			}
		})
	}
	renderers.Wait()
	close(done)
	killer.Wait()
	t.Logf("%d rendered, %d killed", whole, killed)
	if whole+killed != 100 || whole == 0 || killed == 0 {
		t.Errorf("%d rendered, %d killed", whole, killed)
	}
}

// TestCancelEndsTheChild: the caller's own end is no fault of the chart.
func TestCancelEndsTheChild(t *testing.T) {
	p := processes(t, Limits{})
	cause := errors.New("enough")
	ctx, cancel := context.WithCancelCause(t.Context())
	go func() {
		for len(children(t)) == 0 && t.Context().Err() == nil {
			time.Sleep(time.Millisecond)
		}
		cancel(cause)
	}()
	if _, err := p.Chart(ctx, jobOf(endless)); !errors.Is(err, cause) {
		t.Errorf("got %v", err)
	}
	if left := children(t); len(left) > 0 {
		t.Errorf("%v are left", left)
	}
	if _, err := p.Chart(ctx, jobOf(quota)); !errors.Is(err, cause) {
		t.Errorf("got %v", err)
	}
	if _, err := p.Build(ctx, ".", nil); !errors.Is(err, cause) {
		t.Errorf("got %v", err)
	}
}

// TestCloseEndsEveryChild, and leaves nothing on the disk.
func TestCloseEndsEveryChild(t *testing.T) {
	p := NewProcesses(Limits{})
	job := jobOf(quota)
	job.Lint = true
	if _, err := p.Chart(t.Context(), job); err != nil {
		t.Fatal(err)
	}
	dir := p.temp.Path
	if len(children(t)) != 1 || dir == "" {
		t.Errorf("%v in %q", children(t), dir)
	}
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(dir); len(children(t)) > 0 || err == nil {
		t.Errorf("%v are left, and %s (%v)", children(t), dir, err)
	}
}

// TestMemoryIsLimitedTwice: a child limits itself, and its parent watches it.
func TestMemoryIsLimitedTwice(t *testing.T) {
	if testing.Short() {
		t.Skip("it fills memory, and the race detector ends a process in words of its own")
	}
	const little, much = 256 << 20, 64 << 30
	for name, test := range map[string]struct {
		own, parents int64
		template     string
	}{
		"itself":     {little, much, `{{ repeat 1000000000 "xyz" }}`},
		"its parent": {much, little, `{{ $x := list }}{{ range 1000000 }}{{ $x = append $x (repeat 100000 "x") }}{{ end }}`},
	} {
		t.Run(name, func(t *testing.T) {
			c, err := start("")
			if err != nil {
				t.Fatal(err)
			}
			defer c.end()
			job, limits := jobOf(test.template), Limits{Memory: test.parents, Output: 1 << 20}
			c.left.N = limits.Output
			ended := c.watched(t.Context(), limits, time.Hour, func() error {
				return errors.Join(c.requests.Encode(request{Memory: test.own, Chart: &job}), c.answers.Decode(&answer{}), c.answers.Decode(&answer{}))
			})
			if !strings.HasPrefix(ended, "it needed more than ") {
				t.Errorf("got %q", ended)
			}
		})
	}
}

// TestChildEndsWithItsInput, in the middle of a template.
func TestChildEndsWithItsInput(t *testing.T) {
	c, err := start("")
	if err != nil {
		t.Fatal(err)
	}
	job := jobOf(endless)
	if err := c.requests.Encode(request{Memory: 1 << 30, Chart: &job}); err != nil {
		t.Fatal(err)
	}
	c.left.N = 1 << 20
	if err := c.answers.Decode(&answer{}); err != nil { // it is loaded, and now the template runs
		t.Fatal(err)
	}
	_ = c.stdin.Close()
	if err := c.process.Wait(); err != nil {
		t.Error(err)
	}
}

// TestChildEndsWithItsParent kills a process that renders, and wants its child to end and to leave
// nothing on the disk.
func TestChildEndsWithItsParent(t *testing.T) {
	parent := exec.CommandContext(t.Context(), os.Args[0], "-test.run", "^$")
	parent.Env = append(os.Environ(), parentVariable+"=1")
	out, err := parent.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := parent.Start(); err != nil {
		t.Fatal(err)
	}
	var pid int
	var dir string
	if _, err := fmt.Fscanln(out, &pid, &dir); err != nil {
		t.Fatal(err)
	}
	if err := parent.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = parent.Wait()
	for alive(pid) && t.Context().Err() == nil {
		time.Sleep(time.Millisecond)
	}
	// The child removes the directory, or the next run does where the child was ended too early.
	next, err := tempdir.Make("", "aicr-render")
	if err != nil {
		t.Fatal(err)
	}
	defer next.Remove()
	if _, err := os.Stat(dir); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%s is left behind: %v", dir, err)
	}
}

func alive(pid int) bool {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	fields := strings.Fields(string(status))
	return err == nil && len(fields) > 2 && !slices.Contains([]string{"Z", "X"}, fields[2])
}

// TestNoChildOfAChild: a program whose main does not begin with ServeIfChild would start itself
// again and again.
func TestNoChildOfAChild(t *testing.T) {
	args := os.Args
	defer func() { os.Args = args }()
	os.Args = []string{args[0], childArgument}
	if _, err := processes(t, Limits{}).Chart(t.Context(), jobOf(quota)); err == nil || !strings.Contains(err.Error(), "ServeIfChild") {
		t.Errorf("got %v", err)
	}
}

// TestHazard72_GigabytesAtOnce lets 24 charts make gigabytes, each in one call of a function, where
// the system gives no more than 9 GB to a process.
func TestHazard72_GigabytesAtOnce(t *testing.T) {
	if testing.Short() {
		t.Skip("it fills memory, and the race detector ends a process in words of its own")
	}
	limitOwnAddressSpace(t, 9_000_000<<10)
	p := processes(t, Limits{Chart: time.Minute})
	var group sync.WaitGroup
	for _, call := range []string{
		`repeat 2000000000 "xy"`, `indent 2000000000 "x"`, `nindent 2000000000 "x"`, `randBytes 2000000000`, `randAlphaNum 2000000000`,
		`randAlpha 2000000000`, `randAscii 2000000000`, `randNumeric 2000000000`, `until 1000000000`, `untilStep 0 1000000000 1`, `seq 1 1000000000`,
		`repeat 50000000 "a b " | splitList " "`, `repeat 200000000 "abcdefghij" | b64enc`, `repeat 900000000 "a" | upper | lower | quote`,
		`repeat 1500000000 "a" | trim`, `repeat 400000000 "a" | replace "a" "bcd"`, `repeat 600000000 "a" | b32enc`, `repeat 300000000 "a" | toJson`,
		`repeat 40000000 "a," | split ","`, `until 100000000 | join ","`, `until 100000000 | toJson`, `repeat 300000000 "a\n" | indent 8`,
		`printf "%s%s" (repeat 600000000 "a") (repeat 600000000 "b")`, `cat (repeat 600000000 "a") (repeat 600000000 "b")`,
	} {
		group.Go(func() {
			if e := refused(t, p, "{{ "+call+" }}"); e.Message != "rendering stopped: it needed more than 1 GiB of memory" {
				t.Errorf("%s: %s", call, e)
			}
			rendered(t, p, quota)
		})
	}
	group.Wait()
}

// limitOwnAddressSpace does what ulimit -v does, for the time of the test.
func limitOwnAddressSpace(t *testing.T, most uint64) {
	t.Helper()
	var before syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_AS, &before); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Setrlimit(syscall.RLIMIT_AS, &syscall.Rlimit{Cur: most, Max: before.Max}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = syscall.Setrlimit(syscall.RLIMIT_AS, &before) })
}

package cluster_test

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/aicr-flux/aicr/test/e2e/cluster"
)

// childVariable makes this test the one that will be killed.
const childVariable = "E2E_TEST_CHILD"

// Nothing of a cluster runs on when the program that started it is killed.
func TestNothingOutlivesTheTest(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("only Linux ends a child with its parent")
	}
	o := cluster.Options{Dir: os.Getenv(childVariable), Without: cluster.FluxParts()}
	if o.Dir != "" {
		c := cluster.Start(t, o)
		fmt.Println("started")
		<-t.Context().Done()
		c.Stop()
		return
	}
	dir := t.TempDir()
	child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^"+t.Name()+"$")
	child.Env = append(os.Environ(), childVariable+"="+dir)
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for lines.Scan() && !strings.Contains(lines.Text(), "started") {
		t.Log(lines.Text())
	}
	if before := programsIn(t, dir); len(before) != 5 {
		t.Fatalf("there run %v", before)
	}
	_ = child.Process.Kill()
	_ = child.Wait()
	for len(programsIn(t, dir)) > 0 { // the test's own limit ends this
		time.Sleep(50 * time.Millisecond)
	}
}

// programsIn are the processes whose working directory it is.
func programsIn(t *testing.T, dir string) (programs []string) {
	t.Helper()
	links, err := filepath.Glob("/proc/[0-9]*/cwd")
	if err != nil {
		t.Fatal(err)
	}
	for _, link := range links {
		if at, err := os.Readlink(link); err == nil && at == dir {
			name, _ := os.ReadFile(filepath.Join(filepath.Dir(link), "comm"))
			programs = append(programs, strings.TrimSpace(string(name)))
		}
	}
	slices.Sort(programs)
	return programs
}

// A cluster has nodes that are ready, and every controller of Flux that is there.
func TestStart(t *testing.T) {
	c := cluster.Start(t, cluster.Options{})
	nodes := &corev1.NodeList{}
	if err := c.Client.List(t.Context(), nodes); err != nil || len(nodes.Items) != 2 {
		t.Errorf("%d nodes, %v", len(nodes.Items), err)
	}
	for _, part := range cluster.FluxParts() {
		log, err := os.ReadFile(c.LogFile(part))
		if runs := err == nil && len(log) > 0; runs == slices.Contains(c.Missing, part) {
			t.Errorf("%s runs: %v, missing are %v", part, runs, c.Missing)
		}
	}
}

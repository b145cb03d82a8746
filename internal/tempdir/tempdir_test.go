package tempdir_test

import (
	"bufio"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aicr-flux/aicr/internal/tempdir"
)

// The test binary is also the program that is killed: it makes a directory in the place that the
// variable names, or writes files there over and over.
const (
	makeIn  = "AICR_TEST_MAKE_IN"
	writeIn = "AICR_TEST_WRITE_IN"
)

func TestMain(m *testing.M) {
	switch {
	case os.Getenv(makeIn) != "":
		d, err := tempdir.Make(os.Getenv(makeIn), "kind")
		if err != nil {
			panic(err)
		}
		fmt.Println(d.Path)
		time.Sleep(time.Hour) // until it is killed: nothing else runs, so to block is a deadlock that ends it
		runtime.KeepAlive(d)  // with the lock
	case os.Getenv(writeIn) != "":
		fmt.Println("begins")
		for i := 0; ; i++ {
			if err := tempdir.WriteFile(filepath.Join(os.Getenv(writeIn), "file.yaml"), []byte(strings.Repeat("x", 100_000)), 0o644); err != nil {
				panic(err)
			}
		}
	}
	os.Exit(m.Run())
}

// start runs the test binary as that program and returns its first line.
func start(t *testing.T, env, dir string) (*exec.Cmd, string) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), env+"="+dir)
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { kill(cmd) })
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	return cmd, strings.TrimSuffix(line, "\n")
}

func kill(cmd *exec.Cmd) {
	_ = cmd.Process.Kill()
	_ = cmd.Wait()
}

func there(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

func TestHazard54_WhatAKilledRunLeftIsRemovedByTheNext(t *testing.T) {
	parent := t.TempDir()
	for _, name := range []string{"kind-mine", "kind-", "other-1"} {
		if err := os.Mkdir(filepath.Join(parent, name), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(parent, "kind-2"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	dead, left := start(t, makeIn, parent)
	_, alive := start(t, makeIn, parent)
	kill(dead)
	if err := os.WriteFile(filepath.Join(left, "x"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	d, err := tempdir.Make(parent, "kind")
	if err != nil {
		t.Fatal(err)
	}
	if there(left) {
		t.Error("what the killed run left is still there")
	}
	for _, path := range []string{alive, d.Path, filepath.Join(parent, "kind-mine"), filepath.Join(parent, "kind-"), filepath.Join(parent, "other-1"), filepath.Join(parent, "kind-2")} {
		if !there(path) {
			t.Errorf("%s is gone", path)
		}
	}
	for range 2 {
		if err := d.Remove(); err != nil || there(d.Path) {
			t.Errorf("not removed: %v", err)
		}
	}
}

// Runs that begin at once take nothing from each other, also before a directory is locked.
func TestMakeAtOnce(t *testing.T) {
	parent := t.TempDir()
	var all sync.WaitGroup
	for range 16 {
		all.Go(func() {
			for range 50 {
				d, err := tempdir.Make(parent, "kind")
				if err == nil {
					err = os.WriteFile(filepath.Join(d.Path, "x"), nil, 0o600)
				}
				if err == nil {
					_, err = os.ReadFile(filepath.Join(d.Path, "x"))
				}
				if err == nil {
					err = d.Remove()
				}
				if err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	all.Wait()
	if left, _ := os.ReadDir(parent); len(left) > 0 {
		t.Errorf("left %v", left)
	}
}

// A file is whole whenever its writer is killed, and one more run leaves nothing else.
func TestHazard54_KilledWhileItWritesAFile(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	dir := t.TempDir()
	file := filepath.Join(dir, "file.yaml")
	for range 20 {
		cmd, _ := start(t, writeIn, dir)
		time.Sleep(time.Duration(random.IntN(3000)) * time.Microsecond)
		kill(cmd)
		if data, err := os.ReadFile(file); err == nil && len(data) != 100_000 {
			t.Fatalf("the file has %d bytes", len(data))
		}
	}
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(file, 0o640); err != nil {
		t.Fatal(err)
	}
	if err := tempdir.WriteFile(file, []byte("new"), 0o644); err != nil {
		t.Fatal(err)
	}
	left, err := os.ReadDir(dir)
	if err != nil || len(left) != 1 {
		t.Errorf("left %v: %v", left, err)
	}
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o640 || info.Size() != 3 {
		t.Errorf("%v: %v", info, err)
	}
}

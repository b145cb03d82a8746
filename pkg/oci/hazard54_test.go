package oci

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"testing"
	"time"
)

// The variables by which a test runs its own program again as one that pulls over and over.
const (
	pullFrom = "AICR_TEST_PULL_FROM"
	pullInto = "AICR_TEST_PULL_INTO"
)

func runPuller() {
	for first := true; ; first = false {
		ref := Reference{Registry: os.Getenv(pullFrom), Repository: "org/bundle", Tag: "v1"}
		pulled, err := Pull(context.Background(), ref, PullOptions{Connection: plain(), TempDir: os.Getenv(pullInto)})
		if err != nil {
			panic(err)
		}
		if first {
			fmt.Println("begins")
		}
		if err := pulled.Close(); err != nil {
			panic(err)
		}
	}
}

// What pulls that were killed have unpacked is removed by the next.
func TestHazard54_KilledPullsLeaveNothingForEver(t *testing.T) {
	r := newRegistry(t)
	mustPush(t, r.ref("v1"), version(t, 1), PushOptions{Connection: plain()})
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	dir := noLeftovers(t)
	left := 0
	for range 20 {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), pullFrom+"="+r.host, pullInto+"="+dir)
		out, err := cmd.StdoutPipe()
		if err == nil {
			err = cmd.Start()
		}
		if err != nil {
			t.Fatal(err)
		}
		if _, err := bufio.NewReader(out).ReadString('\n'); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Duration(random.IntN(5000)) * time.Microsecond)
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		entries, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		left += len(entries)
	}
	if left == 0 {
		t.Log("no killed pull has left anything")
	}
	pulled, err := Pull(t.Context(), r.ref("v1"), PullOptions{Connection: plain(), TempDir: dir})
	if err != nil {
		t.Fatal(err)
	}
	if err := pulled.Close(); err != nil {
		t.Fatal(err)
	}
}

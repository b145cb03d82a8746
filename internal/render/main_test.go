package render

import (
	"errors"
	"fmt"
	"os"
	"testing"
	"time"
)

// TestMain lets the test binary be the children of Processes, and a parent that a test can kill.
func TestMain(m *testing.M) {
	ServeIfChild()
	if os.Getenv(parentVariable) != "" {
		beParent()
		return
	}
	os.Exit(m.Run())
}

const parentVariable = "AICR_TEST_PARENT"

// beParent renders a chart that never ends, and prints the number of the process that does, and its
// directory.
func beParent() {
	dir, _ := os.MkdirTemp("", "aicr-render-*")
	c, err := start(dir)
	if err != nil {
		fmt.Println(err)
		return
	}
	job := jobOf(endless)
	c.left.N = 1 << 20
	if err := errors.Join(c.requests.Encode(request{Memory: 1 << 30, Dir: dir, Chart: &job}), c.answers.Decode(&answer{})); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(c.process.Process.Pid, dir)
	time.Sleep(time.Hour) // until it is killed
}

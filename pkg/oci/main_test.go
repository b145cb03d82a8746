package oci

import (
	"io"
	"log"
	"os"
	"testing"
)

func TestMain(m *testing.M) {
	// The registry of the tests writes there what a test does to it.
	log.SetOutput(io.Discard)
	if os.Getenv(pullFrom) != "" {
		runPuller()
	}
	if done := runChild(); done {
		return
	}
	os.Exit(m.Run())
}

package chartpull

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"testing"
)

func contextOfTests() context.Context { return context.Background() }

func TestMain(m *testing.M) {
	if url := os.Getenv("CHARTPULL_RUN"); url != "" {
		n, _ := strconv.Atoi(os.Getenv("CHARTPULL_N"))
		if err := run(url, os.Getenv("CHARTPULL_CACHE"), n); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	status := m.Run()
	if builtHelm != "" {
		os.RemoveAll(builtHelm)
	}
	os.Exit(status)
}

package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/aicr-flux/aicr/test/corpus"
)

// build builds the program as make build does.
func build(b *testing.B) string {
	b.Helper()
	bin := filepath.Join(b.TempDir(), "aicr")
	cmd := exec.Command("go", "build", "-trimpath", "-ldflags", "-s -w", "-o", bin, ".")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		b.Fatalf("%v\n%s", err, out)
	}
	info, err := os.Stat(bin)
	if err != nil {
		b.Fatal(err)
	}
	b.Logf("binary: %.1f MB", float64(info.Size())/1e6)
	return bin
}

// run measures whole processes, as users feel them: wall-clock time from outside, and the time of
// processors and the peak of memory that the system accounts.
func run(b *testing.B, bin string, args func(i int) []string) {
	b.Helper()
	var wall, cpu time.Duration
	var peak int64
	runs := 0
	for b.Loop() {
		cmd := exec.Command(bin, args(runs)...)
		start := time.Now()
		if out, err := cmd.CombinedOutput(); err != nil {
			b.Fatalf("%v\n%s", err, out)
		}
		wall += time.Since(start)
		cpu += cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
		runs++
		if usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
			peak = max(peak, usage.Maxrss)
		}
	}
	b.ReportMetric(float64(wall.Microseconds())/1000/float64(runs), "ms/run")
	b.ReportMetric(float64(cpu.Microseconds())/1000/float64(runs), "cpu-ms/run")
	b.ReportMetric(float64(peak)/1024, "peak-MiB")
}

// BenchmarkProcessHelp is what every start costs.
func BenchmarkProcessHelp(b *testing.B) {
	run(b, build(b), func(int) []string { return []string{"--help"} })
}

// BenchmarkProcessBundle is the largest recipe of the corpus into a new
// directory.
func BenchmarkProcessBundle(b *testing.B) {
	rec := corpus.Largest(b)
	bin, dir := build(b), b.TempDir()
	run(b, bin, func(i int) []string {
		return []string{"bundle", "-r", rec.File, "--data", rec.Data, "-o", filepath.Join(dir, strconv.Itoa(i))}
	})
}

// BenchmarkProcessComponents says whether the cost grows with the recipe and
// not faster.
func BenchmarkProcessComponents(b *testing.B) {
	bin := build(b)
	for _, n := range []int{10, 100, 1000, 10000} {
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			dir := b.TempDir()
			recipe := filepath.Join(dir, "recipe.yaml")
			if err := os.WriteFile(recipe, []byte(recipeOf(n)), 0o600); err != nil {
				b.Fatal(err)
			}
			run(b, bin, func(i int) []string {
				return []string{"bundle", "-r", recipe, "-o", filepath.Join(dir, strconv.Itoa(i))}
			})
			b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/float64(n), "µs/component")
		})
	}
}

func recipeOf(n int) string {
	var r strings.Builder
	r.WriteString("componentRefs:\n")
	for i := range n {
		fmt.Fprintf(&r, `- name: comp-%05d
  namespace: ns-%d
  source: https://charts%d.example.com/stable
  chart: chart-%d
  version: 1.%d.0
  overrides: {replicas: %d, image: {repository: registry.example.com/app, tag: v1.2.3}, resources: {limits: {cpu: 500m, memory: 1Gi}}}
`, i, i%50, i%20, i%100, i%30, i%5)
	}
	return r.String()
}

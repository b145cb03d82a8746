package bundle

import (
	"bytes"
	"fmt"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// sample is a set of n files of the given size in a third as many directories.
func sample(tb testing.TB, n, size int) *Files {
	tb.Helper()
	files := &Files{}
	if err := files.Add("kustomization.yaml", []byte("resources: []\n")); err != nil {
		tb.Fatal(err)
	}
	for i := 1; i < n; i++ {
		data := bytes.Repeat(fmt.Appendf(nil, "line: %d\n", i), size/9)
		if err := files.Add(fmt.Sprintf("component-%d/templates/file-%d.yaml", i/3, i%3), data); err != nil {
			tb.Fatal(err)
		}
	}
	return files
}

func BenchmarkWrite(b *testing.B) {
	for _, size := range []struct{ files, bytes int }{{70, 17 << 10}, {20000, 500}} {
		files := sample(b, size.files, size.bytes)
		b.Run(fmt.Sprintf("fresh/%d", size.files), func(b *testing.B) {
			root := b.TempDir()
			for i := 0; b.Loop(); i++ {
				mustWrite(b, filepath.Join(root, fmt.Sprint(i)), files, owned)
			}
		})
		b.Run(fmt.Sprintf("rerun/%d", size.files), func(b *testing.B) {
			dir := b.TempDir()
			for b.Loop() {
				mustWrite(b, dir, files, owned)
			}
		})
	}
}

// BenchmarkWriteAndCopy compares a new bundle of 1,000 components with cp -r of it, run in turn:
// the disk is not equally fast at all times.
func BenchmarkWriteAndCopy(b *testing.B) {
	files := &Files{}
	for i := range 1000 {
		if err := files.Add(fmt.Sprintf("comp-%05d/helmrelease.yaml", i), bytes.Repeat([]byte("line: 1\n"), 100)); err != nil {
			b.Fatal(err)
		}
	}
	root := b.TempDir()
	source := filepath.Join(root, "source")
	mustWrite(b, source, files, owned)
	var written, copied time.Duration
	for i := 0; b.Loop(); i++ {
		start := time.Now()
		mustWrite(b, filepath.Join(root, fmt.Sprint("written", i)), files, owned)
		written += time.Since(start)
		start = time.Now()
		if out, err := exec.Command("cp", "-r", source, filepath.Join(root, fmt.Sprint("copied", i))).CombinedOutput(); err != nil {
			b.Fatalf("%v\n%s", err, out)
		}
		copied += time.Since(start)
	}
	b.ReportMetric(float64(written.Microseconds())/1000/float64(b.N), "ms/write")
	b.ReportMetric(float64(copied.Microseconds())/1000/float64(b.N), "ms/cp")
	b.ReportMetric(float64(written)/float64(copied), "write/cp")
}

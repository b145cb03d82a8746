package oci

import (
	"context"
	"io"
	"log"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/google/go-containerregistry/pkg/registry"

	"github.com/aicr-flux/aicr/pkg/bundle"
)

// discarding is a registry that keeps no blob, so that it holds any amount.
func discarding(t testing.TB) *testRegistry {
	return newRegistryOver(t, registry.New(registry.Logger(log.New(io.Discard, "", 0)),
		registry.WithBlobHandler(registry.NewDiskBlobHandler(t.TempDir()))), httptest.NewServer)
}

func writeLarge(t testing.TB, size int64) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "bundle")
	if _, err := bundle.Write(context.Background(), dir, large(t, size), bundle.WriteOptions{Checksums: true, Owner: "kustomization.yaml"}); err != nil {
		t.Fatal(err)
	}
	return dir
}

// peakOfPush is the most memory of a process that pushes a bundle of size bytes, in MiB.
func peakOfPush(t testing.TB, size int64) int {
	t.Helper()
	if _, err := exec.LookPath("sh"); err != nil || runtime.GOOS != "linux" {
		t.Skip("nothing here tells how much memory a process had")
	}
	_, peak := inChild(t, `exec "$0"`, writeLarge(t, size), childRegistry+"="+discarding(t).host)
	return peak >> 10
}

// The memory of a push does not grow with the artifact.
func TestMemoryDoesNotGrow(t *testing.T) {
	if raceDetector {
		t.Skip("the race detector takes memory for everything that was ever touched")
	}
	little, much := peakOfPush(t, 8<<20), peakOfPush(t, 64<<20)
	if much > little+16 || much > 64 {
		t.Errorf("8 MiB take %d MiB, 64 MiB take %d MiB", little, much)
	}
}

// BenchmarkPush200MB reports the most memory that a process had which pushed 200 MB of vendored
// charts; it must not be over 64 MiB.
func BenchmarkPush200MB(b *testing.B) {
	for b.Loop() {
		peak := peakOfPush(b, 200_000_000)
		b.ReportMetric(float64(peak), "MiB-peak")
		if peak > 64 {
			b.Errorf("%d MiB", peak)
		}
	}
}

// BenchmarkPack packs the same files as BenchmarkTarGzip, which must not be more than twice as
// fast: charts that are packed already, and text.
func BenchmarkPack(b *testing.B) {
	for _, c := range packed() {
		b.Run(c.name, func(b *testing.B) {
			dir := c.make(b)
			files := readDir(b, dir)
			b.SetBytes(files.Size())
			for b.Loop() {
				a, err := Pack(b.Context(), files, PackOptions{})
				if err != nil {
					b.Fatal(err)
				}
				a.Close()
			}
		})
	}
}

func BenchmarkTarGzip(b *testing.B) {
	for _, program := range []string{"sh", "tar", "gzip"} {
		if _, err := exec.LookPath(program); err != nil {
			b.Skip(err)
		}
	}
	for _, c := range packed() {
		b.Run(c.name, func(b *testing.B) {
			dir := c.make(b)
			b.SetBytes(readDir(b, dir).Size())
			out := filepath.Join(b.TempDir(), "out.tgz")
			for b.Loop() {
				cmd := exec.CommandContext(b.Context(), "sh", "-c", `tar c . | gzip -1 > "$0"`, out)
				cmd.Dir, cmd.Stderr = dir, os.Stderr
				if err := cmd.Run(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

type sample struct {
	name string
	make func(testing.TB) string
}

func packed() []sample {
	return []sample{
		{"charts", func(t testing.TB) string { return writeLarge(t, 64<<20) }},
		{"text", func(t testing.TB) string {
			// What recipes and templates look like: this package's own sources.
			sources, err := filepath.Glob("*.go")
			if err != nil {
				t.Fatal(err)
			}
			files := set(t, map[string]string{"kustomization.yaml": "resources: []\n"})
			for i := range 64 {
				for _, source := range sources {
					data, err := os.ReadFile(source)
					if err != nil {
						t.Fatal(err)
					}
					if err := files.Add(filepath.Join("copy-"+string(rune('A'+i/26))+string(rune('a'+i%26))+"-"+source, "file.txt"), data); err != nil {
						t.Fatal(err)
					}
				}
			}
			dir := filepath.Join(t.TempDir(), "bundle")
			if _, err := bundle.Write(context.Background(), dir, files, bundle.WriteOptions{Checksums: true, Owner: "kustomization.yaml"}); err != nil {
				t.Fatal(err)
			}
			return dir
		}},
	}
}

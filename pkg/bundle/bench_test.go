package bundle

import (
	"bytes"
	"fmt"
	"path/filepath"
	"testing"
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
		o := WriteOptions{Checksums: true, Owner: "kustomization.yaml"}
		b.Run(fmt.Sprintf("fresh/%d", size.files), func(b *testing.B) {
			root := b.TempDir()
			for i := 0; b.Loop(); i++ {
				if _, err := Write(b.Context(), filepath.Join(root, fmt.Sprint(i)), files, o); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(fmt.Sprintf("rerun/%d", size.files), func(b *testing.B) {
			dir := b.TempDir()
			for b.Loop() {
				if _, err := Write(b.Context(), dir, files, o); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// Package charttest packs charts for tests, also broken and hostile ones.
package charttest

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"testing"
)

// File is an entry of an archive. The zero Kind is a regular file.
type File struct {
	Name, Data string
	Kind       byte
	Link       string
}

// Archive packs entries as they are.
func Archive(t testing.TB, files ...File) []byte {
	t.Helper()
	var packed bytes.Buffer
	z, _ := gzip.NewWriterLevel(&packed, gzip.BestSpeed)
	w := tar.NewWriter(z)
	for _, f := range files {
		h := &tar.Header{Name: f.Name, Typeflag: f.Kind, Linkname: f.Link, Mode: 0o644}
		switch f.Kind {
		case 0, tar.TypeReg:
			h.Typeflag, h.Size = tar.TypeReg, int64(len(f.Data))
		case tar.TypeXGlobalHeader:
			h = &tar.Header{Typeflag: f.Kind, PAXRecords: map[string]string{"comment": "0123"}}
		}
		if err := w.WriteHeader(h); err != nil {
			t.Fatal(err)
		}
		if h.Typeflag == tar.TypeReg {
			if _, err := io.WriteString(w, f.Data); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := errors.Join(w.Close(), z.Close()); err != nil {
		t.Fatal(err)
	}
	return packed.Bytes()
}

// ChartYAML is the Chart.yaml of a chart.
func ChartYAML(name, version string) File {
	return File{Name: name + "/Chart.yaml", Data: fmt.Sprintf("apiVersion: v2\nname: %s\nversion: %q\n", name, version)}
}

// Chart packs a chart, and more files with it.
func Chart(t testing.TB, name, version string, more ...File) []byte {
	t.Helper()
	return Archive(t, append([]File{
		ChartYAML(name, version), {Name: name + "/values.yaml", Data: "a: 1\n"}, {Name: name + "/templates/cm.yaml", Data: "kind: ConfigMap\n"},
	}, more...)...)
}

// Bomb is a chart of n files of fileMiB MiB each, of which little was ever compressed: gzip
// archives can be joined.
func Bomb(t testing.TB, name string, n, fileMiB int) []byte {
	t.Helper()
	zip := func(data []byte) []byte {
		var packed bytes.Buffer
		z := gzip.NewWriter(&packed)
		if _, err := z.Write(data); err != nil {
			t.Fatal(err)
		}
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
		return packed.Bytes()
	}
	mib := zip(make([]byte, 1<<20))
	var packed bytes.Buffer
	for i := range n {
		var header bytes.Buffer
		if err := tar.NewWriter(&header).WriteHeader(&tar.Header{Name: fmt.Sprintf("%s/%d", name, i), Typeflag: tar.TypeReg, Size: int64(fileMiB) << 20}); err != nil {
			t.Fatal(err)
		}
		packed.Write(zip(header.Bytes()))
		packed.Write(bytes.Repeat(mib, fileMiB))
	}
	return packed.Bytes()
}

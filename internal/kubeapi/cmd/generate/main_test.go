package main

import (
	"compress/gzip"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"testing"
)

// TestFilesAreWhatTheGeneratorMakes reads the modules that the files are of. Nothing is downloaded for
// it.
func TestFilesAreWhatTheGeneratorMakes(t *testing.T) {
	t.Setenv("GOPROXY", "off")
	all, err := generate()
	if err != nil {
		t.Skipf("SKIPPED: a module is not in the cache, run go generate ./internal/kubeapi to bring it there: %v", err)
	}
	for file, content := range map[string]any{"kinds.json.gz": all, "definitions.json.gz": all.definitions} {
		want, err := json.Marshal(content)
		if err != nil {
			t.Fatal(err)
		}
		if string(unpacked(t, file)) != string(want) {
			t.Errorf("%s is not what the generator makes: run go generate ./internal/kubeapi", file)
		}
	}
}

func unpacked(t *testing.T, file string) []byte {
	t.Helper()
	packed, err := os.Open(filepath.Join("..", "..", file))
	if err != nil {
		t.Fatal(err)
	}
	defer packed.Close()
	text, err := gzip.NewReader(packed)
	if err != nil {
		t.Fatal(err)
	}
	data, err := io.ReadAll(text)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

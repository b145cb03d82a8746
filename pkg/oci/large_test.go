package oci

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"math/rand/v2"
	"testing"

	"github.com/aicr-flux/aicr/pkg/bundle"
)

// large is a set of vendored charts of 4 MiB, which no gzip makes smaller, and of manifests, of
// size bytes altogether. Nothing of it is in memory.
func large(t testing.TB, size int64) *bundle.Files {
	t.Helper()
	files := set(t, map[string]string{"kustomization.yaml": "resources: []\n"})
	const piece = 4 << 20
	for i := int64(0); i < size/piece; i++ {
		open := func() (io.ReadCloser, error) {
			return io.NopCloser(io.LimitReader(rand.NewChaCha8([32]byte{byte(i), byte(i >> 8)}), piece)), nil
		}
		content, _ := open()
		hash := sha256.New()
		if _, err := io.Copy(hash, content); err != nil {
			t.Fatal(err)
		}
		err := files.AddFile(bundle.File{
			Path: fmt.Sprintf("component-%d/charts/chart-1.0.0.tgz", i),
			Open: open, Size: piece, SHA256: hex.EncodeToString(hash.Sum(nil)),
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return files
}

package rollout_test

import (
	"os"
	"testing"

	"github.com/aicr-flux/aicr/internal/rollout"
)

func TestX(t *testing.T) {
	r, err := rollout.Read(t.Context(), os.DirFS(os.Getenv("B")))
	if err != nil { t.Fatal(err) }
	t.Log(len(r.Objects), len(r.Releases), r.Broken, r.Listing.Plain, r.Listing.Annotations)
	for _, rel := range r.Releases { s := r.ChartSource(rel, ""); t.Log(rel.Name, rel.ReleaseName, s.Origin, s.Dir, s.RepositoryPath, s.Repository, len(s.Files), s.Problems) }
}
func BenchmarkRead(b *testing.B) {
	for b.Loop() { rollout.Read(b.Context(), os.DirFS(os.Getenv("B"))) }
}

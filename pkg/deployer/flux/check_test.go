package flux_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/aicr-flux/aicr/pkg/bundle"
)

// TestNothingIsWrittenThatIsNotApproved lets a check refuse a bundle, new and
// already there.
func TestNothingIsWrittenThatIsNotApproved(t *testing.T) {
	refused := errors.New("refused")
	dir := filepath.Join(t.TempDir(), "out")
	var seen int
	g := newGenerator(chartRef("a"))
	g.Check = func(_ context.Context, files *bundle.Files) error {
		seen = files.Len()
		return refused
	}
	if _, err := g.Generate(t.Context(), dir); !errors.Is(err, refused) {
		t.Errorf("got %v", err)
	}
	if _, err := os.Stat(dir); !os.IsNotExist(err) || seen == 0 {
		t.Errorf("the directory: %v; the check saw %d files", err, seen)
	}
	g.Check = nil
	if _, err := g.Generate(t.Context(), dir); err != nil {
		t.Fatal(err)
	}
	g.Check = func(context.Context, *bundle.Files) error { return refused }
	if _, err := g.Generate(t.Context(), dir); !errors.Is(err, refused) {
		t.Errorf("an unchanged bundle: %v", err)
	}
}

package chartpull_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aicr-flux/aicr/pkg/chartpull"
	"github.com/aicr-flux/aicr/pkg/config"
	"github.com/aicr-flux/aicr/pkg/errors"
)

// TestContradictionsAndCAFilesAreChecked all at once.
func TestContradictionsAndCAFilesAreChecked(t *testing.T) {
	if err := chartpull.Check(config.ChartPull{HelmBin: "h", Jobs: 1, Offline: true, ChartPlainHTTP: true}); err != nil {
		t.Error(err)
	}
	empty := filepath.Join(t.TempDir(), "empty.pem")
	if err := os.WriteFile(empty, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for file, says := range map[string]string{
		empty: "holds no certificate in PEM form",
		filepath.Join(filepath.Dir(empty), "none.pem"): "does not exist",
	} {
		err := chartpull.Check(config.ChartPull{Jobs: -1, NoCache: true, Offline: true, ChartCAFile: file})
		if errors.CodeOf(err) != errors.ErrCodeInvalidRequest {
			t.Fatalf("got %v", err)
		}
		for _, word := range []string{"`Jobs` is -1", "`Offline` reads only the cache", "`ChartCAFile`", file, says} {
			if !strings.Contains(err.Error(), word) {
				t.Errorf("%q does not say %q", err, word)
			}
		}
	}
}

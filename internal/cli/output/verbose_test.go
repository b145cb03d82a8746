package output

import (
	"errors"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/go-logr/logr"

	"github.com/aicr-flux/aicr/pkg/oci"
)

// TestLogged_OneLineForEachStep, which no name can break in two, and nothing where it is not wanted.
func TestLogged_OneLineForEachStep(t *testing.T) {
	var out strings.Builder
	log := logr.FromContextOrDiscard((&Printer{Err: &out, Verbose: true}).Logged(t.Context()))
	log.Info("read", "file", "a\x1b[31m\n::error::b")
	log.WithValues("data", "github:org/repo@v1").WithName("x").Info("asked", "took", 1234567*time.Microsecond)
	log.Error(errors.New("no"), "gave up")
	want := `^ +\d\.\d{3}s  read a\\x1b\[31m\\n::error::b
 +\d\.\d{3}s  asked, 1\.235s github:org/repo@v1
 +\d\.\d{3}s  gave up no
$`
	if !regexp.MustCompile(want).MatchString(out.String()) {
		t.Errorf("got %q", out.String())
	}
	out.Reset()
	logr.FromContextOrDiscard((&Printer{Err: &out}).Logged(t.Context())).Info("read")
	if out.Len() > 0 {
		t.Errorf("got %q", out.String())
	}
}

// TestQuiet: neither notes nor progress, but that a push was under way is known all the same.
func TestQuiet(t *testing.T) {
	var out strings.Builder
	p := &Printer{Err: &out, Quiet: true}
	p.Notes([]string{"a"}, []string{"b"})
	progress := p.Progress()
	showAll(progress)
	showCharts(progress)
	progress.Show(oci.Progress{Step: "pushing layer", Retry: errors.New("the connection failed")})
	if out.Len() > 0 || progress.step != "pushing layer" {
		t.Errorf("got %q at step %q", out.String(), progress.step)
	}
}

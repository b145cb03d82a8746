package output

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/aicr-flux/aicr/pkg/images"
	"github.com/aicr-flux/aicr/pkg/rollout"
)

// TestLinesFitTheTerminal: text is broken between words, below where it began, and a word that is
// too long stays whole.
func TestLinesFitTheTerminal(t *testing.T) {
	const text = `Warning: the file is not where it should be
  - a finding that is long, in a list
  1. a step that is long, too
  what    a message that goes on
short
https://example.com/a/long/word`
	var out, err strings.Builder
	p := Printer{Out: &out, Err: &err, Width: 24, ErrWidth: 24}
	if err := p.Text(text); err != nil {
		t.Fatal(err)
	}
	const want = `Warning: the file is not
  where it should be
  - a finding that is
    long, in a list
  1. a step that is
     long, too
  what    a message that
          goes on
short
https://example.com/a/long/word`
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Error("(-want +got)\n" + diff)
	}
	if p.Line("Error:", "what is said to standard error"); err.String() != "Error: what is said to\n  standard error\n" {
		t.Errorf("got %q", err.String())
	}
	out.Reset()
	p.Width = 0
	if err := p.Text(text); err != nil || out.String() != text {
		t.Errorf("in a pipe: got %q, %v", out.String(), err)
	}
}

// TestTablesFitTheTerminal: columns that matter less are left out, and named.
func TestTablesFitTheTerminal(t *testing.T) {
	releases := []rollout.Summary{{Name: "gpu-operator", Chart: "gpu-operator", Version: "v26.3.2", Namespace: "gpu-operator", DependsOn: []string{"cert-manager", "nfd"}}}
	for width, gone := range map[int]string{0: "", 200: "", 65: "WAITS FOR", 40: "WAITS FOR, CHART", 24: "WAITS FOR, CHART, NAMESPACE"} {
		var b strings.Builder
		releaseTable(&b, releases, width)
		table, hint, _ := strings.Cut(b.String(), "\n\n")
		if width > 0 && widest(table) > width {
			t.Errorf("at %d columns the table has %d:\n%s", width, widest(table), table)
		}
		if named, _, _ := strings.Cut(strings.TrimPrefix(hint, "("), ":"); named != gone {
			t.Errorf("at %d columns %q are named, want %q", width, named, gone)
		}
		for _, heading := range strings.Split("WAITS FOR, CHART, NAMESPACE", ", ") {
			if strings.Contains(table, heading) == strings.Contains(gone, heading) {
				t.Errorf("at %d columns %s is both or neither there and named:\n%s", width, heading, b.String())
			}
		}
	}
}

// TestImagesFitTheTerminal: what does not fit beside the reference stands below.
func TestImagesFitTheTerminal(t *testing.T) {
	list := []images.Image{{Reference: "registry.example.com/team/image:v1.0.0", Releases: []string{"a", "b"}, Pinned: true, Source: images.SourceManifest}}
	for width, want := range map[int]string{
		0:  "registry.example.com/team/image:v1.0.0  a, b  pinned by digest\n",
		62: "registry.example.com/team/image:v1.0.0  a, b  pinned by digest\n",
		61: "registry.example.com/team/image:v1.0.0\n    a, b; pinned by digest\n",
	} {
		if got := imageTable(list, width); got != want {
			t.Errorf("at %d columns: got %q, want %q", width, got, want)
		}
	}
}

package output

import (
	"fmt"
	"strings"
	"testing"

	"github.com/aicr-flux/aicr/pkg/diff"
	"github.com/aicr-flux/aicr/pkg/rollout"
)

// many is a report of n releases with that many fields each.
func many(n, fields int, text string) diff.Report {
	r := diff.Report{Old: "old", New: "new"}
	for i := range n {
		name := fmt.Sprintf("release-%d", i)
		release := diff.Release{Change: rollout.Change{Action: rollout.Upgrade, Release: name, From: "1.0.0", To: "2.0.0"}}
		for j := range fields {
			release.Values = append(release.Values, diff.Field{Path: fmt.Sprintf("some.path.of.a.value.that.is.long[name=%d].%s", j, text), Change: diff.Changed, From: text, To: strings.Repeat(text+" ", 30)})
		}
		r.Releases = append(r.Releases, release)
		r.Effects = append(r.Effects, diff.Effect{Severity: diff.Danger, Release: name, Text: "is uninstalled: " + text})
	}
	return r
}

// A comment that is too long is refused by GitHub, and the most important would be lost with the rest.
func TestDiffMarkdown_FitsIntoAComment(t *testing.T) {
	for _, c := range [][2]int{{1, 5000}, {3, 500}, {300, 30}, {3000, 1}} {
		got := diffMarkdown(many(c[0], c[1], "textöäü"))
		if len(got) > maxComment {
			t.Errorf("%v: %d bytes", c, len(got))
		}
		if len(got) < 3000 || !strings.Contains(got, "release\\-0") && !strings.Contains(got, "`release-0` is uninstalled") {
			t.Errorf("%v: what is important is lost:\n%.500s", c, got)
		}
		if c[0] >= 300 && !strings.Contains(got, "**Cut, because a comment may not be longer:** release-") {
			t.Errorf("%v: that it is cut is not said:\n%s", c, got[len(got)-500:])
		}
		if strings.Count(got, "<details>") != strings.Count(got, "</details>") || strings.Count(got, "```")%2 != 0 {
			t.Errorf("%v: a block is not closed", c)
		}
	}
	if got := diffMarkdown(many(2, 2, "x")); strings.Contains(got, "Cut") {
		t.Errorf("it says that it is cut:\n%s", got)
	}
}

// TestHazard74_ACommentMentionsNobody: names and values are a stranger's, and a comment is shown as
// Markdown to all who watch the repository.
func TestHazard74_ACommentMentionsNobody(t *testing.T) {
	for _, text := range []string{"@org/team", "<img src=x onerror=alert(1)>", "</details></summary>", "![x](https://evil.example.com)", "```\n</details>\n@team", "`` ` @team"} {
		r := many(1, 1, text)
		r.Notes = []string{text}
		r.Releases[0].Release = text
		got := diffMarkdown(r)
		var outside []string // of what is fenced, or in a block of HTML, nothing has a meaning
		fence := ""
		for line := range strings.Lines(got) {
			opens, isFence := strings.CutSuffix(strings.TrimSpace(line), "diff")
			switch {
			case fence != "":
				if strings.TrimSpace(line) == fence {
					fence = ""
				}
			case isFence && strings.Trim(opens, "`") == "":
				fence = opens
			case strings.Contains(text, "![") && strings.HasPrefix(line, "<details>"):
			default:
				outside = append(outside, line)
			}
		}
		if fence != "" {
			t.Fatalf("%q: a fence is not closed:\n%s", text, got)
		}
		for _, bad := range []string{"<img", "</details></summary>", "![x](", "\n@team", " @team", "`@team"} {
			if strings.Contains(strings.Join(outside, ""), bad) {
				t.Errorf("%q: there is %q:\n%s", text, bad, got)
			}
		}
	}
}

func TestCode(t *testing.T) {
	for text, want := range map[string]string{"a": "`a`", "a`b": "`` a`b ``", "`": "`` ` ``", "``a": "``` ``a ```", "a\nb": "`a b`"} {
		if got := code(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

// A person reads it, on a terminal of 80 columns.
func TestDiffText_FitsIntoATerminal(t *testing.T) {
	got := diffText(many(2, 3, "some text with spaces"))
	for line := range strings.Lines(got) {
		if len([]rune(line)) > 81 {
			t.Errorf("longer than 80 columns: %s", line)
		}
	}
	if !strings.Contains(got, "~ some.path.of.a.value") || !strings.Contains(got, "- some text with spaces") {
		t.Errorf("got\n%s", got)
	}
}

func TestDiffText_ShowsTheLinesThatDiffer(t *testing.T) {
	r := many(1, 0, "x")
	var from, to strings.Builder
	for i := range 50 {
		fmt.Fprintf(&from, "line %d\n", i)
		fmt.Fprintf(&to, "line %d\n", i)
		if i == 25 {
			to.WriteString("one more\n")
		}
	}
	r.Releases[0].Values = []diff.Field{{Path: "text", Change: diff.Changed, From: from.String(), To: to.String()}}
	got := diffText(r)
	if !strings.Contains(got, "+one more\n") || strings.Contains(got, "line 10\n") || !strings.Contains(got, " line 25\n") {
		t.Errorf("got\n%s", got)
	}
}

package flux_test

import (
	"fmt"
	"io/fs"
	"strings"
	"testing"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	gmtext "github.com/yuin/goldmark/text"

	"github.com/aicr-flux/aicr/pkg/component"
)

// upgrade is one whose every text is what text returns.
func upgrade(text string) component.Upgrade {
	no := false
	u := component.Upgrade{Component: "gpu", Version: "2.0.0"}
	_ = u.From.Set("<2.0.0")
	_ = u.To.Set("=2.0.0")
	u.Verdict, u.Summary, u.Precondition, u.Reversible, u.ReversibleNotes, u.References = component.VerdictManual, text, text, &no, text, []string{text, text}
	u.StepsByDeployer = []component.DeployerSteps{{Steps: []component.Step{{ID: text, Description: text, Reason: text}, {Description: text}}}}
	return u
}

// shape lists the kinds of the document's nodes, and returns its text.
func shape(t *testing.T, fsys fs.FS, file string) (kinds, text string) {
	t.Helper()
	source, err := fs.ReadFile(fsys, file)
	if err != nil {
		t.Fatal(err)
	}
	var nodes, words strings.Builder
	doc := goldmark.New(goldmark.WithExtensions(extension.Table, extension.Strikethrough)).Parser().Parse(gmtext.NewReader(source))
	_ = ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		leaf, isText := n.(*ast.Text)
		switch {
		case isText && entering:
			words.Write(leaf.Segment.Value(source))
			if leaf.SoftLineBreak() || leaf.HardLineBreak() {
				words.WriteString("\n")
			}
		case !isText:
			fmt.Fprintf(&nodes, "%s %t\n", n.Kind(), entering)
		}
		return ast.WalkContinue, nil
	})
	return nodes.String(), words.String()
}

// unescape is what Markdown makes of backslashes before punctuation.
func unescape(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) && strings.IndexByte("\\`*_[]<>&|~-+=#.)", s[i+1]) >= 0 {
			i++
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

func TestTextsOfUpgradeRecordsAreTextInMarkdown(t *testing.T) {
	made := func(text string) fs.FS {
		g := newGenerator(chartRef("gpu"))
		g.Upgrades = []component.Upgrade{upgrade(text)}
		_, fsys := render(t, g)
		return fsys
	}
	plain, plainLines := made("some words"), made("some words\nand more")
	for _, hostile := range []string{
		"<script>alert(1)</script>", "<!-- x", "[click](javascript:alert(1))", "![x](https://example.com/x.png)", "<https://example.com>", "# Title", "a | b | c", "`code", "```", "~~~", "~~gone~~",
		"- item", "+ item", "1. item", "2) item", "3.", "1.2.3 is out", "> quote", "===", "---", "***", "**bold** _it_", `\`, `a\`, "&lt;b&gt; &copy;", "|---|", "    indented", "[ref]: https://example.com", "{{ .Values }}", "${x} $$", "\x1b[31mred", "a\tb",
	} {
		for _, c := range []struct {
			text string
			like fs.FS
		}{{hostile, plain}, {"first\n" + hostile, plainLines}, {hostile + "\n\n" + hostile, plainLines}} {
			fsys := made(c.text)
			for _, file := range []string{"README.md", "UPGRADING.md"} {
				got, words := shape(t, fsys, file)
				if want, _ := shape(t, c.like, file); got != want {
					t.Errorf("%q is more than text in %s", c.text, file)
				}
				shown := strings.TrimSpace(strings.NewReplacer("\x1b", " ", "\t", " ").Replace(hostile))
				if !strings.Contains(unescape(words), shown) {
					t.Errorf("%q is not in %s:\n%s", shown, file, unescape(words))
				}
			}
		}
	}
}

func TestUpgradingIsWrittenWhereThereIsSomethingToSay(t *testing.T) {
	g := newGenerator(chartRef("gpu"))
	_, without, _ := proved(t, g)
	if _, err := fs.Stat(without, "UPGRADING.md"); err == nil {
		t.Error("UPGRADING.md is written for nothing")
	}
	u := upgrade("words")
	u.References = []string{"https://example.com/a_b?c=d", "the manual"}
	blocked := u
	blocked.Verdict, blocked.StepsByDeployer = component.VerdictBlocked, nil
	g.Upgrades = []component.Upgrade{u, blocked}
	_, with, _ := proved(t, g)
	text := string(with["UPGRADING.md"].Data)
	for _, want := range []string{
		"## gpu 2.0.0", "**Manual**", "**Blocked**", "from `<2.0.0` to `=2.0.0`", "Before: words", "It cannot be taken back. words", "1. words: words\\\n   Why: words", "2. words", "- <https://example.com/a_b?c=d>\n- the manual", "The records have no steps for Flux.",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("UPGRADING.md does not say %q:\n%s", want, text)
		}
	}
	if readme := string(with["README.md"].Data); !strings.Contains(readme, "## Before you upgrade\n") || !strings.Contains(readme, "| gpu | 2.0.0 | blocked | words |") {
		t.Error(readme)
	}
}

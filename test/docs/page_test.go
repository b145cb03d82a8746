package docs

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/text"
)

// action is what is done with a part of a page.
type action int

const (
	run     action = iota // commands of the page
	prepare               // commands of a comment
	store                 // the content of a file
	compare               // the output of the commands before, or of one that a comment names
	leave                 // commands that cannot run
	read                  // a block for readers: YAML, Go
)

// step is a part of a page that matters to a test.
type step struct {
	action action
	line   int
	// word is the language of a block, the path of a file, the command of an output, or the reason
	// for which commands do not run.
	word, text string
}

// root is the top of the repository.
const root = "../.."

// pages are those that a reader works through: all but the generated ones and those for contributors.
func pages(t *testing.T) []string {
	t.Helper()
	return matching(t, "README.md", "docs/*.md", "docs/how-to/*.md", "docs/explanation/*.md", "docs/reference/*.md", "examples/*/README.md")
}

// matching returns the files of the repository that one of the patterns names.
func matching(t *testing.T, patterns ...string) (files []string) {
	t.Helper()
	for _, pattern := range patterns {
		found, err := filepath.Glob(filepath.Join(root, pattern))
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, found...)
	}
	return files
}

// languages are those that a block may have. Only a block of sh is run.
var languages = []string{"sh", "text", "yaml", "toml", "go", "mermaid"}

// parsePage returns the steps of a page in their order.
func parsePage(page string) ([]step, error) {
	source := []byte(page)
	var steps []step
	var said *step // by the comment above
	err := ast.Walk(goldmark.DefaultParser().Parse(text.NewReader(source)), func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering || n.Type() != ast.TypeBlock {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.HTMLBlock:
			comment, err := parseComment(content(n, source))
			if err != nil {
				return ast.WalkStop, fmt.Errorf("line %d: %w", lineOf(n, source), err)
			}
			if comment != nil && comment.action == prepare {
				comment.line = lineOf(n, source)
				steps = append(steps, *comment)
				comment = nil
			}
			said = comment
			return ast.WalkContinue, nil
		case *ast.CodeBlock:
			return ast.WalkStop, fmt.Errorf("line %d: code is indented; put it into a fence that names its language", lineOf(n, source))
		case *ast.FencedCodeBlock:
			s, err := parseBlock(string(n.Language(source)), said, steps)
			if err != nil {
				return ast.WalkStop, fmt.Errorf("line %d: %w", lineOf(n, source), err)
			}
			s.line, s.text = lineOf(n, source), content(n, source)
			steps = append(steps, s)
		}
		if n.Kind() != ast.KindDocument && said != nil && n.Kind() != ast.KindFencedCodeBlock {
			return ast.WalkStop, fmt.Errorf("line %d: no block is below the comment about %q", lineOf(n, source), said.word)
		}
		said = nil
		return ast.WalkContinue, nil
	})
	return steps, err
}

// parseBlock says what is done with a block, below a comment or without one.
func parseBlock(language string, said *step, before []step) (step, error) {
	if !slices.Contains(languages, language) {
		return step{}, fmt.Errorf("the language of the block is %q; use one of %s", language, strings.Join(languages, ", "))
	}
	switch {
	case said != nil && said.action == leave && language != "sh":
		return step{}, fmt.Errorf("a block of %s is not run anyway", language)
	case said != nil:
		return *said, nil
	case language == "sh":
		return step{action: run}, nil
	case language == "text":
		if len(before) == 0 || before[len(before)-1].action != run {
			return step{}, fmt.Errorf("text must be the output of the commands just before it")
		}
		return step{action: compare}, nil
	}
	return step{action: read, word: language}, nil
}

// parseComment returns what a comment is about, or nil for a comment that is for people.
func parseComment(html string) (*step, error) {
	said, ok := strings.CutPrefix(strings.TrimSpace(html), "<!--")
	if !ok {
		return nil, nil
	}
	said, _, _ = strings.Cut(said, "-->")
	kind, word, ok := strings.Cut(strings.TrimSpace(said), ":")
	actions := map[string]action{"test": prepare, "file": store, "output": compare, "not run": leave}
	what, known := actions[kind]
	word = strings.TrimSpace(word)
	switch {
	case !ok || !known:
		return nil, nil
	case word == "":
		return nil, fmt.Errorf("the comment %q says nothing", kind)
	case what == prepare:
		return &step{action: prepare, text: word}, nil
	}
	return &step{action: what, word: word}, nil
}

func content(n ast.Node, source []byte) string {
	var b strings.Builder
	for i := range n.Lines().Len() {
		line := n.Lines().At(i)
		b.Write(line.Value(source))
	}
	return b.String()
}

// lineOf is the number of the first line in the block.
func lineOf(n ast.Node, source []byte) int {
	for n.Lines().Len() == 0 {
		if n.FirstChild() == nil || n.FirstChild().Type() != ast.TypeBlock {
			return 1
		}
		n = n.FirstChild()
	}
	return 1 + strings.Count(string(source[:n.Lines().At(0).Start]), "\n")
}

func readPage(t *testing.T, file string) string {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

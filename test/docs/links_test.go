package docs

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/text"
)

// markdown returns the Markdown files of the repository, but for those that are expected output.
func markdown(t *testing.T) []string {
	t.Helper()
	return matching(t, "*.md", "docs/*.md", "docs/*/*.md", "examples/*/*.md", "*/*/testdata/*.md", "*/*/testdata/*/README.md")
}

// TestLinks_LeadSomewhere follows the relative links of every page, and the headings that they name.
func TestLinks_LeadSomewhere(t *testing.T) {
	count := 0
	for _, file := range markdown(t) {
		for _, target := range links(readPage(t, file)) {
			path, anchor, _ := strings.Cut(target, "#")
			if strings.Contains(path, "://") {
				continue
			}
			count++
			linked := file
			if path != "" {
				linked = filepath.Join(filepath.Dir(file), path)
			}
			if _, err := os.Stat(linked); err != nil {
				t.Errorf("%s: the link %q leads nowhere", file, target)
			} else if anchor != "" && !slices.Contains(anchors(readPage(t, linked)), anchor) {
				t.Errorf("%s: the link %q names no heading of %s", file, target, linked)
			}
		}
	}
	if count < 200 {
		t.Errorf("only %d links", count)
	}
}

// TestLinks_FromThePrograms follows the addresses of pages in what the programs print and write.
func TestLinks_FromThePrograms(t *testing.T) {
	const site = "https://github.com/aicr-flux/aicr/blob/main/"
	found, err := exec.Command("git", "-C", root, "grep", "-hoE", site+`[a-zA-Z0-9/_.#-]+`, "--", "*.go", "*.tmpl", "*.yml", "*.sh").Output()
	if err != nil {
		t.Skipf("git grep: %v", err)
	}
	for address := range strings.FieldsSeq(string(found)) {
		path, anchor, _ := strings.Cut(strings.TrimRight(strings.TrimPrefix(address, site), "."), "#")
		page, err := os.ReadFile(filepath.Join(root, path))
		if err != nil && path != "" {
			t.Errorf("%s: %v", address, err)
		} else if anchor != "" && !slices.Contains(anchors(string(page)), anchor) {
			t.Errorf("%s names no heading", address)
		}
	}
}

// TestIndex_HasEachPage wants no page that readers cannot find.
func TestIndex_HasEachPage(t *testing.T) {
	listed := links(readPage(t, filepath.Join(root, "docs/README.md")))
	for _, file := range pages(t) {
		name, err := filepath.Rel(filepath.Join(root, "docs"), file)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(name, "..") && name != "README.md" && !slices.Contains(listed, filepath.ToSlash(name)) {
			t.Errorf("docs/README.md does not list %s", name)
		}
	}
}

func document(page string) (ast.Node, []byte) {
	source := []byte(page)
	return goldmark.New(goldmark.WithExtensions(extension.Table)).Parser().Parse(text.NewReader(source)), source
}

func links(page string) []string {
	var found []string
	root, _ := document(page)
	_ = ast.Walk(root, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if link, ok := n.(*ast.Link); ok && entering {
			found = append(found, string(link.Destination))
		}
		return ast.WalkContinue, nil
	})
	return found
}

// anchors returns what GitHub calls each heading of the page.
func anchors(page string) []string {
	var found []string
	root, source := document(page)
	_ = ast.Walk(root, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if n.Kind() != ast.KindHeading || !entering {
			return ast.WalkContinue, nil
		}
		found = append(found, strings.Map(func(r rune) rune {
			switch {
			case r == ' ' || r == '-':
				return '-'
			case r == '_' || r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r > 127:
				return r
			}
			return -1
		}, strings.ToLower(plain(n, source))))
		return ast.WalkSkipChildren, nil
	})
	return found
}

// plain is the text of a node.
func plain(n ast.Node, source []byte) string {
	var b strings.Builder
	_ = ast.Walk(n, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if text, ok := n.(*ast.Text); ok && entering {
			b.Write(text.Value(source))
		}
		return ast.WalkContinue, nil
	})
	return b.String()
}

package docs

import (
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/yuin/goldmark/ast"
)

// foreign are the flags of other programs that pages speak of.
var foreign = []string{
	"--acme-http01-solver-image", // cert-manager
	"--from", "--inherit-from",   // AICR
	"--all", "--preserve-digests", // skopeo
	"--from-file", "--server-side", // kubectl
	"--new-bundle-format", "--use-signing-config", // cosign
}

// TestFlags_AreThere wants each flag that a page names in its text to be one of aicr.
func TestFlags_AreThere(t *testing.T) {
	var reference strings.Builder
	commands, err := filepath.Glob(filepath.Join(root, "docs/cli/*.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range commands {
		reference.WriteString(readPage(t, file))
	}
	flag := regexp.MustCompile(`--[a-z][a-z0-9-]*[a-z0-9]`)
	known := append(flag.FindAllString(reference.String(), -1), foreign...)
	count := 0
	for _, file := range pages(t) {
		for _, code := range inline(readPage(t, file)) {
			for _, name := range flag.FindAllString(code, -1) {
				count++
				if !slices.Contains(known, name) {
					t.Errorf("%s: there is no flag %s (%s)", file, name, code)
				}
			}
		}
	}
	if count < 100 {
		t.Errorf("only %d flags", count)
	}
}

// inline returns the code in the text of a page.
func inline(page string) []string {
	var found []string
	root, source := document(page)
	_ = ast.Walk(root, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if n.Kind() == ast.KindCodeSpan && entering {
			found = append(found, plain(n, source))
		}
		return ast.WalkContinue, nil
	})
	return found
}

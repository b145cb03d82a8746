package docs

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/yaml"
)

// clone is what "<!-- test: clone -->" stands for: the clone of a repository that flux bootstrap
// made, with an example recipe in it.
const clone = `
flux bootstrap git --url=https://github.com/org/repo.git --branch=main --path=clusters/a
git clone --quiet https://github.com/org/repo.git .
aicr init my-cluster
`

// walk does the steps of a page in a directory of its own. An error begins with the line.
func walk(t *testing.T, steps []step) error {
	t.Helper()
	sh, err := newShell(t)
	if err != nil {
		return err
	}
	printed := ""
	for _, s := range steps {
		switch s.action {
		case run, prepare:
			text := s.text
			if text == "clone" {
				text = clone
			}
			printed, err = sh.run(s.line, text)
		case store:
			err = sh.store(s.word, s.text)
		case compare:
			if s.word != "" {
				_, err = sh.run(s.line, s.word)
				printed = sh.results.String()
			}
			if err == nil {
				err = same(s.text, printed)
			}
		case read:
			if s.word == "yaml" {
				err = parses(s.text)
			}
		case leave:
		}
		if err == nil {
			err = sh.findSecrets()
		}
		if err != nil {
			return fmt.Errorf("%d: %w", s.line, err)
		}
	}
	return sh.secretsAreMeant()
}

// same holds what a page shows against what was printed.
func same(shown, printed string) error {
	shown, printed = clean(shown), clean(printed)
	if !strings.Contains(shown, "...") {
		if diff := cmp.Diff(shown, printed); diff != "" {
			return fmt.Errorf("the page shows something else than what is printed (-page +printed):\n%s", diff)
		}
		return nil
	}
	var pattern strings.Builder
	for line := range strings.SplitSeq(shown, "\n") {
		if strings.TrimSpace(line) == "..." {
			pattern.WriteString(`(?:.*\n)*?`)
			continue
		}
		pattern.WriteString(strings.ReplaceAll(regexp.QuoteMeta(line), `\.\.\.`, ".*") + `\n`)
	}
	matches, err := regexp.MatchString("^"+pattern.String()+"$", printed+"\n")
	if err == nil && !matches {
		err = fmt.Errorf("the page shows\n%s\nbut printed is\n%s", shown, printed)
	}
	return err
}

// clean takes away white space that nobody sees.
func clean(text string) string {
	lines := strings.Split(text, "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	return strings.Trim(strings.Join(lines, "\n"), "\n")
}

// parses wants YAML that can be read, also where a page has several documents.
func parses(text string) error {
	for document := range strings.SplitSeq(text, "\n---\n") {
		var into any
		if err := yaml.UnmarshalStrict([]byte(document), &into); err != nil {
			return err
		}
	}
	return nil
}

package helmchart

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"helm.sh/helm/v4/pkg/chart/v2/lint/rules"
	"helm.sh/helm/v4/pkg/chart/v2/lint/support"
)

// Severity is how much a Message of Lint matters.
type Severity string

// The severities that helm lint knows.
const (
	SeverityInfo    Severity = "info"
	SeverityWarning Severity = "warning"
	SeverityError   Severity = "error"
)

// Message is what helm lint has to say.
type Message struct {
	Severity Severity
	// Path is the file in the chart, or empty for the chart as a whole.
	Path string
	Text string
}

// Lint returns what helm lint says of the chart's metadata, its values.yaml, its CRDs and its dependencies, in Helm's
// order. The rules that render the templates and check the schema are left out: Render does both, with the release's own
// values, and within bounds. Helm reads the chart from a directory; it is staged and removed again.
func Lint(c *Chart) ([]Message, error) {
	dir, err := os.MkdirTemp("", "aicr-lint-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	if err := c.stage(dir); err != nil {
		return nil, err
	}
	linter := support.Linter{ChartDir: dir}
	rules.Chartfile(&linter)
	rules.ValuesWithOverrides(&linter, nil, true)
	rules.Dependencies(&linter)
	rules.Crds(&linter)

	messages := make([]Message, 0, len(linter.Messages))
	for _, m := range linter.Messages {
		messages = append(messages, Message{
			Severity: severity(m.Severity),
			Path:     strings.Trim(strings.TrimPrefix(m.Path, dir), "/"),
			Text:     oneLine(strings.ReplaceAll(m.Err.Error(), dir, "")),
		})
	}
	return messages, nil
}

// stage writes what the rules look at.
func (c *Chart) stage(dir string) error {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer root.Close()
	for _, file := range c.files {
		top, _, deeper := strings.Cut(file.Name, "/")
		if deeper && top != "charts" && top != "crds" || !fs.ValidPath(file.Name) {
			continue
		}
		name := filepath.FromSlash(file.Name)
		if err := root.MkdirAll(filepath.Dir(name), 0o700); err != nil {
			return err
		}
		if err := root.WriteFile(name, file.Data, 0o600); err != nil {
			return err
		}
	}
	return nil
}

func severity(helm int) Severity {
	switch helm {
	case support.ErrorSev:
		return SeverityError
	case support.WarningSev:
		return SeverityWarning
	}
	return SeverityInfo
}

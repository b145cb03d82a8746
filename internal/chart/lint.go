package chart

import (
	"fmt"
	"os"
	"path"
	"strings"

	"helm.sh/helm/v4/pkg/chart/v2/lint/rules"
	"helm.sh/helm/v4/pkg/chart/v2/lint/support"
)

// Message is one thing that helm lint has against a chart.
type Message struct {
	// Path is the file in the chart; of a CRD in a chart inside it, the path in that.
	Path string
	Text string
}

// Lint runs helm lint's rules, which read a directory: they get one below dir, for as long as it
// takes. Left out is what Load and Install say themselves (templates, the schema, dependencies that
// are missing) and what is only advice.
func (l *Loaded) Lint(dir string) ([]Message, error) {
	dir, err := os.MkdirTemp(dir, "lint-*")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	if err := l.writeTo(dir); err != nil {
		return nil, fmt.Errorf("its files cannot be written: %w", err)
	}
	linter := support.Linter{ChartDir: dir}
	rules.Chartfile(&linter)
	rules.ValuesWithOverrides(&linter, nil, true)
	rules.Dependencies(&linter)
	rules.Crds(&linter)
	var all []Message
	for _, m := range linter.Messages {
		text := oneLine(strings.ReplaceAll(m.Err.Error(), dir, ""))
		if m.Severity == support.InfoSev || strings.HasPrefix(text, "chart directory is missing these dependencies") {
			continue
		}
		file := strings.Trim(strings.TrimPrefix(m.Path, dir), "/")
		if file == "" {
			file = "Chart.yaml"
		}
		all = append(all, Message{Path: file, Text: text})
	}
	return all, nil
}

func (l *Loaded) writeTo(dir string) error {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer root.Close()
	for _, file := range l.files {
		if err := root.MkdirAll(path.Dir(file.Name), 0o700); err != nil {
			return err
		}
		if err := root.WriteFile(file.Name, file.Data, 0o600); err != nil {
			return err
		}
	}
	return nil
}

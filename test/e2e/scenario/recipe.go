package scenario

import (
	"os"
	"path/filepath"
	"strings"
)

// ChartSource is where the charts of the components that Recipe is given by name come from.
const ChartSource = "https://charts.example.com/stable"

// Recipe writes a recipe of the components, each one line of YAML in which $charts stands for
// ChartSource, and the files that they name, by their paths. It returns the file of the recipe; the
// next call writes over it.
func (s *S) Recipe(components string, files map[string]string) string {
	s.Helper()
	dir := s.Dir("recipe")
	write := func(name, content string) string {
		file := filepath.Join(dir, filepath.FromSlash(name))
		s.must(os.MkdirAll(filepath.Dir(file), 0o755))
		s.must(os.WriteFile(file, []byte(content), 0o600))
		return file
	}
	for name, content := range files {
		write(name, content)
	}
	text := "apiVersion: aicr.run/v1\nkind: RecipeResult\ncomponentRefs:\n"
	for line := range strings.FieldsFuncSeq(components, func(r rune) bool { return r == '\n' }) {
		text += "  - " + strings.TrimSpace(strings.ReplaceAll(line, "$charts", "type: Helm, source: "+ChartSource)) + "\n"
	}
	return write("recipe.yaml", text)
}

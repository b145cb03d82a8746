package localformat

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/aicr-flux/aicr/pkg/errors"
)

// Manifests is the input of a chart of manifests.
type Manifests struct {
	// Release is the name of the release, which is also the chart's.
	Release string
	// Namespace is the release's target namespace.
	Namespace string
	// AppVersion is the component's version, or empty.
	AppVersion string
	// Files maps a manifest's path to its bytes, which are Helm templates.
	Files map[string][]byte
}

// NewManifestChart makes a chart whose templates are the manifests, byte for byte. A template keeps
// its base name, and as much more of its path as it needs where base names clash. It refuses what
// Helm or Flux would drop or reject: templates that do not parse, names that are skipped, files
// over Helm's limit.
func NewManifestChart(m Manifests) (*Chart, error) {
	c := &Chart{Name: m.Release, AppVersion: m.AppVersion, OnlyNamespaces: true}
	var problems []error
	sources := slices.Sorted(maps.Keys(m.Files))
	for _, source := range sources {
		data, name := m.Files[source], templateName(source, sources)
		use, err := analyse(source, data)
		if err = errors.Join(checkTemplate(name, data), err); err != nil {
			problems = append(problems, errors.In(err, "manifest %q", source))
			continue
		}
		c.Files = append(c.Files, File{Path: "templates/" + name, Data: data})
		c.ReadsValues = c.ReadsValues || use.readsValues
		c.readsAppVersion = c.readsAppVersion || use.readsAppVersion
		for _, line := range use.rawVersionLabels {
			c.Warnings = append(c.Warnings, fmt.Sprintf("manifest %q line %d writes .Chart.Version into a label: Flux appends a + and more to the version "+
				`of this chart, which no label may hold; write {{ .Chart.Version | replace "+" "_" }}`, source, line))
		}
		for _, field := range use.empty {
			c.Warnings = append(c.Warnings, fmt.Sprintf("manifest %q line %d: Helm has no %s, and puts nothing in its place; write %s where another program is to read that",
				source, field.Line, field.Text, Literally(field.Text)))
		}
		c.Kinds = append(c.Kinds, kindsIn(data, m.Release, m.Namespace)...)
		namespaces := namespacesIn(data, m.Release, m.Namespace)
		c.Namespaces = append(c.Namespaces, namespaces...)
		c.OnlyNamespaces = c.OnlyNamespaces && len(namespaces) > 0 && onlyNamespaces(data)
	}
	c.seal()
	c.warnArchive()
	return c, errors.Join(problems...)
}

// Literally is the action that renders {{ text }} itself.
func Literally(text string) string { return fmt.Sprintf("{{ %q }}", "{{ "+text+" }}") }

// templateName returns the name of a path's template: the shortest tail of the path, at least the
// base name, that no other path ends in.
func templateName(p string, paths []string) string {
	whole := strings.TrimPrefix(path.Clean(p), "/")
	segments := strings.Split(whole, "/")
	for n := len(segments) - 1; n > 0; n-- {
		tail := strings.Join(segments[n:], "/")
		clash := func(other string) bool {
			return other != p && strings.HasSuffix(strings.ToLower("/"+path.Clean(other)), strings.ToLower("/"+tail))
		}
		if !slices.ContainsFunc(paths, clash) {
			return tail
		}
	}
	return whole
}

// checkTemplate refuses what Helm does not apply. What Flux drops is refused for the
// whole bundle; see Dropped.
func checkTemplate(name string, data []byte) error {
	switch {
	case len(data) > MaxChartFile:
		return errors.Invalid("the file has %.1f MiB, and Helm reads at most 5 MiB a file of a chart; split it", float64(len(data))/(1<<20))
	case strings.HasPrefix(name, "."), strings.Contains(name, "/."):
		return errors.Invalid("Helm ignores templates whose name begins with a dot; rename the file")
	case strings.HasPrefix(path.Base(name), "_") && slices.Contains([]string{".yaml", ".yml", ".json"}, path.Ext(name)):
		return errors.Invalid("Helm takes a template whose name begins with _ for a collection of helpers and applies nothing of it; rename the file (helpers end in .tpl)")
	case path.Base(name) == "NOTES.txt":
		return errors.Invalid("Helm shows NOTES.txt to people and applies nothing of it; rename the file")
	}
	return nil
}

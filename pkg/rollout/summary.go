package rollout

import (
	"path"
	"strings"

	"github.com/aicr-flux/aicr/internal/yamldoc"
)

// Summary is one release of a bundle, for people and programs to read.
type Summary struct {
	Name string `json:"name"`
	// Component is what the release belongs to: "gpu-operator" for gpu-operator-pre.
	Component string `json:"component"`
	// Namespace is where the chart is installed.
	Namespace string `json:"namespace"`
	// Chart and Version are those of the chart; Source is the chart repository's URL, "local" for a
	// chart inside the bundle, and empty where the bundle does not say.
	Chart   string `json:"chart"`
	Version string `json:"version"`
	Source  string `json:"source"`
	// DependsOn are the names of the releases that it waits for.
	DependsOn []string `json:"dependsOn"`
	// Gates say when the release is ready, beyond what Flux sees by itself.
	Gates []Gate `json:"gates,omitempty"`
	// AppVersion is, for a chart inside the bundle, the version of what it brings.
	AppVersion string `json:"-"`
}

// Summaries returns all releases in rollout order: none stands before one that it waits for. Those
// on a cycle, or behind one, come last.
func (r *Rollout) Summaries() []Summary {
	names := make(map[string]bool, len(r.Releases))
	for _, release := range r.Releases {
		names[release.Name] = true
	}
	ordered := r.Graph().All()
	all := make([]Summary, len(ordered))
	for i, release := range ordered {
		all[i] = r.summary(release, names)
	}
	return all
}

func (r *Rollout) summary(release *Release, names map[string]bool) Summary {
	s := Summary{
		Name: release.Name, Component: component(release.Name, names), Namespace: release.TargetNamespace,
		Chart: release.Chart, Version: release.Version, DependsOn: []string{}, Gates: release.Gates,
	}
	for _, dependency := range release.DependsOn {
		s.DependsOn = append(s.DependsOn, dependency.Name)
	}
	source := r.ChartSource(release, "")
	switch {
	case source.Local():
		s.Source = "local"
		chart := r.chartOf(source)
		s.Chart, s.Version, s.AppVersion = chart.Name, chart.Version, chart.AppVersion
	case source.Origin == OriginRepository:
		s.Source = source.Repository
	}
	return s
}

// component is the component of a release: x-pre and x-post belong to the release x, if any.
func component(name string, names map[string]bool) string {
	for _, suffix := range []string{"-pre", "-post"} {
		if of, ok := strings.CutSuffix(name, suffix); ok && names[of] {
			return of
		}
	}
	return name
}

// chartFile is what counts here of a Chart.yaml.
type chartFile struct {
	Name         string `json:"name"`
	Version      string `json:"version"`
	AppVersion   string `json:"appVersion"`
	Dependencies []struct {
		Name    string `json:"name"`
		Version string `json:"version"`
	} `json:"dependencies"`
}

// chartOf reads the Chart.yaml of a chart in the bundle.
func (r *Rollout) chartOf(source ChartSource) chartFile {
	var chart chartFile
	data, err := r.Tree.Read(path.Join(source.Dir, "Chart.yaml"))
	if err == nil {
		err = yamldoc.Unmarshal(data, &chart, yamldoc.Options{Unknown: yamldoc.Ignore})
	}
	if err != nil { // verify says what is wrong with it
		return chartFile{Name: path.Base(source.Dir)}
	}
	return chart
}

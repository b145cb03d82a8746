package diff

import (
	"strings"

	"helm.sh/helm/v4/pkg/chart/v2/loader"

	"github.com/aicr-flux/aicr/pkg/rollout"
	"github.com/aicr-flux/aicr/pkg/values"
)

// Side is a bundle that is compared.
type Side struct {
	*rollout.Rollout
	// Name is what to call it.
	Name string
	// Rendered is what Helm makes of the charts of releases. Those that change on the way to the
	// other side are of use, and those that are not there are told of in the notes.
	Rendered map[rollout.Ref]*Rendered
	// Images are those that objects of the bundle itself name.
	Images []string
	// Hint is what to do about charts that are not at hand.
	Hint string
}

// Rendered is what Helm makes of the chart of a release.
type Rendered struct {
	// Manifests are none where the chart is not at hand, and where Problem says why.
	Manifests []Manifest
	Absent    bool
	Problem   string
	// Again is what Helm makes of it a second time, in the same order: what differs is made of the
	// clock or of random numbers, and so by no bundle.
	Again []Manifest
	// Images are those that the objects name, and InValues those that the values make.
	Images, InValues []string
}

// known reports whether the manifests are all that there are.
func (r *Rendered) known() bool { return r.Problem == "" && !r.Absent }

// Manifest is one object that a chart makes.
type Manifest struct {
	Object map[string]any
	// Hook says that Helm runs it apart from the release; CRD, that it comes from crds/, which Helm
	// never uninstalls, and Flux upgrades only where it is told to.
	Hook, CRD bool
}

// rendered is what is known of a release's objects; nil where nothing is.
func (s *Side) rendered(release *rollout.Release) *Rendered {
	if release == nil {
		return nil
	}
	if r := s.Rendered[release.Ref]; r != nil && r.known() {
		return r
	}
	return nil
}

// values are all that the chart gets from the release. What only the cluster knows is described.
func (s *Side) values(release *rollout.Release) map[string]any {
	if release == nil {
		return map[string]any{}
	}
	all, _ := s.Compose(release)
	if source := s.ChartSource(release, ""); source.Values != nil {
		all = loader.MergeMaps(source.Values, all)
	}
	for _, from := range release.ValuesFrom {
		s.describe(all, from)
	}
	// A wrapper has the values of the chart inside below its name.
	if c := s.HelmChart(release); c.Wrapped && len(all) == 1 {
		if inside, ok := all[c.Name].(map[string]any); ok {
			return inside
		}
	}
	return all
}

// describe puts in the place of a value what is known of it, where the bundle does not hold it.
func (s *Side) describe(all map[string]any, from rollout.ValuesFrom) {
	what := from.String() + ", key " + from.Key
	if from.TargetPath == "" {
		if from.Kind != "ConfigMap" || s.Object(from.Ref) == nil {
			all["("+what+")"] = "(all that is there)"
		}
		return
	}
	keys, err := values.ParsePath(strings.ReplaceAll(from.TargetPath, `\\`, `\`))
	if err != nil {
		return
	}
	if v, ok := values.Get(all, keys); ok && v == rollout.SecretPlaceholder {
		values.Set(all, keys, "("+what+")")
	}
}

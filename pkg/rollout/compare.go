package rollout

import (
	"cmp"
	"crypto/sha256"
	"fmt"
	"maps"
	"path"
	"reflect"
	"slices"
	"strings"
)

// Action is what Flux does to a release.
type Action string

// The actions, the most dangerous first.
const (
	// Uninstall is of a release that is no longer there.
	Uninstall Action = "uninstall"
	// Reinstall is an uninstallation and then an installation: helm-controller does that to a
	// release whose name, namespace or chart becomes another one.
	Reinstall Action = "reinstall"
	Upgrade   Action = "upgrade"
	Install   Action = "install"
)

var actions = []Action{Uninstall, Reinstall, Upgrade, Install}

// BecauseVariables is the reason that a release has other variables, which Flux fills in.
const BecauseVariables = "variables"

// Change is what becomes of one release when a bundle takes the place of an earlier one.
type Change struct {
	// Ref is the HelmRelease.
	Ref    Ref    `json:"-"`
	Action Action `json:"action"`
	// Release is the name of the HelmRelease, and Namespace where its chart is installed: of one
	// that goes, where it was.
	Release   string `json:"release"`
	Namespace string `json:"namespace"`
	// From and To are the versions of the chart.
	From string `json:"from,omitempty"`
	To   string `json:"to,omitempty"`
	// Because are the reasons besides the version of the chart.
	Because []string `json:"because,omitempty"`
}

// Compare returns what Flux does to the releases when a bundle takes the place of an earlier one,
// sorted by action and name. Releases that stay as they are, and those of which only their
// scheduling by Flux changes, are not among them.
func Compare(earlier, later *Rollout) []Change {
	var changes []Change
	seen := map[Ref]bool{}
	for _, release := range later.Releases {
		seen[release.Ref] = true
		change := Change{Ref: release.Ref, Action: Install, Release: release.Name, Namespace: release.TargetNamespace, To: side{later, release}.chart().version}
		if was := earlier.Release(release.Ref); was != nil {
			change.compare(side{earlier, was}, side{later, release})
		}
		if change.Action != "" {
			changes = append(changes, change)
		}
	}
	for _, release := range earlier.Releases {
		if !seen[release.Ref] {
			changes = append(changes, Change{Ref: release.Ref, Action: Uninstall, Release: release.Name, Namespace: release.TargetNamespace, From: side{earlier, release}.chart().version})
		}
	}
	slices.SortStableFunc(changes, func(a, b Change) int {
		return cmp.Or(slices.Index(actions, a.Action)-slices.Index(actions, b.Action), strings.Compare(a.Release, b.Release))
	})
	return changes
}

// Uninstalled are the releases of an earlier bundle that a later one no longer has, in an order in
// which they can go: each before those that it waits for. Flux keeps to no order.
func Uninstalled(earlier, later *Rollout) []*Release {
	var gone []*Release
	for _, release := range slices.Backward(earlier.Graph().Order()) {
		if later.Release(release.Ref) == nil {
			gone = append(gone, release)
		}
	}
	return gone
}

// side is a release in its rollout.
type side struct {
	*Rollout
	*Release
}

// compare finds what becomes of a release that both bundles have; no action where nothing does.
func (c *Change) compare(from, to side) {
	was, is := from.chart(), to.chart()
	c.From, c.Action = was.version, Reinstall
	c.differ("release name", from.ReleaseName, to.ReleaseName)
	c.differ("target namespace", from.TargetNamespace, to.TargetNamespace)
	c.differ("storage namespace", from.StorageNamespace, to.StorageNamespace)
	if was.name != "" && is.name != "" && to.Text("spec", "upgrade", "chartNameChangeStrategy") != "InPlaceUpdate" {
		c.differ("chart", was.name, is.name)
	}
	if len(c.Because) > 0 {
		return
	}
	c.Action = Upgrade
	sameVersion := strings.TrimPrefix(c.From, "v") == strings.TrimPrefix(c.To, "v")
	if was.local != is.local || sameVersion && was.build != is.build {
		c.Because = append(c.Because, "chart")
	}
	if !reflect.DeepEqual(from.given(), to.given()) {
		c.Because = append(c.Because, "values")
	}
	if !slices.Equal(from.Meant(), to.Meant()) { // what was text is filled in now, or the other way round
		c.Because = append(c.Because, BecauseVariables)
	}
	for _, field := range []string{"postRenderers", "commonMetadata"} {
		if !reflect.DeepEqual(from.Get("spec", field), to.Get("spec", field)) {
			c.Because = append(c.Because, field)
		}
	}
	if sameVersion && len(c.Because) == 0 {
		c.Action = ""
	}
}

func (c *Change) differ(what, from, to string) {
	if from != to {
		c.Because = append(c.Because, what+" "+from+" → "+to)
	}
}

// helmChart is what Helm knows a chart by.
type helmChart struct {
	name    string // empty where the bundle does not say
	version string // of a wrapper, that of the chart inside
	local   bool
	build   string // of a local chart: what makes Flux build it anew
	wrapped bool
}

// Chart is what the chart of a release is, for people: of a vendored chart what is inside the
// wrapper.
type Chart struct {
	Name    string `json:"name"`
	Version string `json:"version,omitempty"`
	// Source is the URL of the chart repository, "local" for a chart inside the bundle, and empty
	// where the bundle does not say.
	Source string `json:"source,omitempty"`
	// Wrapped says that it is inside a chart of the bundle, whose values are below its name.
	Wrapped bool `json:"-"`
}

// HelmChart returns what the chart of a release is.
func (r *Rollout) HelmChart(release *Release) Chart {
	is := side{r, release}.chart()
	c := Chart{Name: is.name, Version: is.version, Wrapped: is.wrapped}
	switch source := r.ChartSource(release, ""); {
	case source.Local():
		c.Source = "local"
	case source.Origin == OriginRepository:
		c.Source = source.Repository
	}
	return c
}

func (s side) chart() helmChart {
	source := s.ChartSource(s.Release, "")
	switch {
	case s.HasChartRef && source.Origin == OriginRepository: // an OCIRepository, named as the chart is
		ref := asMap(s.Rollout.Object(s.Source).Get("spec", "ref"))
		version := cmp.Or[any](ref["digest"], ref["semver"], ref["tag"], "latest")
		return helmChart{name: path.Base(source.Repository), version: fmt.Sprint(version)}
	case !source.Local() && s.Source.Kind == "HelmRepository":
		return helmChart{name: path.Base(s.Chart), version: s.Version}
	case !source.Local():
		return helmChart{version: s.Version}
	}
	c := s.chartOf(source)
	is := helmChart{name: c.Name, version: c.Version, build: c.Version, local: true}
	if len(s.ValuesFiles) > 0 { // source-controller adds to the version, too
		is.build += "+"
	}
	if len(c.Dependencies) == 1 && c.Dependencies[0].Name == c.Name {
		is.version, is.wrapped = c.Dependencies[0].Version, true
	}
	if source.Origin == OriginArtifact { // Flux appends the digest of what is in it
		hash := sha256.New()
		for _, name := range slices.Sorted(maps.Keys(source.Files)) {
			data, _ := s.Tree.Read(source.Files[name])
			fmt.Fprintf(hash, "%q %q", name, data)
		}
		is.build = string(hash.Sum(nil))
	}
	return is
}

// given are the values that the release gets, as far as the bundle knows them, and where the others
// come from.
func (s side) given() []any {
	values, _ := s.Compose(s.Release)
	given := []any{values}
	for _, from := range s.ValuesFrom {
		if from.Kind != "ConfigMap" || s.Rollout.Object(from.Ref) == nil {
			from.Place = Place{}
			given = append(given, from)
		}
	}
	return given
}

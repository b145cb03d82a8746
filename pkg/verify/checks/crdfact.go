package checks

import (
	"slices"
	"strings"

	"github.com/Masterminds/semver/v3"

	"github.com/aicr-flux/aicr/pkg/values"
)

// crdFact says that a public chart brings custom resource definitions.
type crdFact struct {
	chart string
	// versions is a constraint on the chart's version; empty are all.
	versions string
	// when is what its values must say.
	when   when
	brings groups
	// byHook says that a Job among the chart's hooks creates them: none of its manifests shows them.
	byHook bool
	// source is where this can be read.
	source string
}

// groups are kinds by their API group; no kinds are all of the group.
type groups map[string][]string

// when are conditions that must all hold.
type when []condition

// condition holds where one of the values at dotted paths is true, as is one that is absent where
// the chart's default is true; with a text, where no value is that text.
type condition struct {
	paths    []string
	byItself bool
	text     string
}

// off is a condition that holds unless the value is false.
func off(path string) condition { return condition{paths: []string{path}, byItself: true} }

// on is a condition that holds where one of the values is true.
func on(paths ...string) condition { return condition{paths: paths} }

// unless is a condition that holds unless the value is the text.
func unless(path, text string) condition { return condition{paths: []string{path}, text: text} }

func (c condition) holds(vals map[string]any) bool {
	if c.text != "" {
		v, _ := values.Get(vals, strings.Split(c.paths[0], "."))
		return v != c.text
	}
	return slices.ContainsFunc(c.paths, func(path string) bool {
		v, _ := values.Get(vals, strings.Split(path, "."))
		set, isBool := v.(bool)
		return set || !isBool && c.byItself
	})
}

// of reports whether the fact is about the chart in its version. What is no version, such as a
// range or a digest, is taken for the newest.
func (f crdFact) of(chart publicChart) bool {
	if f.chart != chart.name || f.versions == "" {
		return f.chart == chart.name
	}
	constraint, err := semver.NewConstraint(f.versions)
	if err != nil {
		return false // TestCRDFacts reads them all
	}
	parsed, err := semver.NewVersion(chart.version)
	if err != nil {
		parsed = semver.New(1<<31, 0, 0, "", "")
	}
	constraint.IncludePrerelease = true
	return constraint.Check(parsed)
}

// has reports whether the fact is about the kind.
func (f crdFact) has(wanted kind) bool {
	kinds, known := f.brings[wanted.Group]
	return known && (len(kinds) == 0 || slices.Contains(kinds, wanted.Kind))
}

// holds reports whether the chart's values let it bring what it says.
func (f crdFact) holds(vals map[string]any) bool {
	return !slices.ContainsFunc(f.when, func(c condition) bool { return !c.holds(vals) })
}

// olmPackages are the packages of the Operator Lifecycle Manager, in OpenShift's catalogs, that
// bring a kind.
var olmPackages = map[kind]string{
	{Group: "nvidia.com", Kind: "ClusterPolicy"}:              "gpu-operator-certified",
	{Group: "nvidia.com", Kind: "NVIDIADriver"}:               "gpu-operator-certified",
	{Group: "mellanox.com", Kind: "NicClusterPolicy"}:         "nvidia-network-operator",
	{Group: "nfd.openshift.io", Kind: "NodeFeatureDiscovery"}: "nfd",
}

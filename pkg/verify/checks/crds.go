package checks

import (
	"cmp"
	"path"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/aicr-flux/aicr/internal/kubeapi"
	"github.com/aicr-flux/aicr/pkg/rollout"
	"github.com/aicr-flux/aicr/pkg/verify/engine"
)

// isFlux reports whether the API group is one of Flux itself.
func isFlux(group string) bool { return strings.HasSuffix(group, ".fluxcd.io") }

// kind is a kind of custom resource.
type kind = schema.GroupKind

// crdIndex is who brings the definition of which kind of custom resource.
type crdIndex struct {
	s *engine.Scene
	// applied are those that the bundle holds as objects of its own: kustomize-controller applies
	// them before everything else.
	applied map[kind]bool
	// early and late are those of local charts: of their crds/, which Helm applies before it looks
	// at the templates, and of their templates.
	early, late map[kind][]*rollout.Release
	// charts are those that are not at hand, or that could not be rendered.
	charts map[*rollout.Release]publicChart
	// subscriptions are the packages that a release has OLM install.
	subscriptions map[*rollout.Release][]string
	found         map[kind][]*rollout.Release
}

func newCRDIndex(s *engine.Scene) *crdIndex {
	index := &crdIndex{
		s: s, applied: map[kind]bool{}, early: map[kind][]*rollout.Release{}, late: map[kind][]*rollout.Release{},
		charts: map[*rollout.Release]publicChart{}, subscriptions: map[*rollout.Release][]string{}, found: map[kind][]*rollout.Release{},
	}
	for _, o := range s.Objects {
		if defined, ok := definedBy(o.Content); ok {
			index.applied[defined] = true
		}
	}
	rendered := map[*rollout.Release]bool{}
	for _, chart := range s.Charts() {
		if chart.Rendered() {
			rendered[chart.Release] = true
			index.addChart(chart)
		} else if chart.Chart != nil {
			index.charts[chart.Release] = publicChart{chart.Chart.Name, chart.Chart.Version}
		}
	}
	for _, release := range s.Releases {
		if public := chartOf(s, release); public.name != "" && !rendered[release] {
			index.charts[release] = public
		}
	}
	return index
}

func (x *crdIndex) addChart(chart *engine.LocalChart) {
	for _, m := range chart.Resources {
		defined, ok := definedBy(m.Object)
		switch {
		case m.Kind() == "Subscription" && m.Group() == "operators.coreos.com":
			x.subscriptions[chart.Release] = append(x.subscriptions[chart.Release], m.TextAt("spec", "name"))
		case !ok, m.CRD && chart.Release.Text("spec", "install", "crds") == "Skip":
		case m.CRD:
			x.early[defined] = append(x.early[defined], chart.Release)
		default:
			x.late[defined] = append(x.late[defined], chart.Release)
		}
	}
}

// before reports whether the definition is there before any release: the bundle holds it itself, or
// the cluster has it.
func (x *crdIndex) before(wanted kind) bool {
	plural, _ := meta.UnsafeGuessKindToResource(wanted.WithVersion(""))
	return x.applied[wanted] || x.s.External[rollout.Ref{Kind: "CustomResourceDefinition", Name: plural.GroupResource().String()}]
}

// bring returns the releases that bring the kind: first those that are ready only when the
// definition is there.
func (x *crdIndex) bring(wanted kind) []*rollout.Release {
	all, known := x.found[wanted]
	if known {
		return all
	}
	all = slices.Concat(x.early[wanted], x.late[wanted])
	for _, release := range x.s.Releases {
		if x.byFact(release, wanted) {
			all = append(all, release)
		}
	}
	all = append(all, x.subscribed(wanted)...)
	x.found[wanted] = all
	return all
}

// byFact reports whether the release's chart is not at hand, and known to bring the kind.
func (x *crdIndex) byFact(release *rollout.Release, wanted kind) bool {
	chart := x.charts[release]
	return slices.ContainsFunc(crdFacts, func(fact crdFact) bool {
		if !fact.has(wanted) || !fact.of(chart) {
			return false
		}
		composed, _ := x.s.Compose(release)
		return fact.holds(composed)
	})
}

// subscribed returns the releases that have OLM bring the kind. They are ready before OLM has done
// so.
func (x *crdIndex) subscribed(wanted kind) []*rollout.Release {
	name, known := olmPackages[wanted]
	if !known {
		return nil
	}
	var all []*rollout.Release
	for _, release := range x.s.Releases {
		if slices.Contains(x.subscriptions[release], name) {
			all = append(all, release)
		}
	}
	return all
}

// definedBy returns the kind that a CustomResourceDefinition defines.
func definedBy(object map[string]any) (defined kind, ok bool) {
	defined.Group, _, _ = unstructured.NestedString(object, "spec", "group")
	defined.Kind, _, _ = unstructured.NestedString(object, "spec", "names", "kind")
	return defined, object["kind"] == "CustomResourceDefinition" && defined.Group != "" && defined.Kind != ""
}

// publicChart is a chart by its name, and the version that a release asks for.
type publicChart struct{ name, version string }

// chartOf returns the chart that a release takes from a repository.
func chartOf(s *engine.Scene, release *rollout.Release) publicChart {
	switch release.Source.Kind {
	case "HelmRepository":
		return publicChart{path.Base(release.Chart), release.Version}
	case "OCIRepository", "HelmChart":
		if o := s.Object(release.Source); o != nil {
			return publicChart{path.Base(cmp.Or(o.Text("spec", "url"), o.Text("spec", "chart"))), cmp.Or(o.Text("spec", "ref", "tag"), o.Text("spec", "version"))}
		}
	}
	return publicChart{}
}

// isCustom reports whether the group's kinds are there only when somebody brings their definitions;
// Flux brings its own.
func isCustom(group string) bool {
	return strings.Contains(group, ".") && !kubeapi.KnownGroup(group) && !isFlux(group)
}

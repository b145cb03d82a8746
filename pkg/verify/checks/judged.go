package checks

import (
	"fmt"
	"strings"

	"github.com/aicr-flux/aicr/internal/kubeapi"
	"github.com/aicr-flux/aicr/internal/kubeschema"
	"github.com/aicr-flux/aicr/pkg/rollout"
	"github.com/aicr-flux/aicr/pkg/verify/engine"
)

// judged is an object that an API server gets: one of the bundle's own, or one that a chart renders.
type judged struct {
	content          map[string]any
	apiVersion, kind string
	place            func(path ...any) rollout.Place
	// variables says that variables in it may be filled in.
	variables bool
	// by is the chart that renders it; nil for one of the bundle's own.
	by *engine.LocalChart
}

func ownObject(o *rollout.Object) judged {
	return judged{content: o.Content, apiVersion: o.APIVersion, kind: o.Kind, place: o.Place, variables: !guarded(o)}
}

func rendered(s *engine.Scene, m engine.Resource) judged {
	return judged{
		content: m.Object, apiVersion: m.TextAt("apiVersion"), kind: m.Kind(), variables: true, by: m.Chart,
		place: func(path ...any) rollout.Place {
			at := m.Place(s)
			at.Path = rollout.Dotted(path...)
			return at
		},
	}
}

// allJudged are the bundle's own objects and what its charts render.
func allJudged(s *engine.Scene) []judged {
	var all []judged
	for _, o := range s.Objects {
		if !engine.Encrypted(o) {
			all = append(all, ownObject(o))
		}
	}
	for _, m := range s.Resources() {
		all = append(all, rendered(s, m))
	}
	return all
}

func (j judged) id() kubeschema.Kind { return kubeschema.KindOf(j.apiVersion, j.kind) }

// refused says that the API server refuses the object because of a problem.
func (j judged) refused(problem kubeschema.Problem) string {
	if j.by == nil {
		return problem.Text
	}
	return fmt.Sprintf("%s renders a %s that the API server refuses: %s%s", j.by.Release.Ref, j.kind, problem.Text, j.fromValue(problem.Path))
}

// fromValue names the value of the release that a rendered one comes from, where only one can be it:
// one that is the same, below a key that is called the same.
func (j judged) fromValue(path []any) string {
	if len(path) == 0 {
		return ""
	}
	key, _ := path[len(path)-1].(string)
	bad, isLeaf := leaf(rollout.At(j.content, path...))
	if !isLeaf || key == "" {
		return ""
	}
	var found []string
	engine.EachValue(j.by.Values, nil, func(path []any, value any) {
		same, isLeaf := leaf(value)
		if name, _ := path[len(path)-1].(string); isLeaf && same == bad && name == key {
			found = append(found, rollout.Dotted(path...))
		}
	})
	if len(found) != 1 {
		return ""
	}
	return fmt.Sprintf(" (from the value %s)", found[0])
}

// leaf writes a value that is no map and no list.
func leaf(v any) (text string, ok bool) {
	switch v.(type) {
	case string, bool, int, int64, uint64, float64:
		return fmt.Sprint(v), true
	}
	return "", false
}

// judge returns what the API server has against an object, and whether it is known here what it says
// of its kind.
func (j judged) judge(p *engine.Pass) (problems []kubeschema.Problem, known bool) {
	var err error
	if schema := kubeschema.Find(p.FluxVersion(), j.id()); schema != nil {
		problems, err = schema.Problems(p.Ctx, j.content)
	} else if resource := p.Resource(j.apiVersion, j.kind); resource != nil {
		problems, err = resource.Problems(p.Ctx, j.content, j.variables)
	} else {
		return nil, ownKind(j.id()) || len(p.Definitions()[kind{Group: j.id().Group, Kind: j.kind}]) > 0
	}
	if err != nil {
		p.Unseen("%s %s cannot be judged: %s", j.apiVersion, j.kind, err)
	}
	return problems, true
}

// ownKind reports whether a kind, if there is such a one, is Kubernetes' own: a group without a dot
// can be nobody else's.
func ownKind(id kubeschema.Kind) bool {
	return kubeapi.KnownGroup(id.Group) || !strings.Contains(id.Group, ".")
}

package checks

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/aicr-flux/aicr/internal/kubeschema"
	"github.com/aicr-flux/aicr/internal/parallel"
	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/rollout"
	"github.com/aicr-flux/aicr/pkg/verify/engine"
)

var serverRefuses = &engine.Check{
	ID:       "server-refuses",
	Group:    engine.GroupCharts,
	Severity: engine.SeverityError,
	Title:    "The API server of the cluster takes each object, where it is asked",
	Remedy:   "Correct the object, or what the chart makes it of.",
	After:    []string{"custom-resource", "manifest-schema"},
	Run: func(p *engine.Pass) {
		if p.Options.APIServer == nil {
			return
		}
		questions := questions(p)
		// The server, and not a processor, is what takes time.
		const atOnce = 8
		parallel.Limited(atOnce, len(questions), func(i int) {
			q := questions[i]
			if p.Ctx.Err() == nil {
				q.answer, q.err = p.Options.APIServer.Ask(p.Ctx, q.object, q.namespace)
			}
		})
		unasked := unasked{}
		for _, q := range questions {
			if q.err != nil && p.Ctx.Err() == nil {
				p.Fail(errors.Wrap(errors.ErrCodeUnavailable, q.err, "%s does not answer to %s", p.Options.APIServer, q.at().Object))
				return
			}
			q.tell(p, unasked)
		}
		left := unasked.tell(p)
		p.Note("%s was asked about %d of %s, as a dry run", p.Options.APIServer, len(questions)-left, engine.Plural(len(questions), "object"))
	},
}

// question is an object that the server is asked about.
type question struct {
	object    map[string]any
	namespace string
	// steps makes the place of a field; of what a chart renders it is that of the template.
	place  func(steps ...any) rollout.Place
	answer engine.Answer
	err    error
}

// questions are the objects in the order in which they come into the cluster: those of the bundle
// itself, then what each release installs.
func questions(p *engine.Pass) []*question {
	var all []*question
	for _, o := range p.Objects {
		switch {
		case engine.Encrypted(o):
			p.Unseen("%s is encrypted with SOPS, and so the API server is not asked about it", o.Ref)
		case hasVariable(o) && !guarded(o):
			p.Unseen("%s has variables, and so the API server is not asked about it", o.Ref)
		default:
			all = append(all, &question{object: o.Content, namespace: o.Namespace, place: o.Place})
		}
	}
	for _, chart := range p.Charts() {
		for _, r := range chart.Resources {
			if r.TextAt("metadata", "name") == "" || onlyTests(r) {
				continue // of names others tell, and Flux runs a test only if it is told to
			}
			place := func(steps ...any) rollout.Place {
				at := r.Place(p.Scene)
				at.Path = rollout.Dotted(steps...)
				return at
			}
			all = append(all, &question{object: r.Object, namespace: chart.Release.TargetNamespace, place: place})
		}
	}
	return all
}

// onlyTests reports whether it is a hook of helm test, which nothing else applies.
func onlyTests(r engine.Resource) bool {
	events := r.TextAt("metadata", "annotations", "helm.sh/hook")
	return strings.HasPrefix(events, "test") && !strings.Contains(events, ",")
}

func (q *question) at() rollout.Place { return q.place() }

// tell reports what the server says. What other checks say already is not told again.
func (q *question) tell(p *engine.Pass, unasked unasked) {
	for _, text := range q.answer.Warnings {
		p.Warn(q.at(), "the API server warns: %s", q.words(engine.Problem{Reason: "something is wrong with its data", Text: text}))
	}
	kind := fmt.Sprintf("%v %v", q.object["apiVersion"], q.object["kind"])
	switch group, _, _ := strings.Cut(kind, "/"); q.answer.Verdict {
	case engine.NoKind:
		if versions := q.answer.Versions; len(versions) > 0 && !isCustom(group) {
			p.Report(q.place("apiVersion"), "the API server has no %s; it has %v in %s", kind, q.object["kind"], strings.Join(versions, ", "))
			return
		}
		unasked.add("the cluster does not have their kind yet", kind)
	case engine.NoNamespace:
		unasked.add("the cluster does not have their namespace yet", q.namespace)
	case engine.NotAsked:
		unasked.add("the server does not tell", q.words(q.answer.Problems[0]))
	case engine.Refused:
		for _, problem := range q.answer.Problems {
			at := q.place(kubeschema.Steps(q.object, problem.Field)...)
			if !told(p, at) {
				p.Report(at, "the API server refuses it: %s", q.words(problem))
			}
		}
	}
}

// unasked are numbers of objects, by why and for lack of what the server is not asked about them.
type unasked map[string]map[string]int

func (u unasked) add(why, lack string) {
	if u[why] == nil {
		u[why] = map[string]int{}
	}
	u[why][lack]++
}

// tell notes what could not be asked, and returns how many objects that are.
func (u unasked) tell(p *engine.Pass) int {
	all := 0
	for _, why := range slices.Sorted(maps.Keys(u)) {
		count := 0
		for _, n := range u[why] {
			count += n
		}
		p.Unseen("%s not asked about, and judged by the other checks alone, because %s: %s",
			engine.Plural(count, "object"), why, strings.Join(slices.Sorted(maps.Keys(u[why])), ", "))
		all += count
	}
	return all
}

// words are what the server says. It quotes values, so that of a Secret there is only the reason.
func (q *question) words(problem engine.Problem) string {
	if q.object["kind"] == "Secret" {
		return strings.TrimSpace(problem.Reason + " " + problem.Field)
	}
	return problem.Text
}

// told reports whether another check says of the place, or of what is around it, that it is wrong.
func told(p *engine.Pass, at rollout.Place) bool {
	return slices.ContainsFunc(p.Findings, func(f engine.Finding) bool {
		return f.Severity == engine.SeverityError && f.File == at.File && f.Object == at.Object && f.Check != p.Check.ID &&
			(strings.HasPrefix(at.Path, f.Path) || strings.HasPrefix(f.Path, at.Path))
	})
}

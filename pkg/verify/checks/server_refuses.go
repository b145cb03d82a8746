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
		unasked, left := map[string]int{}, 0
		for _, q := range questions {
			if q.err != nil && p.Ctx.Err() == nil {
				p.Fail(errors.Wrap(errors.ErrCodeUnavailable, q.err, "%s does not answer to %s", p.Options.APIServer, q.at().Object))
				return
			}
			q.tell(p, unasked)
		}
		for _, why := range slices.Sorted(maps.Keys(unasked)) {
			left += unasked[why]
			p.Unseen("the API server is not asked about %s, which the other checks judge alone: %s", engine.Plural(unasked[why], "object"), why)
		}
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
			if r.TextAt("metadata", "name") == "" {
				continue // others tell
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

func (q *question) at() rollout.Place { return q.place() }

// kind is what kind of object it is.
func (q *question) kind() string {
	return fmt.Sprintf("%v %v", q.object["apiVersion"], q.object["kind"])
}

// tell reports what the server says. What other checks say already is not told again.
func (q *question) tell(p *engine.Pass, unasked map[string]int) {
	for _, text := range q.answer.Warnings {
		p.Warn(q.at(), "the API server warns: %s", q.words(engine.Problem{Reason: "of its data", Text: text}))
	}
	switch q.answer.Verdict {
	case engine.NoKind:
		unasked["the cluster does not have the kind "+q.kind()+" yet"]++
	case engine.NoNamespace:
		unasked["the cluster does not have the namespace "+q.namespace+" yet"]++
	case engine.NotAsked:
		unasked[q.answer.Problems[0].Text]++
	case engine.Refused:
		for _, problem := range q.answer.Problems {
			at := q.place(kubeschema.Steps(q.object, problem.Field)...)
			if !told(p, at) {
				p.Report(at, "the API server refuses it: %s", q.words(problem))
			}
		}
	}
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

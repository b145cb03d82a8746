package verify

import (
	"context"
	"slices"

	"github.com/aicr-flux/aicr/internal/fluxschema"
	"github.com/aicr-flux/aicr/internal/parallel"
	"github.com/aicr-flux/aicr/internal/rollout"
)

// judgement is what the schemas of Flux say of one object of a group of Flux.
type judgement struct {
	object *rollout.Object
	kind   fluxschema.Kind
	// served are the lines that have the kind in this version, the oldest first.
	served []string
	// problems are why the line that the bundle is held against refuses it.
	problems []lineProblem
	// lowest is the oldest line that takes it; "" where the chosen one does not.
	lowest string
	err    error
}

// lineProblem is why a line refuses an object, and the line nearest to it that
// has nothing against this field; "" where none is known.
type lineProblem struct {
	fluxschema.Problem
	elsewhere string
}

// judgeFlux judges all objects of Flux's groups, side by side: the first of a
// kind compiles its rules, and there may be thousands.
func (s *scene) judgeFlux() []*judgement {
	var all []*judgement
	for _, o := range s.Objects {
		if fluxschema.KnownGroup(o.Group()) && !encrypted(o) {
			all = append(all, &judgement{object: o, kind: kindOf(o)})
		}
	}
	parallel.Each(len(all), func(i int) { all[i].err = all[i].judge(s.ctx, s.fluxVersion()) })
	return all
}

func kindOf(o *rollout.Object) fluxschema.Kind {
	group := o.Group()
	version := o.APIVersion
	if group != "" {
		version = version[len(group)+1:]
	}
	return fluxschema.Kind{Group: group, Version: version, Kind: o.Kind}
}

func (j *judgement) judge(ctx context.Context, line string) error {
	j.served = fluxschema.Serving(j.kind)
	schema := fluxschema.Find(line, j.kind)
	if schema == nil {
		return nil
	}
	problems, err := schema.Problems(ctx, j.object.Content)
	if err != nil {
		return err
	}
	if len(problems) == 0 {
		j.lowest, err = j.lowestLine(ctx, line)
		return err
	}
	var others map[string][]fluxschema.Problem
	if others, err = j.otherLines(ctx, line); err != nil {
		return err
	}
	for _, p := range problems {
		j.problems = append(j.problems, lineProblem{p, j.elsewhere(p, line, others)})
	}
	return nil
}

// lowestLine returns the oldest line that has all that the object uses. The line
// that the object is held against has.
func (j *judgement) lowestLine(ctx context.Context, line string) (string, error) {
	for _, older := range j.served {
		if older == line {
			break
		}
		if ok, err := fluxschema.Find(older, j.kind).Accepts(ctx, j.object.Content); ok || err != nil {
			return older, err
		}
	}
	return line, nil
}

func (j *judgement) otherLines(ctx context.Context, line string) (map[string][]fluxschema.Problem, error) {
	all := map[string][]fluxschema.Problem{}
	for _, other := range j.served {
		if other == line {
			continue
		}
		problems, err := fluxschema.Find(other, j.kind).Problems(ctx, j.object.Content)
		if err != nil {
			return nil, err
		}
		all[other] = problems
	}
	return all, nil
}

// elsewhere prefers newer lines to older ones, and then the nearest.
func (j *judgement) elsewhere(p fluxschema.Problem, line string, others map[string][]fluxschema.Problem) string {
	for _, other := range byDistance(j.served, line) {
		same := func(q fluxschema.Problem) bool { return related(q.Path, p.Path) }
		if !slices.ContainsFunc(others[other], same) {
			return other
		}
	}
	return ""
}

// related reports whether one path leads to the other: a line says of a field what
// another says of the whole object.
func related(a, b []any) bool {
	n := min(len(a), len(b))
	return slices.Equal(a[:n], b[:n])
}

// byDistance returns the lines that are newer than line, the oldest first, and then
// those that are older, the newest first.
func byDistance(lines []string, line string) []string {
	at := slices.Index(fluxschema.Lines(), line)
	var newer, older []string
	for _, other := range lines {
		switch i := slices.Index(fluxschema.Lines(), other); {
		case i > at:
			newer = append(newer, other)
		case i < at:
			older = append(older, other)
		}
	}
	slices.Reverse(older)
	return append(newer, older...)
}

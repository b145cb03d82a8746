package engine

import (
	"context"
	"path"
	"slices"

	"github.com/aicr-flux/aicr/internal/kubeschema"
	"github.com/aicr-flux/aicr/internal/parallel"
	"github.com/aicr-flux/aicr/pkg/rollout"
)

// Encrypted reports whether SOPS encrypted the object: then it is not yet what the API server gets.
func Encrypted(o *rollout.Object) bool { return o.Get("sops") != nil }

// judgement is what the schemas of Flux say of one object of a group of Flux.
type judgement struct {
	Object *rollout.Object
	Kind   kubeschema.Kind
	// served are the lines that have the kind in this version, the oldest first.
	Served []string
	// problems are why the line that the bundle is held against refuses it.
	Problems []lineProblem
	// lowest is the oldest line that takes it; "" where the chosen one does not.
	lowest string
	Err    error
}

// lineProblem is why a line refuses an object, and the line nearest to it that has nothing against
// this field; "" where no line is known.
type lineProblem struct {
	kubeschema.Problem
	Elsewhere string
}

// judgeFlux judges all objects of Flux's groups, side by side: the first of a Kind compiles its
// rules, and there may be thousands.
func (s *Scene) judgeFlux() []*judgement {
	var all []*judgement
	for _, o := range s.Objects {
		if kubeschema.KnownGroup(o.Group()) && !Encrypted(o) {
			all = append(all, &judgement{Object: o, Kind: kindOf(o)})
		}
	}
	parallel.Each(len(all), func(i int) { all[i].Err = all[i].judge(s.Ctx, s.FluxVersion()) })
	return all
}

func kindOf(o *rollout.Object) kubeschema.Kind {
	return kubeschema.Kind{Group: o.Group(), Version: path.Base(o.APIVersion), Kind: o.Kind}
}

func (j *judgement) judge(ctx context.Context, line string) error {
	j.Served = kubeschema.Serving(j.Kind)
	schema := kubeschema.Find(line, j.Kind)
	if schema == nil {
		return nil
	}
	problems, err := schema.Problems(ctx, j.Object.Content)
	if err != nil {
		return err
	}
	if len(problems) == 0 {
		j.lowest, err = j.lowestLine(ctx, line)
		return err
	}
	var others map[string][]kubeschema.Problem
	if others, err = j.otherLines(ctx, line); err != nil {
		return err
	}
	for _, p := range problems {
		j.Problems = append(j.Problems, lineProblem{p, j.elsewhere(p, line, others)})
	}
	return nil
}

// lowestLine returns the oldest line that has all that the object uses. The line that the object is
// held against has.
func (j *judgement) lowestLine(ctx context.Context, line string) (string, error) {
	for _, older := range j.Served {
		if older == line {
			break
		}
		if ok, err := kubeschema.Find(older, j.Kind).Accepts(ctx, j.Object.Content); ok || err != nil {
			return older, err
		}
	}
	return line, nil
}

func (j *judgement) otherLines(ctx context.Context, line string) (map[string][]kubeschema.Problem, error) {
	all := map[string][]kubeschema.Problem{}
	for _, other := range j.Served {
		if other == line {
			continue
		}
		problems, err := kubeschema.Find(other, j.Kind).Problems(ctx, j.Object.Content)
		if err != nil {
			return nil, err
		}
		all[other] = problems
	}
	return all, nil
}

// elsewhere prefers newer lines to older ones, and then the nearest.
func (j *judgement) elsewhere(p kubeschema.Problem, line string, others map[string][]kubeschema.Problem) string {
	for _, other := range ByDistance(j.Served, line) {
		same := func(q kubeschema.Problem) bool { return related(q.Path, p.Path) }
		if !slices.ContainsFunc(others[other], same) {
			return other
		}
	}
	return ""
}

// related reports whether one path leads to the other: a line says of a field what another says of
// the whole object.
func related(a, b []any) bool {
	n := min(len(a), len(b))
	return slices.Equal(a[:n], b[:n])
}

// ByDistance returns the lines that are newer than line, the oldest first, and then those that are
// older, the newest first.
func ByDistance(lines []string, line string) []string {
	at := slices.Index(kubeschema.Lines(), line)
	var newer, older []string
	for _, other := range lines {
		switch i := slices.Index(kubeschema.Lines(), other); {
		case i > at:
			newer = append(newer, other)
		case i < at:
			older = append(older, other)
		}
	}
	slices.Reverse(older)
	return append(newer, older...)
}

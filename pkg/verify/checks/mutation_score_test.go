package checks_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/aicr-flux/aicr/pkg/verify"
)

// tally is how many mutants there were, and how many of them the right check found.
type tally struct{ mutants, caught int }

// score counts the mutants of all bundles.
type score struct {
	mu      sync.Mutex
	perKind map[string]*tally
}

// try makes one mutant and verifies it.
func (s *score) try(t *testing.T, m mutation, r *rand.Rand, good fstest.MapFS) {
	t.Helper()
	mutant := maps.Clone(good)
	if !m.listed {
		delete(mutant, "checksums.txt")
	}
	did := m.apply(r, mutant)
	if did == "" {
		return
	}
	report := verifyAll(t, mutant, verify.Options{})
	found := slices.ContainsFunc(report.Findings, func(f verify.Finding) bool {
		return f.Severity >= verify.SeverityWarning && slices.Contains(m.checks, f.Check)
	})
	if !found && len(m.checks) > 0 {
		t.Errorf("%s: %s\nnot found by %v:\n%s", m.kind, did, m.checks, list(report))
	}
	if len(m.checks) == 0 && report.Worst(verify.SeverityWarning) {
		t.Errorf("%s: %s\nis found now, so say by which check:\n%s", m.kind, did, list(report))
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.perKind[m.kind] == nil {
		s.perKind[m.kind] = &tally{}
	}
	s.perKind[m.kind].add(1, found)
}

func (t *tally) add(mutants int, found bool) {
	t.mutants += mutants
	if found {
		t.caught += mutants
	}
}

func (s *score) total() (all tally) {
	for _, kind := range s.perKind {
		all.mutants += kind.mutants
		all.caught += kind.caught
	}
	return all
}

// String is the score by kind, with the first of its right checks.
func (s *score) String() string {
	var b strings.Builder
	for _, m := range mutations {
		if kind := s.perKind[m.kind]; kind != nil {
			fmt.Fprintf(&b, "%d of %d  %s (%s)\n", kind.caught, kind.mutants, m.kind, strings.Join(slices.Concat(m.checks, []string{"nothing"})[:1], ""))
		}
	}
	return b.String()
}

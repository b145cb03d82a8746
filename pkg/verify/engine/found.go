package engine

import (
	"slices"

	"github.com/aicr-flux/aicr/pkg/rollout"
)

// trace is one way to ask for a finding; the fields that a question leaves open are empty.
type trace struct {
	check, file, object, path string
	line                      int
}

// trace remembers a finding under every question that checks ask.
func (s *Scene) trace(check string, at rollout.Place) {
	s.seen[trace{check: check}] = true
	s.seen[trace{check: check, file: at.File, object: at.Object}] = true
	s.seen[trace{file: at.File, object: at.Object, path: at.Path}] = true
	s.seen[trace{file: at.File, line: at.Line}] = true
}

// Found reports whether one of the checks has found something.
func (s *Scene) Found(ids ...string) bool {
	return slices.ContainsFunc(ids, func(id string) bool { return s.seen[trace{check: id}] })
}

// FoundOn reports whether one of the checks has found something on the object.
func (s *Scene) FoundOn(o *rollout.Object, ids ...string) bool {
	at := o.Place()
	return slices.ContainsFunc(ids, func(id string) bool {
		return s.seen[trace{check: id, file: at.File, object: at.Object}]
	})
}

// FoundAt reports whether something is already found at that place.
func (s *Scene) FoundAt(at rollout.Place) bool {
	return s.seen[trace{file: at.File, object: at.Object, path: at.Path}]
}

// FoundIn reports whether something is already found in that line, which then has to change anyway.
func (s *Scene) FoundIn(file string, line int) bool { return s.seen[trace{file: file, line: line}] }

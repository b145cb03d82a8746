// Package bundle is a set of files: bytes under relative paths. It adds, lists and hashes them, and
// writes them into a directory so that either all of it happens or nothing.
//
// Read takes such a directory back, and nothing that is not the bundle's own.
//
// It stands between the rooms that make files (the deployers) and the places where files go (a
// directory, an OCI artifact). It does not know what the files mean: which of them may be edited,
// and which one tells a bundle from any other directory, it is told.
//
// A write has five steps:
//
//	heal     learn what a run that was killed has written, and      heal.go
//	         put back what it put aside
//	survey   compare the set with the directory, name conflicts      survey.go
//	stage    write what changed into .aicr-stage, with a journal     stage.go
//	commit   rename: the old files aside, the new ones in            commit.go
//	finish   drop the stage and the old files with it                commit.go
//
// Compare does the first two without touching anything, to say what a write would do.
//
// A commit consists of renames only, so that the same renames backwards undo what fails. A kill
// leaves some files old and some new, and the journal: the checksums of all that this run and those
// before it wrote. The next run need not know how far the killed one came, nor what was done to the
// files since: content that is in the journal or in checksums.txt was written by a run and can be
// replaced, and everything else is an edit.
package bundle

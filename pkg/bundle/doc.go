// Package bundle is a set of files: bytes under relative paths. It adds, lists
// and hashes them, and writes them into a directory so that either all of it
// happens or nothing.
//
// Read takes such a directory back, and nothing that is not the bundle's own.
//
// It stands between the rooms that make files (pkg/deployer/flux, pkg/aicr) and the
// places where files go (a directory, an OCI artifact). It does not know what
// the files mean: which of them may be edited, and which one tells a bundle
// from any other directory, it is told.
//
// A write has five steps:
//
//	heal     put back what a run that was killed left half done   heal.go
//	survey   compare the set with the directory, name conflicts   survey.go, removals.go
//	stage    write what changed into .aicr-stage                   commit.go
//	commit   rename: the old files aside, the new ones in          commit.go
//	clear    drop the stage and the old files with it              commit.go
//
// Whatever goes wrong before the end of the commit is undone by the same code
// that heals after a kill: it reads the state of the disk, not a memory of it.
package bundle

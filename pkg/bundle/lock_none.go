//go:build !(darwin || dragonfly || freebsd || linux || netbsd || openbsd)

package bundle

import "os"

// lockFile does nothing where no lock on a directory is at hand: there, two runs
// at once into one directory are the caller's to avoid.
func lockFile(*os.File) (taken bool) { return false }

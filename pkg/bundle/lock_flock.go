//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package bundle

import (
	"errors"
	"os"
	"syscall"
)

// lockFile takes an advisory lock that goes with the open file, so that a killed
// process leaves none behind. It reports whether somebody else has it.
func lockFile(f *os.File) (taken bool) {
	// A file system that has no locks is no reason to refuse work.
	return errors.Is(syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB), syscall.EWOULDBLOCK)
}

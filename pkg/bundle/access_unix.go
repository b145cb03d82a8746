//go:build unix

package bundle

import "golang.org/x/sys/unix"

// mayWrite asks the system whether files can be made and renamed in the directory.
func mayWrite(dir string) error { return unix.Access(dir, unix.W_OK|unix.X_OK) }

package cluster

import "syscall"

// ownGroup keeps the signals of a terminal away from the parts, and ends them with the test, even
// where that is killed.
func ownGroup() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}

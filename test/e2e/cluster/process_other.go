//go:build !linux

package cluster

import "syscall"

// ownGroup is for Linux, where a child can be made to end with its parent.
func ownGroup() *syscall.SysProcAttr { return nil }

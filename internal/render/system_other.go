//go:build !linux

package render

import "syscall"

// A child sees that its parent has ended by its standard input.
func endWithParent() *syscall.SysProcAttr { return nil }

// The memory of other processes is not known here; debug.SetMemoryLimit and the time limit remain.
func residentMemory(int) int64 { return 0 }

func limitAddressSpace(int64) {}

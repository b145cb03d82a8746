//go:build !linux

package render

import "syscall"

// A child ends with its parent because its standard input does.
func endWithParent() *syscall.SysProcAttr { return nil }

// The memory of other processes is not known here; debug.SetMemoryLimit and the time limit remain.
func residentMemory(int) int64 { return 0 }

func limitAddressSpace(int64) {}

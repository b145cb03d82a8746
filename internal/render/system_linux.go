package render

import (
	"fmt"
	"os"
	"syscall"
)

// endWithParent lets the kernel tell a child that its parent has ended, of whatever cause.
func endWithParent() *syscall.SysProcAttr { return &syscall.SysProcAttr{Pdeathsig: syscall.SIGTERM} }

// residentMemory is how much memory a process has, in bytes.
func residentMemory(pid int) int64 {
	_, resident := pages(fmt.Sprint(pid))
	return resident * int64(os.Getpagesize())
}

// limitAddressSpace lets the address space grow by no more than so many bytes: one giant allocation
// is over before anybody sees it. Go reserves more than it uses, but as much for little as for
// much.
func limitAddressSpace(growth int64) {
	size, _ := pages("self")
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_AS, &limit); err == nil && size > 0 {
		limit.Cur = min(limit.Cur, uint64(size*int64(os.Getpagesize())+growth))
		_ = syscall.Setrlimit(syscall.RLIMIT_AS, &limit) // the parent watches, too
	}
}

// pages returns the size of a process and what of it is in memory.
func pages(process string) (size, resident int64) {
	data, err := os.ReadFile("/proc/" + process + "/statm")
	if err == nil {
		_, _ = fmt.Sscan(string(data), &size, &resident)
	}
	return size, resident
}

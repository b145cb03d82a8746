package errors

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// UnknownHost is the cause of an error where a host cannot be found or has no way to it. One alone is
// a name that is not right; a List in which several hosts have it tells of them once, because then
// there is no network.
type UnknownHost struct {
	Host string
	// Why says it of this host alone, and what to do.
	Why string
}

// Error returns why.
func (u *UnknownHost) Error() string { return u.Why }

// NoNetwork says once what several errors of a list have in common, where more than one host is
// unknown, and returns the errors that are about something else.
func NoNetwork(err error) (text string, others []error) {
	list, ok := err.(List) //nolint:errorlint // a list inside another error is told of with what that says
	if !ok {
		return "", nil
	}
	var hosts []string
	for _, err := range list {
		if unknown, ok := errors.AsType[*UnknownHost](err); ok {
			hosts = append(hosts, unknown.Host)
		} else {
			others = append(others, err)
		}
	}
	slices.Sort(hosts)
	if hosts = slices.Compact(hosts); len(hosts) < 2 {
		return "", nil
	}
	const most = 3
	named := strings.Join(hosts[:min(most, len(hosts))], ", ")
	if more := len(hosts) - most; more > 0 {
		named += fmt.Sprintf(" and %d more", more)
	}
	return fmt.Sprintf("no network: none of %d hosts can be reached (%s); check the network, DNS and HTTPS_PROXY, or set `Offline` to use what earlier runs have cached", len(hosts), named), others
}

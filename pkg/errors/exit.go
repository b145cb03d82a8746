package errors

import (
	"cmp"
	"context"
	"errors"
)

// ExitStatus returns the exit status of the command for err: 0 for nil, 2 for an invalid request or
// a conflict, 3 for not found, 4 for unauthorized and for a verification that fails, 5 for a
// timeout, 6 for an unavailable service, 7 for a rate limit, 8 for an internal error, and 1 for
// anything else, such as an interrupted run.
func ExitStatus(err error) int {
	switch {
	case err == nil:
		return 0
	case errors.Is(err, context.Canceled):
		return 1
	}
	return cmp.Or(map[ErrorCode]int{
		ErrCodeInvalidRequest:     2,
		ErrCodeConflict:           2,
		ErrCodeNotFound:           3,
		ErrCodeUnauthorized:       4,
		ErrCodeVerificationFailed: 4,
		ErrCodeTimeout:            5,
		ErrCodeUnavailable:        6,
		ErrCodeRateLimitExceeded:  7,
		ErrCodeInternal:           8,
	}[CodeOf(err)], 1)
}

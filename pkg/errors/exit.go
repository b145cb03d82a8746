package errors

import (
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
	switch CodeOf(err) {
	case ErrCodeInvalidRequest, ErrCodeConflict:
		return 2
	case ErrCodeNotFound:
		return 3
	case ErrCodeUnauthorized, ErrCodeVerificationFailed:
		return 4
	case ErrCodeTimeout:
		return 5
	case ErrCodeUnavailable:
		return 6
	case ErrCodeRateLimitExceeded:
		return 7
	case ErrCodeInternal:
		return 8
	}
	return 1
}

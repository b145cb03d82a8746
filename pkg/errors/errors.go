// Package errors gives every failure of aicr a code: what kind of failure it is, which exit status
// the command ends with, and whether a retry can help.
//
// It is the ground floor: it imports no other package of the project. A message names what is
// wrong, where it stands and what to do; the code is for programs.
package errors

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
)

// ErrorCode classifies an error. A code is itself an error, so that errors.Is(err, ErrCodeConflict)
// asks for the kind of a wrapped error.
type ErrorCode string

// The codes, with the exit status each one gives the command (see ExitStatus).
const (
	ErrCodeNotFound          ErrorCode = "NOT_FOUND"
	ErrCodeUnauthorized      ErrorCode = "UNAUTHORIZED"
	ErrCodeTimeout           ErrorCode = "TIMEOUT"
	ErrCodeInternal          ErrorCode = "INTERNAL"
	ErrCodeInvalidRequest    ErrorCode = "INVALID_REQUEST"
	ErrCodeRateLimitExceeded ErrorCode = "RATE_LIMIT_EXCEEDED"
	ErrCodeUnavailable       ErrorCode = "SERVICE_UNAVAILABLE"
	ErrCodeConflict          ErrorCode = "CONFLICT"
	// ErrCodeVerificationFailed is a bundle that does not pass.
	ErrCodeVerificationFailed ErrorCode = "VERIFICATION_FAILED"
)

// Error returns the code's text, such as "NOT_FOUND".
func (c ErrorCode) Error() string { return string(c) }

// Error is an error with a code. Message and Cause are shown as "message: cause"; either may be
// empty.
type Error struct {
	Code    ErrorCode
	Message string
	Cause   error
}

// New returns a coded error whose message is formatted like fmt.Sprintf.
func New(code ErrorCode, format string, args ...any) error {
	return &Error{Code: code, Message: fmt.Sprintf(format, args...)}
}

// Reason is what the system says of a file, without the path, which the message names itself.
func Reason(err error) string {
	if failed, ok := errors.AsType[*fs.PathError](err); ok {
		return failed.Err.Error()
	}
	return err.Error()
}

// Invalid is New with ErrCodeInvalidRequest, the code of everything that the user has to correct.
func Invalid(format string, args ...any) error {
	return New(ErrCodeInvalidRequest, format, args...)
}

// Wrap puts a code and the noun that failed in front of cause. It returns nil where cause is nil.
func Wrap(code ErrorCode, cause error, format string, args ...any) error {
	if cause == nil {
		return nil
	}
	return &Error{Code: code, Message: fmt.Sprintf(format, args...), Cause: cause}
}

// In puts the noun that failed in front of cause and keeps cause's code. It returns nil where cause
// is nil.
func In(cause error, format string, args ...any) error {
	return Wrap(CodeOf(cause), cause, format, args...)
}

// Error returns "message: cause".
func (e *Error) Error() string {
	switch {
	case e.Cause == nil:
		return e.Message
	case e.Message == "":
		return e.Cause.Error()
	}
	return e.Message + ": " + e.Cause.Error()
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Cause }

// Is reports whether target is this error's code.
func (e *Error) Is(target error) bool { return target == e.Code }

// CodeOf returns the code of the outermost coded error in err's chain. A context deadline is
// ErrCodeTimeout, an error of no known kind is ErrCodeInternal, and nil has the empty code.
func CodeOf(err error) ErrorCode {
	if err == nil {
		return ""
	}
	if list, ok := err.(List); ok { //nolint:errorlint // a list inside another error has lent that one its code
		if slices.ContainsFunc(list, func(err error) bool { return CodeOf(err) == ErrCodeInvalidRequest }) {
			return ErrCodeInvalidRequest
		}
		return CodeOf(list[0])
	}
	if coded, ok := errors.AsType[*Error](err); ok {
		return coded.Code
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return ErrCodeTimeout
	}
	return ErrCodeInternal
}

// List is several problems that are reported together because the user can correct them together. Its
// code is ErrCodeInvalidRequest where any problem has it, so that no order decides, and otherwise
// that of the first.
type List []error

// Error puts one problem on a line, after a line that counts them. That there is no network is one
// problem, however many requests it stops.
func (l List) Error() string {
	var problems []string
	text, rest := NoNetwork(l)
	if text == "" {
		rest = l
	} else {
		problems = append(problems, text)
	}
	for _, err := range rest {
		problems = append(problems, err.Error())
	}
	if len(problems) == 1 {
		return problems[0]
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%d problems:", len(problems))
	for _, problem := range problems {
		b.WriteString("\n  - " + strings.ReplaceAll(problem, "\n", "\n    "))
	}
	return b.String()
}

// Unwrap returns the problems, for errors.Is and errors.As.
func (l List) Unwrap() []error { return l }

// Join returns nil for no problem, the problem itself for one, and a List for more. Nil errors are
// left out and nested lists are flattened.
func Join(errs ...error) error {
	var list List
	for _, err := range errs {
		switch e := err.(type) { //nolint:errorlint // a list inside another error stays whole, with what that error says of it
		case nil:
		case List:
			list = append(list, e...)
		default:
			list = append(list, err)
		}
	}
	switch len(list) {
	case 0:
		return nil
	case 1:
		return list[0]
	}
	return list
}

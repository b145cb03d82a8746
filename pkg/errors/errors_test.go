package errors_test

import (
	"context"
	stderrors "errors"
	"fmt"
	"io"
	"testing"

	"github.com/aicr-flux/aicr/pkg/errors"
)

func TestCodesAndExitStatus(t *testing.T) {
	for code, status := range map[errors.ErrorCode]int{
		errors.ErrCodeInvalidRequest: 2, errors.ErrCodeConflict: 2, errors.ErrCodeNotFound: 3, errors.ErrCodeUnauthorized: 4, errors.ErrCodeVerificationFailed: 4, errors.ErrCodeTimeout: 5,
		errors.ErrCodeUnavailable: 6, errors.ErrCodeRateLimitExceeded: 7, errors.ErrCodeInternal: 8, "SOMETHING_NEW": 1,
	} {
		for _, err := range []error{errors.New(code, "x"), fmt.Errorf("outer: %w", errors.New(code, "x")), errors.In(errors.New(code, "x"), "noun"), errors.Join(nil, errors.New(code, "x"))} {
			if errors.CodeOf(err) != code || errors.ExitStatus(err) != status || !stderrors.Is(err, code) || stderrors.Is(err, errors.ErrorCode("OTHER")) {
				t.Errorf("%s: code %s, status %d", code, errors.CodeOf(err), errors.ExitStatus(err))
			}
		}
	}
	for name, c := range map[string]struct {
		err    error
		code   errors.ErrorCode
		status int
	}{
		"nil":                {nil, "", 0},
		"unknown":            {io.EOF, errors.ErrCodeInternal, 8},
		"deadline":           {fmt.Errorf("x: %w", context.DeadlineExceeded), errors.ErrCodeTimeout, 5},
		"interrupted":        {context.Canceled, errors.ErrCodeInternal, 1},
		"interrupted, coded": {errors.Wrap(errors.ErrCodeUnavailable, context.Canceled, "x"), errors.ErrCodeUnavailable, 1},
		"recoded":            {errors.Wrap(errors.ErrCodeConflict, errors.New(errors.ErrCodeNotFound, "x"), "y"), errors.ErrCodeConflict, 2},
	} {
		if errors.CodeOf(c.err) != c.code || errors.ExitStatus(c.err) != c.status {
			t.Errorf("%s: code %q, status %d", name, errors.CodeOf(c.err), errors.ExitStatus(c.err))
		}
	}
	// The texts are a contract with programs.
	for code, text := range map[errors.ErrorCode]string{
		errors.ErrCodeNotFound: "NOT_FOUND", errors.ErrCodeUnauthorized: "UNAUTHORIZED", errors.ErrCodeTimeout: "TIMEOUT", errors.ErrCodeInternal: "INTERNAL",
		errors.ErrCodeInvalidRequest: "INVALID_REQUEST", errors.ErrCodeRateLimitExceeded: "RATE_LIMIT_EXCEEDED", errors.ErrCodeUnavailable: "SERVICE_UNAVAILABLE", errors.ErrCodeConflict: "CONFLICT", errors.ErrCodeVerificationFailed: "VERIFICATION_FAILED",
	} {
		if code.Error() != text {
			t.Errorf("%s is %s", text, code)
		}
	}
}

func TestMessages(t *testing.T) {
	if errors.Wrap(errors.ErrCodeConflict, nil, "x") != nil || errors.In(nil, "x") != nil || errors.Join() != nil || errors.Join(nil, nil) != nil {
		t.Error("no problem becomes one")
	}
	a, b, c := errors.Invalid("a %d", 1), errors.New(errors.ErrCodeNotFound, "b\nmore"), io.EOF
	for want, err := range map[string]error{
		"a 1":             errors.Join(nil, a),
		"noun \"x\": a 1": errors.In(a, "noun %q", "x"),
		"EOF":             &errors.Error{Cause: c},
		"3 problems:\n  - a 1\n  - b\n    more\n  - EOF":                                    errors.Join(errors.Join(a, b), nil, c),
		"2 problems:\n  - a 1\n  - noun: 2 problems:\n      - b\n        more\n      - EOF": errors.Join(a, errors.In(errors.Join(b, c), "noun")),
		"one": errors.List{errors.Invalid("one")},
	} {
		if err.Error() != want {
			t.Errorf("got %q, want %q", err, want)
		}
	}
	list := errors.Join(a, b)
	if !stderrors.Is(list, errors.ErrCodeNotFound) || errors.CodeOf(list) != errors.ErrCodeInvalidRequest {
		t.Error("a list hides its problems, or has not the code of its first")
	}
}

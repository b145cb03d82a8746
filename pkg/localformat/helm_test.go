package localformat

import (
	"testing"

	"github.com/aicr-flux/aicr/pkg/errors"
)

func TestHelmsWordsHaveCodes(t *testing.T) {
	for said, code := range map[string]errors.ErrorCode{
		"Error: failed to fetch https://h/x : 403 Forbidden":                     errors.ErrCodeUnauthorized,
		"Error: failed to fetch https://h/x : 404 Not Found":                     errors.ErrCodeNotFound,
		`Error: chart "web" version "1.2.3" not found in https://h/x repository`: errors.ErrCodeNotFound,
		"Error: failed to fetch https://h/x : 429 Too Many Requests":             errors.ErrCodeRateLimitExceeded,
		"Error: failed to fetch https://h/x : 503 Service Unavailable":           errors.ErrCodeUnavailable,
		"Error: dial tcp: lookup h: no such host":                                errors.ErrCodeUnavailable,
		"Error: context deadline exceeded":                                       errors.ErrCodeTimeout,
		"Error: dial tcp 127.0.0.1:40429: connect: connection refused":           errors.ErrCodeUnavailable,
	} {
		if got := codeOf(said); got != code {
			t.Errorf("%s: %s", said, got)
		}
	}
}

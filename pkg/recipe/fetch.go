package recipe

import (
	"context"
	stderrors "errors"
	"net/http"
	"net/url"
	"time"

	"github.com/aicr-flux/aicr/pkg/errors"
)

// fetchTimeout bounds the whole fetch: recipes are small.
const fetchTimeout = 30 * time.Second

func fetch(ctx context.Context, source string, client *http.Client) ([]byte, error) {
	if client == nil {
		client = &http.Client{Timeout: fetchTimeout}
	}
	label := redacted(source)
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, source, http.NoBody)
	if err != nil {
		return nil, errors.Invalid("recipe URL %s cannot be parsed; write https://HOST/PATH", label)
	}
	resp, err := client.Do(req)
	if err != nil {
		return nil, fetchError(ctx, err, label)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		code, advice := judge(resp.StatusCode)
		return nil, errors.New(code, "recipe %s: the server answers %s; %s", label, resp.Status, advice)
	}
	data, err := readAll(resp.Body, label)
	if err != nil && errors.CodeOf(err) == errors.ErrCodeInternal {
		return nil, fetchError(ctx, stderrors.Unwrap(err), label)
	}
	return data, err
}

// fetchError takes the URL, which may hold a token, out of err.
func fetchError(ctx context.Context, err error, label string) error {
	if ctx.Err() != nil {
		return errors.In(ctx.Err(), "recipe %s", label)
	}
	code := errors.ErrCodeUnavailable
	if urlErr, ok := stderrors.AsType[*url.Error](err); ok {
		if urlErr.Timeout() {
			code = errors.ErrCodeTimeout
		}
		err = urlErr.Err
	}
	return errors.Wrap(code, err, "recipe %s", label)
}

// judge says what kind of failure an HTTP status is, and what a person can do about it.
func judge(status int) (code errors.ErrorCode, advice string) {
	const later = "try again later"
	switch {
	case status == http.StatusNotFound || status == http.StatusGone:
		return errors.ErrCodeNotFound, "check the URL"
	case status == http.StatusUnauthorized || status == http.StatusForbidden:
		return errors.ErrCodeUnauthorized, "check the credentials, or download the file and name it"
	case status == http.StatusTooManyRequests:
		return errors.ErrCodeRateLimitExceeded, later
	case status == http.StatusRequestTimeout || status == http.StatusGatewayTimeout:
		return errors.ErrCodeTimeout, later
	case status >= http.StatusInternalServerError:
		return errors.ErrCodeUnavailable, later
	}
	return errors.ErrCodeInvalidRequest, "check the URL"
}

// redacted returns the URL without user, password and query, all of which may hold a token.
func redacted(source string) string {
	u, err := url.Parse(source)
	if err != nil {
		return "(a URL that cannot be parsed)"
	}
	if u.RawQuery != "" {
		u.RawQuery = "…"
	}
	u.User, u.Fragment = nil, ""
	return u.String()
}

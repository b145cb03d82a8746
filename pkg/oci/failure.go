package oci

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode"

	"oras.land/oras-go/v2/errdef"
	"oras.land/oras-go/v2/registry/remote/auth"
	"oras.land/oras-go/v2/registry/remote/errcode"

	coded "github.com/aicr-flux/aicr/pkg/errors"
)

// explain says what a failed step means to the user, as a coded error, and
// whether it may pass. noun is what the step was about. What a library or a
// registry says is never wrapped: it has URLs with tokens in them.
func (c *client) explain(err error, noun string, patience time.Duration) (passing bool, problem error) {
	own, ok := errors.AsType[*coded.Error](err)
	if !ok {
		code, text, passing := c.judge(err, patience)
		return passing, coded.New(code, "registry %q: %s: %s", c.ref.Registry, noun, text)
	}
	_, passing = errors.AsType[passingError](err)
	return passing, coded.In(own, "registry %q: %s", c.ref.Registry, noun)
}

// passingError is an error of our own that may pass.
type passingError struct{ error }

func (p passingError) Unwrap() error { return p.error }

func (c *client) judge(err error, patience time.Duration) (code coded.ErrorCode, text string, passing bool) {
	if answer, ok := errors.AsType[*errcode.ErrorResponse](err); ok {
		return c.judgeAnswer(answer)
	}
	if text := c.tlsTrouble(err); text != "" {
		return coded.ErrCodeUnavailable, text, false
	}
	name, unknown := errors.AsType[*net.DNSError](err)
	switch {
	case errors.Is(err, errStalled):
		return coded.ErrCodeTimeout, fmt.Sprintf("nothing moved for %s; check the network and run again: what has arrived is not sent again", patience), true
	case errors.Is(err, auth.ErrBasicCredentialNotFound):
		return coded.ErrCodeUnauthorized, "unauthorized: " + c.keys.String(), false
	case errors.Is(err, errdef.ErrNotFound):
		return coded.ErrCodeNotFound, "not found; check the reference", false
	case unknown && name.IsNotFound:
		return coded.ErrCodeUnavailable, "there is no host of that name; check the reference", false
	case broken(err):
		return coded.ErrCodeUnavailable, "the connection failed: " + reason(err) + "; check the network and run again", true
	}
	return coded.ErrCodeUnavailable, "the registry does not answer as a registry should: " + reason(err), false
}

// broken reports whether the connection failed, rather than what came over it.
func broken(err error) bool {
	_, request := errors.AsType[*url.Error](err)
	_, network := errors.AsType[net.Error](err)
	return request || network || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, context.Canceled)
}

// lost are what a registry answers when it did not get what was sent.
var lost = []string{
	errcode.ErrorCodeDigestInvalid, errcode.ErrorCodeSizeInvalid, errcode.ErrorCodeBlobUploadInvalid,
	errcode.ErrorCodeBlobUploadUnknown, errcode.ErrorCodeManifestBlobUnknown, errcode.ErrorCodeBlobUnknown,
}

func (c *client) judgeAnswer(answer *errcode.ErrorResponse) (code coded.ErrorCode, text string, passing bool) {
	says := fmt.Sprintf("%d %s", answer.StatusCode, http.StatusText(answer.StatusCode))
	if len(answer.Errors) > 0 {
		says += ": " + clean(answer.Errors.Error())
	}
	arrived := !slices.ContainsFunc(answer.Errors, func(e errcode.Error) bool { return slices.Contains(lost, e.Code) })
	switch status := answer.StatusCode; {
	case status == http.StatusUnauthorized, status == http.StatusForbidden:
		return coded.ErrCodeUnauthorized, says + "; " + c.keys.String(), false
	case status == http.StatusTooManyRequests:
		return coded.ErrCodeRateLimitExceeded, says + "; run again later", true
	case status == http.StatusNotImplemented:
		return coded.ErrCodeUnavailable, says + "; it cannot hold this artifact", false
	case status >= 500, status == http.StatusRequestTimeout:
		return coded.ErrCodeUnavailable, says + "; run again later", true
	case !arrived:
		return coded.ErrCodeUnavailable, says + "; what was sent did not arrive whole, so run again", true
	case status == http.StatusNotFound:
		return coded.ErrCodeNotFound, says + "; check the reference", false
	case status == http.StatusConflict, status == http.StatusPreconditionFailed:
		return coded.ErrCodeConflict, says + "; the registry does not let this tag be moved, so choose another", false
	case status == http.StatusBadRequest && c.PlainHTTP:
		says += "; if the registry speaks HTTPS, leave out --plain-http"
	}
	return coded.ErrCodeInvalidRequest, says, false
}

// tlsTrouble says which flag helps where TLS is what failed, or "".
func (c *client) tlsTrouble(err error) string {
	_, unknown := errors.AsType[x509.UnknownAuthorityError](err)
	certificate, invalid := errors.AsType[*tls.CertificateVerificationError](err)
	record, strange := errors.AsType[tls.RecordHeaderError](err)
	alert, refused := errors.AsType[tls.AlertError](err)
	switch {
	case errors.Is(err, http.ErrSchemeMismatch):
		return "it speaks HTTP, not HTTPS; if that is meant, use --plain-http"
	case unknown:
		return "its certificate is signed by an authority that is not trusted here; name the authority's certificate with --ca-file"
	case invalid:
		return "its certificate is not valid: " + clean(certificate.Err.Error()) + "; mend it, name its authority with --ca-file, or take any with --insecure-tls"
	case strange:
		return "it does not speak TLS: " + clean(record.Error()) + "; if it speaks HTTP, use --plain-http"
	case refused:
		return "it ended the TLS handshake: " + clean(alert.Error())
	}
	return ""
}

// reason is the innermost text of a failed request, without its URL.
func reason(err error) string {
	for {
		request, ok := errors.AsType[*url.Error](err)
		if !ok {
			return clean(err.Error())
		}
		err = request.Err
	}
}

// clean makes what others say fit for an error: without queries, on one line, and
// not too long.
func clean(text string) string {
	words := strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) || r == ' ' })
	for i, word := range words {
		if before, after, ok := strings.Cut(word, "?"); ok && after != "" {
			words[i] = before + "?…"
		}
	}
	text = strings.Join(words, " ")
	if runes := []rune(text); len(runes) > 400 {
		text = string(runes[:400]) + "…"
	}
	return text
}

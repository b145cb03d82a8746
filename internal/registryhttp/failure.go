package registryhttp

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
	"regexp"
	"strings"
	"syscall"
	"time"
	"unicode"

	"oras.land/oras-go/v2/errdef"
	"oras.land/oras-go/v2/registry/remote/auth"
	"oras.land/oras-go/v2/registry/remote/errcode"

	coded "github.com/aicr-flux/aicr/pkg/errors"
)

// StatusError is an answer that is not a success.
type StatusError struct {
	Status int
	// Says is what the server says about it, if anything.
	Says string
	// RetryAfter is the pause that the server asks for, or 0.
	RetryAfter time.Duration
}

// Error returns the status and what the server says.
func (s *StatusError) Error() string {
	text := fmt.Sprintf("%d %s", s.Status, http.StatusText(s.Status))
	if s.Says != "" {
		text += ": " + Clean(s.Says)
	}
	return text
}

// Passing is an error of our own that may pass when the step is tried again.
type Passing struct{ error }

// MayPass marks an error as one that may pass.
func MayPass(err error) error { return Passing{err} }

// Unwrap returns the error that may pass.
func (p Passing) Unwrap() error { return p.error }

// Advice is what a caller knows that helps where a step failed.
type Advice struct {
	// Login says what to do about credentials.
	Login func() string
	// CAField is the option that names an authority's certificate; empty: there is none.
	CAField string
	// PlainHTTP says what to do about a server that speaks HTTP.
	PlainHTTP string
	// InsecureTLS is added where a certificate is not valid, and may be empty.
	InsecureTLS string
}

// trust says how to trust a certificate.
func (a Advice) trust(certificate string) string {
	if a.CAField == "" {
		return "add " + certificate + " to those of the system"
	}
	return "set `" + a.CAField + "` to a file with " + certificate
}

// Judge says what a failed step means: whether it may pass, and a code and words for the user. What
// a library or a server says is never wrapped: it has URLs with tokens in them.
func Judge(err error, advice Advice) (passing bool, problem error) {
	if own, ok := errors.AsType[*coded.Error](err); ok {
		_, passing = errors.AsType[Passing](err)
		return passing, own
	}
	code, text, passing := judge(err, advice)
	if host := unknown(err); host != "" {
		return passing, coded.Wrap(code, &coded.UnknownHost{Host: host, Why: text}, "")
	}
	return passing, coded.New(code, "%s", text)
}

// unknown is the host that could not be found, or to which there is no way; "" where it is something
// else that failed.
func unknown(err error) string {
	if name, ok := errors.AsType[*net.DNSError](err); ok {
		return name.Name
	}
	if dial, ok := errors.AsType[*net.OpError](err); ok && dial.Addr != nil && (errors.Is(err, syscall.ENETUNREACH) || errors.Is(err, syscall.EHOSTUNREACH)) {
		return dial.Addr.String()
	}
	return ""
}

func judge(err error, advice Advice) (code coded.ErrorCode, text string, passing bool) {
	if answer, ok := errors.AsType[*errcode.ErrorResponse](err); ok {
		status := &StatusError{Status: answer.StatusCode}
		if len(answer.Errors) > 0 {
			status.Says = answer.Errors.Error()
		}
		err = status
	}
	if answer, ok := errors.AsType[*StatusError](err); ok {
		return judgeStatus(answer, advice.Login)
	}
	if stall, ok := errors.AsType[Stalled](err); ok {
		return coded.ErrCodeTimeout, stall.Error() + "; check the network and run again", true
	}
	if text := tlsTrouble(err, advice); text != "" {
		return coded.ErrCodeUnavailable, text, false
	}
	name, unknown := errors.AsType[*net.DNSError](err)
	switch {
	case errors.Is(err, auth.ErrBasicCredentialNotFound):
		return coded.ErrCodeUnauthorized, "unauthorized: " + advice.Login(), false
	case errors.Is(err, errdef.ErrNotFound):
		return coded.ErrCodeNotFound, "not found", false
	case unknown && name.IsNotFound:
		return coded.ErrCodeUnavailable, "there is no host of that name; check the address", false
	case Broken(err):
		return coded.ErrCodeUnavailable, "the connection failed: " + Reason(err) + "; check the network and run again", true
	}
	return coded.ErrCodeUnavailable, "it does not answer as it should: " + Reason(err), false
}

func judgeStatus(answer *StatusError, login func() string) (code coded.ErrorCode, text string, passing bool) {
	says := answer.Error()
	switch status := answer.Status; {
	case status < http.StatusBadRequest:
		return coded.ErrCodeUnavailable, says + ", which does not answer the request", false
	case status == http.StatusUnauthorized, status == http.StatusForbidden, status == http.StatusProxyAuthRequired:
		return coded.ErrCodeUnauthorized, says + "; " + login(), false
	case status == http.StatusTooManyRequests:
		return coded.ErrCodeRateLimitExceeded, says + "; run again later", true
	case status == http.StatusNotImplemented:
		return coded.ErrCodeUnavailable, says, false
	case status == http.StatusGatewayTimeout, status == http.StatusRequestTimeout:
		return coded.ErrCodeTimeout, says + "; run again later", true
	case status >= 500:
		return coded.ErrCodeUnavailable, says + "; run again later", true
	case status == http.StatusNotFound, status == http.StatusGone:
		return coded.ErrCodeNotFound, says, false
	}
	return coded.ErrCodeInvalidRequest, says, false
}

// Broken reports whether the connection failed, rather than what came over it.
func Broken(err error) bool {
	_, request := errors.AsType[*url.Error](err)
	_, network := errors.AsType[net.Error](err)
	return request || network || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, context.Canceled)
}

// tlsTrouble says what helps where TLS is what failed, or "".
func tlsTrouble(err error, advice Advice) string {
	_, unknown := errors.AsType[x509.UnknownAuthorityError](err)
	certificate, invalid := errors.AsType[*tls.CertificateVerificationError](err)
	record, strange := errors.AsType[tls.RecordHeaderError](err)
	alert, refused := errors.AsType[tls.AlertError](err)
	switch {
	case errors.Is(err, http.ErrSchemeMismatch):
		return "it speaks HTTP, not HTTPS; if that is meant, " + advice.PlainHTTP
	case unknown:
		return "its certificate is signed by an authority that is not trusted here; " + advice.trust("the authority's certificate")
	case invalid:
		return "its certificate is not valid: " + Clean(certificate.Err.Error()) + "; replace it, or " + advice.trust("the certificate of its authority") + advice.InsecureTLS
	case strange:
		return "it does not speak TLS: " + Clean(record.Error()) + "; if it speaks HTTP, " + advice.PlainHTTP
	case refused:
		return "it ended the TLS handshake: " + Clean(alert.Error())
	}
	return ""
}

// Reason is the innermost text of a failed request, without its URL.
func Reason(err error) string {
	for {
		request, ok := errors.AsType[*url.Error](err)
		if !ok {
			return Clean(err.Error())
		}
		err = request.Err
	}
}

// secrets are the parts of a URL that may hold a token.
var secrets = regexp.MustCompile(`\?[^\s"']*|//[^\s/"'@]*@`)

// Clean makes what others say fit for an error: without queries and users of URLs, on one line, and
// not too long.
func Clean(text string) string {
	text = secrets.ReplaceAllStringFunc(text, func(found string) string {
		if strings.HasPrefix(found, "?") {
			return "?…"
		}
		return "//…@"
	})
	text = strings.Join(strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) || r == ' ' }), " ")
	if runes := []rune(text); len(runes) > 400 {
		text = string(runes[:400]) + "…"
	}
	return text
}

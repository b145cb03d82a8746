package oci

import (
	"errors"
	"net/http"
	"slices"

	"oras.land/oras-go/v2/errdef"
	"oras.land/oras-go/v2/registry/remote/errcode"

	"github.com/aicr-flux/aicr/internal/registryhttp"
	coded "github.com/aicr-flux/aicr/pkg/errors"
)

// caField is the option that a message about certificates names.
const caField = "CAFile"

// lost are what a registry answers when it did not get what was sent.
var lost = []string{
	errcode.ErrorCodeDigestInvalid, errcode.ErrorCodeSizeInvalid, errcode.ErrorCodeBlobUploadInvalid,
	errcode.ErrorCodeBlobUploadUnknown, errcode.ErrorCodeManifestBlobUnknown, errcode.ErrorCodeBlobUnknown,
}

// explain says what a failed step means to the user, as a coded error, and whether it may pass:
// what it means with any server, and what is particular to a registry.
func (c *client) explain(err error) (passing bool, problem error) {
	passing, problem = registryhttp.Judge(err, registryhttp.Advice{
		Login:   func() string { return c.keys.Advice(c.repo.Reference.Host()) },
		CAField: caField, PlainHTTP: "set `PlainHTTP`", InsecureTLS: ", or set `InsecureTLS` to accept any certificate",
	})
	if answer, ok := errors.AsType[*errcode.ErrorResponse](err); ok {
		return c.explainAnswer(answer, passing, problem)
	}
	if errors.Is(err, errdef.ErrNotFound) {
		problem = coded.New(coded.CodeOf(problem), "%s; check the reference", problem)
	}
	return passing, problem
}

func (c *client) explainAnswer(answer *errcode.ErrorResponse, passing bool, problem error) (bool, error) {
	code := coded.CodeOf(problem)
	arrived := !slices.ContainsFunc(answer.Errors, func(e errcode.Error) bool { return slices.Contains(lost, e.Code) })
	switch status := answer.StatusCode; {
	case passing, code == coded.ErrCodeUnauthorized:
	case status == http.StatusNotImplemented:
		problem = coded.New(code, "%s; it cannot hold this artifact", problem)
	case !arrived:
		passing, problem = true, coded.New(coded.ErrCodeUnavailable, "%s; what was sent did not arrive whole, so run again", problem)
	case code == coded.ErrCodeNotFound:
		problem = coded.New(code, "%s; check the reference", problem)
	case status == http.StatusConflict, status == http.StatusPreconditionFailed:
		problem = coded.New(coded.ErrCodeConflict, "%s; the registry does not let this tag be moved, so choose another", problem)
	case status == http.StatusBadRequest && c.PlainHTTP:
		problem = coded.New(code, "%s; if the registry speaks HTTPS, do not set `PlainHTTP`", problem)
	}
	return passing, problem
}

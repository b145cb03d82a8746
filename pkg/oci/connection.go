package oci

import (
	"cmp"
	"net/http"
	"os"
	"time"

	"oras.land/oras-go/v2/registry"
	"oras.land/oras-go/v2/registry/remote"
	"oras.land/oras-go/v2/registry/remote/auth"

	"github.com/aicr-flux/aicr/internal/registryhttp"
	"github.com/aicr-flux/aicr/pkg/errors"
)

// Connection says how to reach a registry. The zero value uses HTTPS with the system's
// certificates, and the credentials that docker and helm have.
type Connection struct {
	// PlainHTTP speaks HTTP, and so sends even a password unprotected.
	PlainHTTP bool
	// InsecureTLS takes any certificate.
	InsecureTLS bool
	// CAFile is a file of PEM certificates that are trusted besides the system's.
	CAFile string
	// CredentialFiles are docker configs, looked at in this order, of which none needs to exist.
	// nil: those that docker and helm use, see CredentialFiles.
	CredentialFiles []string

	// StallTimeout ends an attempt in which no byte moves for this long; an attempt that moves may
	// take as long as it takes. 0: a minute.
	StallTimeout time.Duration
	// Retries is how often each step is tried again after a failure that may pass, with growing
	// pauses or the ones that the registry asks for. 0: five times; negative: never.
	Retries int
	// Progress is told what is going on: at each beginning and end, and about ten times a second.
	// It is never called twice at a time.
	Progress func(Progress)
	// UserAgent is what the registry sees. Empty: "aicr".
	UserAgent string

	firstPause time.Duration // short in tests; 0: half a second
}

// Progress is how far a push or pull is.
type Progress struct {
	// Step is what is going on, such as "pushing layer".
	Step string
	// Done and Total are bytes of this step; Total is 0 where it has none worth counting.
	Done, Total int64
	// Retry is why the step begins again after Pause, or nil.
	Retry error
	Pause time.Duration
}

// client is a connection to one repository.
type client struct {
	Connection
	ref    Reference
	repo   *remote.Repository
	http   *http.Client
	keys   *registryhttp.Keyring
	report *reporter
}

func (c Connection) dial(ref Reference) (*client, error) {
	if c.PlainHTTP && (c.InsecureTLS || c.CAFile != "") {
		return nil, errors.Invalid("plain HTTP has no certificates, so `PlainHTTP` excludes `InsecureTLS` and `CAFile`; remove one of them")
	}
	if c.StallTimeout < 0 {
		return nil, errors.Invalid("the stall timeout is negative; use a positive duration, or 0 for the default")
	}
	if err := ref.check(); err != nil {
		return nil, errors.In(err, "reference %.300q", ref)
	}
	server, err := registryhttp.Options{CAFile: c.CAFile, CAField: caField, Insecure: c.InsecureTLS, Stall: c.StallTimeout}.Client()
	if err != nil {
		return nil, err
	}
	files := c.CredentialFiles
	if files == nil {
		files = CredentialFiles(os.Getenv) //nolint:forbidigo // docker's and helm's own variables, for a caller that does not know them
	}
	keys, err := registryhttp.OpenKeyring(files)
	if err != nil {
		return nil, errors.In(err, "registry %q", ref.Registry)
	}
	return &client{
		Connection: c,
		ref:        ref,
		repo: &remote.Repository{
			Reference: registry.Reference{Registry: ref.Registry, Repository: ref.Repository},
			PlainHTTP: c.PlainHTTP,
			Client: &auth.Client{
				Client:     server,
				Header:     http.Header{"User-Agent": {cmp.Or(c.UserAgent, "aicr")}},
				Credential: keys.Credential,
				Cache:      auth.NewCache(),
				ClientID:   "aicr",
			},
		},
		http:   server,
		keys:   keys,
		report: &reporter{tell: c.Progress},
	}, nil
}

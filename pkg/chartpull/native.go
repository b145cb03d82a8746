package chartpull

import (
	"context"
	"net/http"
	"sync"
	"time"

	"oras.land/oras-go/v2/registry/remote/auth"

	"github.com/aicr-flux/aicr/internal/wire"
	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/localformat"
	"github.com/aicr-flux/aicr/pkg/oci"
)

// NativeChartPuller fetches charts without helm: from repositories over HTTP by
// their index.yaml, which each puller fetches once a repository, and from OCI
// registries. The zero value uses the system's certificates, the proxies of the
// environment, the logins of helm and docker, and the user's cache.
//
// It is safe for concurrent use, must not be copied after its first use, and
// bounds nothing: its caller decides how many charts are pulled at once.
type NativeChartPuller struct {
	Cache Cache

	// CAFile is a file of PEM certificates that are trusted besides the system's.
	CAFile string
	// InsecureTLS takes any certificate.
	InsecureTLS bool
	// PlainHTTP speaks HTTP with registries. A repository over HTTP says so in
	// its URL.
	PlainHTTP bool

	// StallTimeout ends an attempt in which no byte moves for this long, a pull
	// that moves may take as long as it takes. 0: a minute.
	StallTimeout time.Duration
	// Retries is how often a request is tried again after a failure that may
	// pass. 0: five times; negative: never.
	Retries int
	// UserAgent is what servers see. Empty: "aicr".
	UserAgent string
	// Getenv is where variables come from; nil: the process's environment.
	Getenv func(string) string
	// Progress is told what is going on, by several goroutines at once where
	// several pull.
	Progress func(Progress)

	firstPause time.Duration // tests have no time; 0: half a second

	mu      sync.Mutex
	net     *network
	indexes map[string]*indexCall
}

var _ localformat.ChartPuller = (*NativeChartPuller)(nil)

// network is what the requests of one puller share.
type network struct {
	client   *http.Client
	logins   *logins
	registry *auth.Client
	keys     *keyrings
}

// Pull fetches a chart and checks it: it is exactly one chart, the one asked
// for, and holds no links and no paths that lead out of it. See
// localformat.ChartPuller.
//
// Errors: ErrCodeNotFound for a repository, chart or version that is not there,
// with what there is; ErrCodeUnauthorized for missing or refused credentials, and
// for bytes that do not fit the digest which the index or the registry states;
// ErrCodeRateLimitExceeded; ErrCodeUnavailable for a server that fails;
// ErrCodeTimeout where nothing moves; ErrCodeInvalidRequest for a request or an
// archive that is refused. No error names a credential.
func (p *NativeChartPuller) Pull(ctx context.Context, c localformat.Component) (tgz []byte, rec localformat.VendorRecord, tarball string, err error) {
	s := shared{cache: p.Cache, getenv: environment(p.Getenv), progress: p.Progress}
	return s.pull(ctx, c, func(ctx context.Context, r *request) ([]byte, error) {
		n, err := p.connect()
		if err != nil {
			return nil, err
		}
		if r.repo.OCI() {
			return p.fromRegistry(ctx, n, r)
		}
		return p.fromRepository(ctx, n, r)
	})
}

// connect makes what the requests share, once: a run that finds everything in
// the cache needs none of it.
func (p *NativeChartPuller) connect() (*network, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.net != nil {
		return p.net, nil
	}
	transport, err := wire.TLS{CAFile: p.CAFile, CAFlag: caFlag, Insecure: p.InsecureTLS}.Transport()
	if err != nil {
		return nil, err
	}
	getenv := environment(p.Getenv)
	logins, err := openLogins(getenv)
	if err != nil {
		return nil, err
	}
	client := wire.Client(transport)
	keys := &keyrings{files: oci.CredentialFiles(getenv)}
	p.net = &network{
		client: client, logins: logins, keys: keys,
		registry: &auth.Client{
			Client: client, Header: http.Header{"User-Agent": {p.agent()}},
			Credential: keys.credential, Cache: auth.NewCache(), ClientID: "aicr",
		},
	}
	return p.net, nil
}

func (p *NativeChartPuller) agent() string {
	if p.UserAgent == "" {
		return "aicr"
	}
	return p.UserAgent
}

// try does a step of a request, and again while it may help. noun is what the
// step is about, login says what to do about credentials.
func (p *NativeChartPuller) try(ctx context.Context, r *request, noun string, login func() string, step func(context.Context) error) error {
	s := shared{progress: p.Progress}
	patience := wire.Patience{
		Stall: p.StallTimeout, Retries: p.Retries, FirstPause: p.firstPause,
		Notify: func(err error, pause time.Duration) { s.tell(r, Progress{Step: "pulling", Retry: err, Pause: pause}) },
	}
	return patience.Try(ctx, step, func(err error) (bool, error) {
		passing, problem := wire.Judge(err, patience.StallTimeout(), wire.Advice{
			Login: login, CAFlag: caFlag, PlainHTTP: "write http:// for a chart repository, or use --chart-plain-http for a registry",
		})
		return passing, errors.In(problem, "%s", noun)
	})
}

// mismatch is the error of bytes that are not those that were promised. They may
// have been lost on the way.
func mismatch(got, want string) error {
	return wire.MayPass(errors.New(errors.ErrCodeUnauthorized, "what came has SHA-256 %s, and %s was promised; do not use it, and tell whoever runs the server", got, want))
}

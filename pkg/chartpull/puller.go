package chartpull

import (
	"context"
	"net/http"
	"os"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"
	"oras.land/oras-go/v2/registry/remote/auth"

	"github.com/aicr-flux/aicr/internal/registryhttp"
	"github.com/aicr-flux/aicr/pkg/config"
	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/localformat"
	"github.com/aicr-flux/aicr/pkg/oci"
	"github.com/aicr-flux/aicr/pkg/recipe"
)

// PullerVersion is what records say of how their chart was pulled. It names the rules of this
// package, not a program, so that a bundle is the same with helm and without.
const PullerVersion = "aicr.run/chartpull/v1"

// Puller fetches charts: from repositories over HTTP, by their index, and from OCI registries, or
// with the helm command where HelmBin names it. The zero value uses the system's certificates, the
// proxies of the environment, the logins of helm and docker, and the user's cache.
//
// It is safe for concurrent use, must not be copied after its first use, and bounds nothing: its
// caller decides how many charts are pulled at once.
type Puller struct {
	// ChartPull are the options of a run; Jobs is the caller's business.
	config.ChartPull
	// Rewrites are for where an index, or a server, sends to: an archive on another server than its
	// repository. The repositories themselves are the caller's business.
	Rewrites recipe.Rewrites
	// InsecureTLS accepts any certificate.
	InsecureTLS bool
	// CacheDir is where charts are kept. Empty: aicr/charts in $XDG_CACHE_HOME, or in the system's
	// place for a user's caches.
	CacheDir string
	// StallTimeout ends a request when no byte moves for this long; a pull that moves may take as
	// long as it takes. 0: a minute.
	StallTimeout time.Duration
	// Retries is how often a request is tried again after a failure that may pass. 0: five times;
	// negative: never.
	Retries int
	// UserAgent is what servers see. Empty: "aicr".
	UserAgent string
	// Progress is told what is going on, by several goroutines at once where several pull.
	Progress func(Progress)

	firstPause time.Duration // short in tests; 0: half a second

	connecting sync.Once
	net        network
	failed     error // to connect
	fetching   singleflight.Group
	indexes    sync.Map // repository → its index
	parsing    sync.Mutex
}

var _ localformat.ChartPuller = (*Puller)(nil)

// Progress is what a puller is doing about one component's chart.
type Progress struct {
	// Component and Chart say whose chart; Chart is its name and version.
	Component, Chart string
	// Step is "cached", "pulling" or "pulled".
	Step string
	// Retry is why the step starts again after Pause, or nil.
	Retry error
	Pause time.Duration
	// Warning is what went wrong without harm, such as a cache that is full.
	Warning error
}

// Check finds contradictions among the options of pulling charts, and a CA file that cannot be
// used. It reads that file and nothing else.
func Check(o config.ChartPull) error {
	var problems []error
	if o.Jobs < 0 {
		problems = append(problems, errors.Invalid("`Jobs` is %d: use at least 1", o.Jobs))
	}
	_, err := registryhttp.Options{CAFile: o.ChartCAFile, CAField: caField}.Client()
	return errors.Join(append(problems, checkCache(o), err)...)
}

func checkCache(o config.ChartPull) error {
	if o.NoCache && o.Offline {
		return errors.Invalid("`Offline` reads only the cache, and `NoCache` does not read it; remove one of them")
	}
	return nil
}

// caField is the option that a message about certificates names.
const caField = "ChartCAFile"

// Pull returns a chart from the cache or fetches it, and checks it: it is exactly one chart, the
// one that was asked for, and holds no links and no paths that lead out of it. See
// localformat.ChartPuller.
//
// ErrCodeNotFound says what there is instead, and ErrCodeUnauthorized is also the code of bytes that
// do not fit the digest which the index or the registry states. No error names a credential.
func (p *Puller) Pull(ctx context.Context, c localformat.Component) (tgz []byte, rec localformat.VendorRecord, tarball string, err error) {
	r, err := newRequest(c)
	if err != nil {
		return nil, rec, "", err
	}
	tgz, found, err := p.cached(ctx, r)
	if err != nil {
		return nil, rec, "", err
	}
	rec = localformat.VendorRecord{
		Name: r.Name, Chart: r.ChartName, Version: r.Version, Repository: r.repo.String(),
		SHA256: digestOf(tgz), TarballName: found.Name + "-" + found.Version + ".tgz", PullerVersion: PullerVersion,
	}
	if !r.pinned {
		rec.Version = found.Version
	}
	return tgz, rec, rec.TarballName, nil
}

// cached returns a chart from the cache, or fetches it and keeps it.
func (p *Puller) cached(ctx context.Context, r *request) (tgz []byte, found localformat.Archive, err error) {
	kept, err := p.store()
	if err != nil {
		return nil, found, err
	}
	if ctx.Err() != nil {
		return nil, found, context.Cause(ctx)
	}
	tgz, found, ok := kept.get(r)
	switch {
	case ok:
		p.tell(r, Progress{Step: "cached"})
		return tgz, found, nil
	case p.Offline && !r.pinned:
		return nil, found, errors.Invalid("%s of %s is a range, which only the repository can answer, and `Offline` is set; use a complete version such as 1.2.3", r, r.repo)
	case p.Offline:
		return nil, found, errors.New(errors.ErrCodeNotFound, "%s of %s is not in the cache %q; run once without `Offline`", r, r.repo, string(kept.Store))
	}
	p.tell(r, Progress{Step: "pulling"})
	if tgz, err = p.fetch(ctx, r); err != nil {
		return nil, found, err
	}
	if found, err = r.read(tgz); err != nil {
		return nil, found, errors.In(err, "the archive of %s from %s", r, r.repo)
	}
	p.tell(r, Progress{Step: "pulled", Warning: kept.put(r, tgz)})
	return tgz, found, nil
}

func (p *Puller) fetch(ctx context.Context, r *request) ([]byte, error) {
	if p.HelmBin != "" {
		helm := &localformat.CLIChartPuller{
			HelmBin: p.HelmBin, CAFile: p.ChartCAFile, InsecureTLS: p.InsecureTLS, PlainHTTP: p.ChartPlainHTTP,
			Username: getenv(userVariable), Password: getenv(passwordVariable),
		}
		c := r.Component
		c.Repository, c.Version, c.IsOCI = r.repo.String(), r.version, r.repo.OCI()
		tgz, _, _, err := helm.Pull(ctx, c)
		return tgz, err
	}
	p.connecting.Do(func() { p.net, p.failed = p.connect() })
	switch {
	case p.failed != nil:
		return nil, p.failed
	case r.repo.OCI():
		return p.fromRegistry(ctx, r)
	}
	return p.fromRepository(ctx, r)
}

// network is what the requests of one puller share.
type network struct {
	client *http.Client
	logins *logins
	keys   *registryhttp.Keyring
	tokens auth.Cache
}

// connect prepares the network, for the first chart that is not in the cache.
func (p *Puller) connect() (n network, err error) {
	n.tokens = auth.NewCache()
	n.client, err = registryhttp.Options{CAFile: p.ChartCAFile, CAField: caField, Insecure: p.InsecureTLS, Stall: p.StallTimeout}.Client()
	if err == nil {
		check := n.client.CheckRedirect
		n.client.CheckRedirect = func(req *http.Request, via []*http.Request) error {
			if !registryhttp.SameOrigin(req.URL, via[0].URL) {
				req.URL = p.Rewrites.URL(req.URL, recipe.Repository{})
				req.Host = "" // that of the URL
			}
			return check(req, via)
		}
		n.logins, err = openLogins()
	}
	if err == nil {
		n.keys, err = registryhttp.OpenKeyring(oci.CredentialFiles(getenv))
	}
	return n, err
}

// try does a step of a request, and does it again while that may help. noun is what the step is
// about, login says what to do about credentials.
func (p *Puller) try(ctx context.Context, r *request, noun string, login func() string, step func() error) error {
	retry := registryhttp.Retry{
		Retries: p.Retries, FirstPause: p.firstPause,
		Notify: func(err error, pause time.Duration) { p.tell(r, Progress{Step: "pulling", Retry: err, Pause: pause}) },
	}
	return retry.Do(ctx, step, func(err error) (bool, error) {
		passing, problem := registryhttp.Judge(err, registryhttp.Advice{
			Login: login, CAField: caField, PlainHTTP: "use http:// in the URL of a chart repository, or set `ChartPlainHTTP` for a registry",
		})
		return passing, errors.In(problem, "%s", noun)
	})
}

// getenv reads variables that are helm's and docker's own.
func getenv(name string) string { return os.Getenv(name) } //nolint:forbidigo // Helm's packages read them, too

func (p *Puller) tell(r *request, now Progress) {
	if p.Progress != nil {
		now.Component, now.Chart = r.Name, r.String()
		p.Progress(now)
	}
}

// mismatch is the error of bytes that do not have the promised digest. They may have been damaged
// on the way.
func mismatch(promised string) error {
	return registryhttp.MayPass(errors.New(errors.ErrCodeUnauthorized, "it does not have the digest that was promised, %s; do not use it, and report it to those who run the server", promised))
}

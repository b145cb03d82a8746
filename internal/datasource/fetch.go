package datasource

import (
	"context"
	"time"

	"github.com/go-logr/logr"

	"github.com/aicr-flux/aicr/internal/cache"
	"github.com/aicr-flux/aicr/internal/registryhttp"
	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/oci"
)

// within is how long an archive may take, however slowly it moves.
const within = 15 * time.Minute

// fetcher gets one archive from the cache or from where it is.
type fetcher struct {
	*Options
	Reference
	at      string
	kept    cache.Store
	warning error
}

// entry is what the cache says of a location: what was there last.
type entry struct {
	Location string `json:"location"`
	SHA256   string `json:"sha256"`
	ETag     string `json:"etag"`
}

// get returns the archive. What can never change comes from the cache alone where it is there; for
// anything else the server is asked whether it is still the same.
func (f *fetcher) get(ctx context.Context) ([]byte, error) {
	var err error
	if f.kept, err = f.store(); err != nil {
		return nil, err
	}
	log := logr.FromContextOrDiscard(ctx).WithValues("data", f.Reference)
	if packed, ok := f.kept.Blob(f.pin, f.limits.withDefaults().packed); ok {
		log.Info("took from the cache")
		return packed, nil
	}
	var last entry
	if !f.kept.Pin(f.at, &last) || last.Location != f.at {
		last = entry{}
	}
	packed, cached := f.kept.Blob(last.SHA256, f.limits.withDefaults().packed)
	cached = cached && f.check(packed) == nil
	switch {
	case cached && (f.Offline || f.fixed()):
		log.Info("took from the cache")
		return packed, nil
	case f.Offline:
		return nil, errors.New(errors.ErrCodeNotFound, "it is not in the cache %q; run once without `Offline`", string(f.kept))
	case !cached:
		last.ETag = ""
	}
	got, err := f.download(ctx, last.ETag)
	switch {
	case err != nil && cached && ctx.Err() == nil:
		return nil, errors.New(errors.CodeOf(err), "%s; to use what was there last, sha256:%s, set `Offline`", err, last.SHA256)
	case err != nil:
		return nil, err
	case got.Unchanged:
		log.Info("took from the cache what has not changed")
		return packed, nil
	}
	if err := f.check(got.Data); err != nil {
		return nil, err
	}
	now := entry{Location: f.at, SHA256: cache.Sum(got.Data), ETag: got.ETag}
	f.warning = errors.In(f.kept.Put(f.at, now, got.Data), "cache of data %q", string(f.kept))
	return got.Data, nil
}

// store returns the cache that the options ask for.
func (f *fetcher) store() (cache.Store, error) {
	switch {
	case f.NoCache:
		return "", nil
	case f.CacheDir != "":
		return cache.Store(f.CacheDir), nil
	}
	kept, err := cache.Open("data")
	if err != nil && f.Offline {
		return "", errors.Wrap(errors.ErrCodeInvalidRequest, err, "the cache's directory is unknown; set XDG_CACHE_HOME")
	}
	return kept, nil
}

func (f *fetcher) download(ctx context.Context, etag string) (got registryhttp.Fetched, err error) {
	if f.image.Registry != "" {
		connection := f.Registry
		connection.UserAgent = f.UserAgent
		got.Data, err = oci.PullArchive(ctx, f.image, f.limits.withDefaults().packed, connection)
		return got, err
	}
	d := registryhttp.Document{
		Options: f.HTTP, Retry: f.Retry, Limit: f.limits.withDefaults().packed, Within: within, UserAgent: f.UserAgent,
		Login: "download the archive and name the file",
	}
	got, err = d.Fetch(ctx, f.at, etag)
	if f.github.name != "" && errors.CodeOf(err) == errors.ErrCodeNotFound {
		err = errors.In(err, "there is no ref %q of the repository %s on GitHub, or not for everybody: check both, or download the archive and name the file", f.github.ref, f.github.name)
	}
	return got, err
}

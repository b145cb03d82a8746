package chartpull

import (
	"github.com/aicr-flux/aicr/internal/cache"
	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/localformat"
)

// store keeps charts whose version is complete, so that each is pulled once.
type store struct{ cache.Store }

// entry is what a pin says.
type entry struct {
	Repository string `json:"repository"`
	Chart      string `json:"chart"`
	Version    string `json:"version"`
	SHA256     string `json:"sha256"`
}

// store returns the cache that the options ask for.
func (p *Puller) store() (store, error) {
	if err := checkCache(p.ChartPull); err != nil || p.NoCache {
		return store{}, err
	}
	if p.CacheDir != "" {
		return store{cache.Store(p.CacheDir)}, nil
	}
	kept, err := cache.Open("charts")
	if err != nil && p.Offline {
		return store{}, errors.Wrap(errors.ErrCodeInvalidRequest, err, "the cache's directory is unknown; set XDG_CACHE_HOME")
	}
	return store{kept}, nil
}

// request is what a chart is kept by.
func (e entry) request() string { return e.Repository + "\n" + e.Chart + "\n" + e.Version }

// get returns a chart that is there and whole.
func (s store) get(r *request) (tgz []byte, found localformat.Archive, ok bool) {
	if !r.pinned {
		return nil, found, false // nothing may be kept for it
	}
	var e entry
	want := newEntry(r, "")
	if s.Pin(want.request(), &e) && e == newEntry(r, e.SHA256) {
		if tgz, ok = s.Blob(e.SHA256, localformat.MaxPacked); ok {
			var err error
			if found, err = r.read(tgz); err == nil {
				return tgz, found, true
			}
		}
	}
	s.Drop(want.request(), e.SHA256)
	return nil, found, false
}

func newEntry(r *request, sum string) entry {
	return entry{Repository: r.repo.String(), Chart: r.ChartName, Version: r.version, SHA256: sum}
}

// put keeps a chart that was checked.
func (s store) put(r *request, tgz []byte) error {
	if !r.pinned {
		return nil
	}
	e := newEntry(r, digestOf(tgz))
	return errors.In(s.Put(e.request(), e, tgz), "cache of charts %q", string(s.Store))
}

func digestOf(data []byte) string { return cache.Sum(data) }

func isDigest(s string) bool { return cache.IsSum(s) }

package chartpull

import (
	"encoding/json"
	"os"
	"path/filepath"

	"github.com/opencontainers/go-digest"

	"github.com/aicr-flux/aicr/internal/tempdir"
	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/localformat"
)

// store is a directory of charts whose version is complete, so that each is pulled once; "" holds
// nothing and keeps nothing.
//
//	DIR/blobs/sha256/<hex>   the charts, by content
//	DIR/pins/<hex>.json      repository, chart, version → digest
//
// Entries appear whole or not at all, so that several processes can share a directory. What is read
// is compared with its digest; a broken entry is dropped and the chart pulled again.
type store string

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
		return "", err
	}
	if p.CacheDir != "" {
		return store(p.CacheDir), nil
	}
	base := getenv("XDG_CACHE_HOME")
	if !filepath.IsAbs(base) {
		var err error
		if base, err = os.UserCacheDir(); err != nil {
			if p.Offline {
				return "", errors.Wrap(errors.ErrCodeInvalidRequest, err, "the cache's directory is unknown; set XDG_CACHE_HOME")
			}
			return "", nil
		}
	}
	return store(filepath.Join(base, "aicr", "charts")), nil
}

func (s store) blob(sum string) string { return filepath.Join(string(s), "blobs", "sha256", sum) }

// pin returns the file of a request, or "" where nothing may be kept for it.
func (s store) pin(r *request) string {
	if s == "" || !r.pinned {
		return ""
	}
	return filepath.Join(string(s), "pins", digestOf([]byte(r.repo.String()+"\n"+r.ChartName+"\n"+r.version))+".json")
}

// get returns a chart that is there and whole.
func (s store) get(r *request) (tgz []byte, found localformat.Archive, ok bool) {
	pin := s.pin(r)
	if pin == "" {
		return nil, found, false
	}
	data, _ := readBlob(pin)
	var e entry
	if json.Unmarshal(data, &e) != nil || e != newEntry(r, e.SHA256) || !isDigest(e.SHA256) {
		_ = os.Remove(pin)
		return nil, found, false
	}
	tgz, err := readBlob(s.blob(e.SHA256))
	if err == nil && digestOf(tgz) == e.SHA256 {
		if found, err = r.read(tgz); err == nil {
			return tgz, found, true
		}
	}
	_ = os.Remove(pin)
	_ = os.Remove(s.blob(e.SHA256))
	return nil, found, false
}

func newEntry(r *request, sum string) entry {
	return entry{Repository: r.repo.String(), Chart: r.ChartName, Version: r.version, SHA256: sum}
}

// put keeps a chart that was checked.
func (s store) put(r *request, tgz []byte) error {
	pin := s.pin(r)
	if pin == "" {
		return nil
	}
	e := newEntry(r, digestOf(tgz))
	data, err := json.Marshal(e)
	if err == nil {
		err = write(s.blob(e.SHA256), tgz)
	}
	if err == nil {
		err = write(pin, append(data, '\n'))
	}
	return errors.In(err, "cache of charts %q", string(s))
}

func write(name string, data []byte) error {
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		return err
	}
	return tempdir.WriteFile(name, data, 0o600)
}

// readBlob reads a regular file: a pipe or a device in its place would block, or never end.
func readBlob(name string) ([]byte, error) {
	info, err := os.Lstat(name)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() || info.Size() > localformat.MaxPacked {
		return nil, os.ErrInvalid
	}
	return os.ReadFile(name)
}

func digestOf(data []byte) string { return digest.FromBytes(data).Encoded() }

// isDigest reports whether s is a SHA-256 in lower-case hex.
func isDigest(s string) bool {
	return digest.NewDigestFromEncoded(digest.SHA256, s).Validate() == nil
}

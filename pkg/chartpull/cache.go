package chartpull

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/aicr-flux/aicr/pkg/errors"
)

// Cache says where pulled charts are kept, so that a chart whose version is
// complete (1.2.3, no range) is pulled once. The zero value is the user's cache.
//
//	DIR/blobs/sha256/<hex>   the charts, by content
//	DIR/pins/<hex>.json      repository, chart, version → digest
//
// Entries appear whole or not at all, so that several processes can share a
// directory. What is read is held against its digest; a broken entry is dropped
// and the chart pulled again.
type Cache struct {
	// Dir is the directory; empty: aicr/charts in $XDG_CACHE_HOME, or in the
	// system's place for a user's caches.
	Dir string
	// NoCache neither reads nor writes it.
	NoCache bool
	// Offline uses nothing else: a chart that is not there is ErrCodeNotFound.
	Offline bool
}

// entry is what a pin says.
type entry struct {
	Repository string `json:"repository"`
	Chart      string `json:"chart"`
	Version    string `json:"version"`
	SHA256     string `json:"sha256"`
	// Found is the chart's own Chart.yaml, which was checked before it was kept.
	Found identity `json:"found"`
}

// directory returns the cache's directory, or "" where there is none.
func (c Cache) directory(getenv func(string) string) (string, error) {
	switch {
	case c.NoCache && c.Offline:
		return "", errors.Invalid("offline (--offline) reads only the cache, and --no-cache reads none of it; leave one out")
	case c.NoCache:
		return "", nil
	case c.Dir != "":
		return c.Dir, nil
	}
	base := getenv("XDG_CACHE_HOME")
	if !filepath.IsAbs(base) {
		var err error
		if base, err = os.UserCacheDir(); err != nil {
			if c.Offline {
				return "", errors.Wrap(errors.ErrCodeInvalidRequest, err, "the cache's directory is unknown; set XDG_CACHE_HOME")
			}
			return "", nil
		}
	}
	return filepath.Join(base, "aicr", "charts"), nil
}

// store is an open cache; an empty one holds nothing and keeps nothing.
type store string

func (s store) blob(digest string) string { return filepath.Join(string(s), "blobs", "sha256", digest) }

// pin returns the file of a request, or "" where nothing may be kept for it.
func (s store) pin(r *request) string {
	if s == "" || r.pin == nil {
		return ""
	}
	key := sha256.Sum256([]byte(r.repo.String() + "\n" + r.ChartName + "\n" + r.version))
	return filepath.Join(string(s), "pins", hex.EncodeToString(key[:])+".json")
}

// get returns a chart that is there and whole.
func (s store) get(r *request) (tgz []byte, found identity, ok bool) {
	pin := s.pin(r)
	if pin == "" {
		return nil, identity{}, false
	}
	data, err := os.ReadFile(pin)
	if err != nil {
		return nil, identity{}, false
	}
	var e entry
	if json.Unmarshal(data, &e) != nil || !isDigest(e.SHA256) || e.Repository != r.repo.String() ||
		e.Chart != r.ChartName || e.Version != r.version || e.Found.check(r) != nil {
		_ = os.Remove(pin)
		return nil, identity{}, false
	}
	if tgz, err = readLimited(s.blob(e.SHA256)); err != nil || digestOf(tgz) != e.SHA256 {
		_ = os.Remove(pin)
		_ = os.Remove(s.blob(e.SHA256))
		return nil, identity{}, false
	}
	return tgz, e.Found, true
}

// put keeps a chart that was checked.
func (s store) put(r *request, tgz []byte, found identity) error {
	pin := s.pin(r)
	if pin == "" {
		return nil
	}
	e := entry{Repository: r.repo.String(), Chart: r.ChartName, Version: r.version, SHA256: digestOf(tgz), Found: found}
	data, err := json.Marshal(e)
	if err == nil {
		err = writeWhole(s.blob(e.SHA256), tgz)
	}
	if err == nil {
		err = writeWhole(pin, append(data, '\n'))
	}
	return errors.In(err, "cache of charts %q", string(s))
}

// writeWhole puts a file in its place at once. What is there is replaced: it may
// be broken.
func writeWhole(name string, data []byte) error {
	dir := filepath.Dir(name)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	temp, err := os.CreateTemp(dir, ".new-*")
	if err != nil {
		return err
	}
	_, err = temp.Write(data)
	if closed := temp.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = os.Rename(temp.Name(), name)
	}
	if err != nil {
		_ = os.Remove(temp.Name())
	}
	return err
}

// readLimited reads a regular file of at most MaxPacked.
func readLimited(name string) ([]byte, error) {
	// A pipe or a device in its place would block, or never end.
	info, err := os.Lstat(name)
	switch {
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular():
		return nil, fs.ErrInvalid
	case info.Size() > MaxPacked:
		return nil, tooLarge()
	}
	file, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	data := make([]byte, info.Size())
	_, err = io.ReadFull(file, data)
	return data, err
}

func digestOf(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// isDigest reports whether s is a SHA-256 in lower-case hex.
func isDigest(s string) bool {
	return len(s) == 2*sha256.Size && strings.Trim(s, "0123456789abcdef") == ""
}

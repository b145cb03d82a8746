// Package cache keeps what was downloaded, by its content, and which content a request had.
package cache

import (
	"encoding/json"
	"os"
	"path/filepath"

	"github.com/opencontainers/go-digest"

	"github.com/aicr-flux/aicr/internal/tempdir"
)

// Store is a directory of downloads; "" holds nothing and keeps nothing.
//
//	DIR/blobs/sha256/<hex>   downloads, by content
//	DIR/pins/<hex>.json      what a request had, by the request
//
// Entries appear whole or not at all, so that several processes can share a directory. What is read
// is compared with its digest; a broken entry is dropped, to be downloaded again.
type Store string

// Open returns the user's store of this name: aicr/NAME in $XDG_CACHE_HOME, or in the system's place
// for a user's caches.
func Open(name string) (Store, error) {
	base := os.Getenv("XDG_CACHE_HOME") //nolint:forbidigo // the desktop's own variable
	if !filepath.IsAbs(base) {
		var err error
		if base, err = os.UserCacheDir(); err != nil {
			return "", err
		}
	}
	return Store(filepath.Join(base, "aicr", name)), nil
}

// Pin reads what is kept of a request, and reports whether there is anything that can be read.
func (s Store) Pin(request string, into any) bool {
	if s == "" {
		return false
	}
	data, err := read(s.pin(request), 1<<20)
	return err == nil && json.Unmarshal(data, into) == nil
}

// Blob returns the content with this SHA-256, of at most limit bytes, and whether it is there whole.
func (s Store) Blob(sum string, limit int64) ([]byte, bool) {
	if s == "" || !IsSum(sum) {
		return nil, false
	}
	data, err := read(s.blob(sum), limit)
	return data, err == nil && Sum(data) == sum
}

// Drop forgets a request and its content.
func (s Store) Drop(request, sum string) {
	if s == "" {
		return
	}
	_ = os.Remove(s.pin(request))
	if IsSum(sum) {
		_ = os.Remove(s.blob(sum))
	}
}

// Put keeps the content of a request, and what pin says of it.
func (s Store) Put(request string, pin any, content []byte) error {
	if s == "" {
		return nil
	}
	data, err := json.Marshal(pin)
	if err == nil {
		err = write(s.blob(Sum(content)), content)
	}
	if err == nil {
		err = write(s.pin(request), append(data, '\n'))
	}
	return err
}

func (s Store) blob(sum string) string { return filepath.Join(string(s), "blobs", "sha256", sum) }

func (s Store) pin(request string) string {
	return filepath.Join(string(s), "pins", Sum([]byte(request))+".json")
}

// Sum is the SHA-256 of data in lower-case hex.
func Sum(data []byte) string { return digest.FromBytes(data).Encoded() }

// IsSum reports whether s is a SHA-256 in lower-case hex.
func IsSum(s string) bool {
	return digest.NewDigestFromEncoded(digest.SHA256, s).Validate() == nil
}

func write(name string, data []byte) error {
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		return err
	}
	return tempdir.WriteFile(name, data, 0o600)
}

// read reads a regular file: a pipe or a device in its place would block, or never end.
func read(name string, limit int64) ([]byte, error) {
	info, err := os.Lstat(name)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() || info.Size() > limit {
		return nil, os.ErrInvalid
	}
	return os.ReadFile(name)
}

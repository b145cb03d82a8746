// Package datasource brings the data of recipes from where a person names them: a directory, an
// archive, a repository on GitHub, an artifact in a registry. What comes from elsewhere is input of
// strangers: bounded, read in memory, kept by its digest.
package datasource

import (
	"cmp"
	"context"
	"io"
	"os"
	"strings"

	"github.com/go-logr/logr"

	"github.com/aicr-flux/aicr/internal/cache"
	"github.com/aicr-flux/aicr/internal/inputfile"
	"github.com/aicr-flux/aicr/internal/registryhttp"
	"github.com/aicr-flux/aicr/pkg/component"
	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/oci"
)

// Options say how data are fetched. The zero value is usable.
type Options struct {
	// Offline takes what is not on this machine from the cache only, and NoCache neither reads nor
	// keeps it.
	Offline, NoCache bool
	// CacheDir is where archives are kept. Empty: aicr/data in the user's place for caches.
	CacheDir string
	// UserAgent is what servers see.
	UserAgent string
	// HTTP, Retry, Registry and GitHub say how servers are reached; GitHub is its address, empty for
	// the real one.
	HTTP     registryhttp.Options
	Retry    registryhttp.Retry
	Registry oci.Connection
	GitHub   string

	limits limits // small in tests
}

// Source is a data root that is open.
type Source struct {
	component.Root
	// Reference is where it comes from, without the pin.
	Reference Reference
	// Digest is that of the archive, "sha256:…"; empty for a directory.
	Digest string
	// Warning is what went wrong without harm, such as a cache that is full.
	Warning error

	closer io.Closer
}

// Close lets go of it.
func (s *Source) Close() error {
	if s.closer == nil {
		return nil
	}
	return s.closer.Close()
}

// Open opens the data that text names. The caller closes them.
func Open(ctx context.Context, text string, o Options) (*Source, error) {
	r, err := Parse(text)
	if err != nil {
		return nil, err
	}
	if !r.Remote() && !isArchive(r) {
		if r.pin != "" {
			return nil, errors.Invalid("`Data` %q: a digest is that of an archive, which this is not; leave out what begins at #, or name a .tar.gz", text)
		}
		logr.FromContextOrDiscard(ctx).Info("read data", "of", r.text)
		return OpenDir(r.text)
	}
	s := &Source{Root: component.Root{Name: r.text}, Reference: r}
	packed, err := o.packed(ctx, s)
	if err != nil {
		return nil, err
	}
	s.Digest = pinPrefix + cache.Sum(packed)
	s.FS, err = unpack(ctx, packed, r.github.name != "", r.github.dir, o.limits)
	if err != nil {
		return nil, errors.In(err, "data %s", r)
	}
	return s, nil
}

// OpenDir is Open for the path of a directory, whatever it looks like.
func OpenDir(dir string) (*Source, error) {
	root, closer, err := component.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	return &Source{Root: root, Reference: Reference{text: dir}, closer: closer}, nil
}

// isArchive reports whether a path is that of an archive. What is not there is one by its name.
func isArchive(r Reference) bool {
	info, err := os.Stat(r.text)
	named := strings.HasSuffix(r.text, ".tar.gz") || strings.HasSuffix(r.text, ".tgz")
	return named && (err != nil || !info.IsDir())
}

// packed returns the bytes of the archive.
func (o *Options) packed(ctx context.Context, s *Source) ([]byte, error) {
	r := s.Reference
	if r.Remote() {
		f := fetcher{Options: o, Reference: r, at: r.location(cmp.Or(o.GitHub, "https://github.com"))}
		packed, err := f.get(ctx)
		s.Warning = f.warning
		return packed, errors.In(err, "data %s", r)
	}
	packed, err := inputfile.Read(ctx, "data archive "+r.text, r.text, o.limits.withDefaults().packed)
	if err == nil {
		err = errors.In(r.check(packed), "data archive %s", r)
	}
	return packed, err
}

// check holds an archive against the pin.
func (r Reference) check(packed []byte) error {
	if got := cache.Sum(packed); r.pin != "" && got != r.pin {
		return errors.New(errors.ErrCodeUnauthorized, "the archive is another one: its digest is sha256:%s, and #sha256:%s is asked for; find out why before you use it, and then name it with its own digest", got, r.pin)
	}
	return nil
}

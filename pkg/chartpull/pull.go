package chartpull

import (
	"context"
	"os"
	"time"

	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/localformat"
)

// PullerVersion is what records say of how their chart was pulled. It names the
// rules of this package, not a program: both pullers write it, so that bundles
// are the same whoever made them.
const PullerVersion = "aicr.run/chartpull/v1"

// Progress is what a puller is doing about one component's chart.
type Progress struct {
	// Component and Chart say whose chart; Chart is its name and version.
	Component, Chart string
	// Step is "cached", "pulling" or "pulled".
	Step string
	// Retry is why the step begins again after Pause, or nil.
	Retry error
	Pause time.Duration
	// Warning is what went wrong without harm, such as a cache that is full.
	Warning error
}

// shared is what both pullers do alike.
type shared struct {
	cache    Cache
	getenv   func(string) string
	progress func(Progress)
}

func environment(getenv func(string) string) func(string) string {
	if getenv == nil {
		return os.Getenv //nolint:forbidigo // helm's own variables, for a caller that does not know them
	}
	return getenv
}

// pull returns a chart that was found harmless and the one asked for, from the
// cache or by fetch.
func (s shared) pull(ctx context.Context, c localformat.Component, fetch func(context.Context, *request) ([]byte, error)) ([]byte, localformat.VendorRecord, string, error) {
	fail := func(err error) ([]byte, localformat.VendorRecord, string, error) {
		return nil, localformat.VendorRecord{}, "", err
	}
	r, err := newRequest(c)
	if err != nil {
		return fail(err)
	}
	dir, err := s.cache.directory(s.getenv)
	if err != nil {
		return fail(err)
	}
	if err := ctx.Err(); err != nil {
		return fail(context.Cause(ctx))
	}
	kept := store(dir)
	tgz, found, ok := kept.get(r)
	switch {
	case ok:
		s.tell(r, Progress{Step: "cached"})
	case s.cache.Offline && r.pin == nil:
		return fail(errors.Invalid("%s of %s is a range, which only the repository can answer, and this run is offline; write a complete version such as 1.2.3", r, r.repo))
	case s.cache.Offline:
		return fail(errors.New(errors.ErrCodeNotFound, "%s of %s is not in the cache %q, and this run is offline; run once without --offline", r, r.repo, dir))
	default:
		s.tell(r, Progress{Step: "pulling"})
		if tgz, err = fetch(ctx, r); err != nil {
			return fail(err)
		}
		if found, err = checkArchive(tgz, r); err != nil {
			return fail(err)
		}
		s.tell(r, Progress{Step: "pulled", Warning: kept.put(r, tgz, found)})
	}
	record, tarball := r.record(tgz, found)
	return tgz, record, tarball, nil
}

func (s shared) tell(r *request, p Progress) {
	if s.progress != nil {
		p.Component, p.Chart = r.Name, r.String()
		s.progress(p)
	}
}

// record says where the chart came from. The version is the one asked for, and
// for a range the one that was found.
func (r *request) record(tgz []byte, found identity) (record localformat.VendorRecord, tarball string) {
	tarball = found.Name + "-" + found.Version + ".tgz"
	version := r.Version
	if r.pin == nil {
		version = found.Version
	}
	return localformat.VendorRecord{
		Name: r.Name, Chart: r.ChartName, Version: version, Repository: r.repo.String(),
		SHA256: digestOf(tgz), TarballName: tarball, PullerVersion: PullerVersion,
	}, tarball
}

package datasource

import (
	"archive/tar"
	"bytes"
	"cmp"
	"compress/gzip"
	"context"
	stderrors "errors"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
	"unicode"

	"github.com/aicr-flux/aicr/internal/ctxio"
	"github.com/aicr-flux/aicr/pkg/bundle"
	"github.com/aicr-flux/aicr/pkg/component"
	"github.com/aicr-flux/aicr/pkg/config"
	"github.com/aicr-flux/aicr/pkg/errors"
)

// limits bound an archive, because anybody can have made it. A whole repository has to fit, and of its
// data what a bundle can use. 0 means the default.
type limits struct {
	packed   int64 // 256 MiB
	unpacked int64 // 1 GiB, headers and padding included, so that an archive of empty files is bounded, too
	data     int64 // 256 MiB
	entries  int   // 100,000
}

func (l limits) withDefaults() limits {
	return limits{cmp.Or(l.packed, 256<<20), cmp.Or(l.unpacked, 1<<30), cmp.Or(l.data, 256<<20), cmp.Or(l.entries, 100_000)}
}

// archive is a .tar.gz in memory.
type archive struct {
	ctx    context.Context //nolint:containedctx // it lives as long as one reading
	packed []byte
	limits limits
}

// unpack returns the files below the directory of the archive in which data are: dir, and where that
// is empty, "recipes" or else the root. The archive of a repository has one directory around it.
func unpack(ctx context.Context, packed []byte, repo bool, dir string, l limits) (fs.FS, error) {
	a := archive{ctx, packed, l.withDefaults()}
	var names []string
	err := a.each(func(name string, h *tar.Header, _ io.Reader) error {
		if h.Typeflag == tar.TypeReg {
			names = append(names, name)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	base, err := find(names, repo, dir)
	if err != nil {
		return nil, err
	}
	return a.below(base)
}

// below reads what lies below base.
func (a archive) below(base string) (fs.FS, error) {
	fsys := &dataFS{left: map[string]string{}}
	var files bundle.Files
	var size int64
	err := a.each(func(name string, h *tar.Header, content io.Reader) error {
		if base != "." {
			var inside bool
			if name, inside = strings.CutPrefix(name, base+"/"); !inside {
				return nil
			}
		}
		switch {
		case h.Typeflag == tar.TypeSymlink || h.Typeflag == tar.TypeLink:
			fsys.left[name] = "it is a link, and links in an archive are not followed"
			return nil
		case h.Typeflag != tar.TypeReg:
			fsys.left[name] = "it is not a regular file"
			return nil
		case h.Size > config.MaxDataFile:
			fsys.left[name] = "it is larger than a data file may be"
			return nil
		}
		if size += h.Size; size > a.limits.data {
			return errors.Invalid("its data unpack to more than %d MiB, the limit", a.limits.data>>20)
		}
		data, err := io.ReadAll(content)
		if err != nil {
			return err
		}
		return files.Add(name, data)
	})
	fsys.FS = files.FS()
	return fsys, err
}

// each visits all entries but directories, and reads the archive to its end, where gzip has its
// checksum.
func (a archive) each(visit func(name string, h *tar.Header, content io.Reader) error) error {
	z, err := gzip.NewReader(bytes.NewReader(a.packed))
	if err != nil {
		return errors.Invalid("it is not a gzip archive; name a .tar.gz")
	}
	// One byte more than there may be tells that there are too many.
	plain := &io.LimitedReader{R: ctxio.Reader(a.ctx, z), N: a.limits.unpacked + 1}
	err = a.entries(tar.NewReader(plain), visit)
	if err == nil {
		_, err = io.Copy(io.Discard, plain)
	}
	_, own := stderrors.AsType[*errors.Error](err)
	switch {
	case a.ctx.Err() != nil:
		return context.Cause(a.ctx)
	case plain.N == 0:
		return errors.Invalid("it unpacks to more than %d MiB, the limit", a.limits.unpacked>>20)
	case err == nil || own:
		return err
	}
	return errors.Invalid("it cannot be read: %s", err)
}

func (a archive) entries(r *tar.Reader, visit func(name string, h *tar.Header, content io.Reader) error) error {
	for range a.limits.entries {
		h, err := r.Next()
		if stderrors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if h.Typeflag == tar.TypeXGlobalHeader { // git writes one, with the commit
			continue
		}
		name, err := entryName(h.Name)
		if err != nil {
			return err
		}
		if h.Typeflag == tar.TypeDir {
			continue
		}
		if err := visit(name, h, r); err != nil {
			return err
		}
	}
	return errors.Invalid("it holds more than %d entries, the limit", a.limits.entries)
}

// entryName returns the clean path of an entry, or refuses it.
func entryName(given string) (string, error) {
	switch {
	case path.IsAbs(given), slices.Contains(strings.Split(given, "/"), ".."):
		return "", errors.Invalid("its entry %.200q leads out of it", given)
	case strings.ContainsFunc(given, unicode.IsControl), strings.Contains(given, `\`), !fs.ValidPath(path.Clean(given)):
		return "", errors.Invalid("its entry %.200q has a path that systems read differently", given)
	}
	return path.Clean(given), nil
}

// find returns the directory with the data among the files.
func find(names []string, repo bool, dir string) (string, error) {
	top, one := topOf(names)
	switch {
	case len(names) == 0:
		return "", errors.Invalid("it holds no file")
	case repo && !one:
		return "", errors.Invalid("it is not the archive of a repository, which has one directory around all files")
	case dir != "":
		base := path.Join(top, dir)
		if !has(names, base+"/") {
			return "", errors.New(errors.ErrCodeNotFound, "it has no directory %q; name another one after //", dir)
		}
		return base, nil
	}
	roots := []string{".", top}
	switch {
	case repo:
		roots = roots[1:]
	case !one:
		roots = roots[:1]
	}
	for _, root := range roots {
		if recipes := path.Join(root, "recipes"); has(names, recipes+"/") {
			return recipes, nil
		}
		if slices.Contains(names, path.Join(root, component.RegistryFile)) || has(names, path.Join(root, "components")+"/") {
			return root, nil
		}
	}
	return roots[0], nil
}

// topOf returns the directory around all files, if there is one.
func topOf(names []string) (top string, one bool) {
	for i, name := range names {
		first, _, below := strings.Cut(name, "/")
		if !below || i > 0 && first != top {
			return "", false
		}
		top = first
	}
	return top, len(names) > 0
}

func has(names []string, prefix string) bool {
	return slices.ContainsFunc(names, func(name string) bool { return strings.HasPrefix(name, prefix) })
}

// dataFS are the files of an archive. It says why an entry was left out where somebody asks for it.
type dataFS struct {
	fs.FS
	left map[string]string // why, by path
}

// Open implements fs.FS.
func (d *dataFS) Open(name string) (fs.File, error) {
	for at := name; at != "." && at != "/"; at = path.Dir(at) {
		if why, ok := d.left[at]; ok {
			return nil, &fs.PathError{Op: "open", Path: name, Err: stderrors.New(why)}
		}
	}
	return d.FS.Open(name)
}

package oci

import (
	"archive/tar"
	"cmp"
	"compress/gzip"
	"context"
	stderrors "errors"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"

	"github.com/aicr-flux/aicr/internal/ctxio"
	"github.com/aicr-flux/aicr/internal/registryhttp"
	"github.com/aicr-flux/aicr/internal/tempdir"
	"github.com/aicr-flux/aicr/pkg/bundle"
	"github.com/aicr-flux/aicr/pkg/errors"
)

// unpack unpacks a layer into a new directory, and reads the bundle in it.
func (p *puller) unpack(ctx context.Context, packed *spool, o PullOptions) (pulled *Pulled, err error) {
	p.report.begin("unpacking", 0)
	pulled = &Pulled{}
	if pulled.temp, err = tempdir.Make(o.TempDir, "aicr-pull"); err != nil {
		return nil, errors.In(err, "temporary directory")
	}
	if pulled.root, err = os.OpenRoot(pulled.temp.Path); err != nil {
		return nil, errors.In(stderrors.Join(err, pulled.temp.Remove()), "temporary directory")
	}
	u := &unpacker{ctx: ctx, root: pulled.root, limits: p.limits}
	if err = u.archive(packed.open()); err == nil && !o.Unverified {
		pulled.Files, err = u.read(cmp.Or(o.Owner, "kustomization.yaml"))
	}
	if err != nil {
		return nil, errors.Join(err, pulled.Close())
	}
	p.report.end()
	return pulled, nil
}

// unpacker writes the files of an archive into a directory.
type unpacker struct {
	ctx    context.Context
	root   *os.Root
	limits Limits
	names  bundle.Files // finds clashes of paths
	size   int64        // of all files, which a sparse one does not take in the archive
}

func (u *unpacker) archive(packed io.Reader) error {
	z, err := gzip.NewReader(packed)
	if err != nil {
		return errors.Invalid("its layer is not a gzip archive: %s", registryhttp.Clean(err.Error()))
	}
	// One byte more than there may be tells that there are too many.
	plain := &io.LimitedReader{R: z, N: u.limits.Unpacked + 1}
	err = u.entries(tar.NewReader(plain))
	if err == nil {
		// What follows the archive has to be read, for gzip's own checksum.
		_, err = io.Copy(io.Discard, ctxio.Reader(u.ctx, plain))
	}
	if plain.N == 0 {
		return tooLarge()
	}
	return broke(err)
}

func (u *unpacker) entries(r *tar.Reader) error {
	for {
		header, err := r.Next()
		if stderrors.Is(err, io.EOF) {
			return nil
		}
		if err == nil {
			err = u.ctx.Err()
		}
		if err == nil {
			err = u.entry(header, r)
		}
		if err != nil {
			return err
		}
	}
}

// broke tells what is wrong with the archive from what is wrong with the machine.
func broke(err error) error {
	_, system := stderrors.AsType[*fs.PathError](err)
	_, own := stderrors.AsType[*errors.Error](err)
	if err == nil || system || own || stderrors.Is(err, context.Canceled) || stderrors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return errors.Invalid("its archive cannot be read: %s", registryhttp.Clean(err.Error()))
}

// entry unpacks one entry of the archive.
func (u *unpacker) entry(header *tar.Header, content io.Reader) error {
	name := header.Name
	switch header.Typeflag {
	case tar.TypeDir:
		// "flux push artifact" writes them, the root too; a file says itself which it needs.
		if name = strings.TrimSuffix(name, "/"); name == "." {
			return nil
		}
		return errors.In(bundle.CheckPath(name), "its archive")
	case tar.TypeReg:
	default:
		return errors.Invalid("its archive holds %.200q, which is no regular file but of type %q", name, header.Typeflag)
	}
	switch {
	case header.Size > u.limits.File:
		return errors.Invalid("its file %.200q has %d bytes, and the limit is %d", name, header.Size, u.limits.File)
	case header.Size > u.limits.Unpacked-u.size:
		return tooLarge()
	case u.names.Len() >= u.limits.Files:
		return errors.Invalid("its archive holds more than %d files", u.limits.Files)
	}
	u.size += header.Size
	if err := u.names.Add(name, nil); err != nil {
		return errors.In(err, "its archive")
	}
	if err := errors.Join(u.ctx.Err(), u.root.MkdirAll(path.Dir(name), 0o700)); err != nil {
		return err
	}
	file, err := u.root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(file, ctxio.Reader(u.ctx, content))
	return errors.Join(err, file.Close())
}

// read reads the bundle of which the file owner is part. It refuses an archive that holds files
// that the list does not name: Flux would deploy files that no checksum covers.
func (u *unpacker) read(owner string) (*bundle.Files, error) {
	files, err := bundle.Read(u.ctx, u.root.FS(), owner)
	if err != nil {
		return nil, err
	}
	strange := slices.DeleteFunc(u.names.Paths(), func(path string) bool {
		_, listed := files.Lookup(path)
		return listed || path == bundle.ChecksumsFile
	})
	if len(strange) > 0 {
		return nil, errors.Invalid("its archive holds files that its %s does not list: %.500q", bundle.ChecksumsFile, strange)
	}
	return files, nil
}

func tooLarge() error { return errors.Invalid("its archive unpacks to more than the limit") }

// Package inputfile reads the files that a person names: in an option, in a flag. Such a name may be
// mistaken for a device that never ends, or for a pipe to which nobody writes; neither takes the
// program with it.
package inputfile

import (
	"context"
	stderrors "errors"
	"io"
	"io/fs"
	"os"
	"strings"

	"github.com/go-logr/logr"

	"github.com/aicr-flux/aicr/pkg/errors"
)

// Read returns what is in a regular file of at most limit bytes. What a shell has opened, as in
// <(command), counts as one; a pipe that lies on the disk does not, since it may have no writer.
//
// noun is what errors call the file, such as "recipe a.yaml".
func Read(ctx context.Context, noun, path string, limit int64) ([]byte, error) {
	return read(ctx, noun, path, limit, opened(path))
}

// ReadPipe is Read that takes every pipe.
func ReadPipe(ctx context.Context, noun, path string, limit int64) ([]byte, error) {
	return read(ctx, noun, path, limit, true)
}

// opened reports whether a path names a file that this process was started with.
func opened(path string) bool {
	return path == "/dev/stdin" || strings.HasPrefix(path, "/dev/fd/") || strings.HasPrefix(path, "/proc/self/fd/")
}

func read(ctx context.Context, noun, path string, limit int64, pipes bool) ([]byte, error) {
	info, err := os.Stat(path)
	switch {
	case stderrors.Is(err, fs.ErrNotExist):
		return nil, errors.New(errors.ErrCodeNotFound, "%s does not exist; check the path", noun)
	case err != nil:
		return nil, unreadable(noun, err)
	case info.IsDir():
		return nil, errors.Invalid("%s is a directory; name a file", noun)
	case !info.Mode().IsRegular() && (!pipes || info.Mode().Type() != fs.ModeNamedPipe):
		return nil, errors.Invalid("%s is not a regular file but %s; name a file", noun, kind(info.Mode()))
	case info.Size() > limit:
		return nil, tooLarge(noun, limit)
	}
	logr.FromContextOrDiscard(ctx).Info("read", "file", noun)
	return wait(ctx, func() ([]byte, error) {
		f, err := os.Open(path)
		if err != nil {
			return nil, unreadable(noun, err)
		}
		defer f.Close()
		return bounded(noun, f, limit)
	})
}

// All returns what comes out of in, such as the standard input, of at most limit bytes.
func All(ctx context.Context, noun string, in io.Reader, limit int64) ([]byte, error) {
	return wait(ctx, func() ([]byte, error) { return bounded(noun, in, limit) })
}

func bounded(noun string, in io.Reader, limit int64) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(in, limit+1))
	switch {
	case err != nil:
		return nil, errors.In(err, "%s", noun)
	case int64(len(data)) > limit:
		return nil, tooLarge(noun, limit)
	}
	return data, nil
}

// wait ends with ctx. What it waits for may then hang on: nothing can stop it, and the program is
// about to end.
func wait(ctx context.Context, read func() ([]byte, error)) ([]byte, error) {
	done := make(chan struct{})
	var got []byte
	var problem error
	go func() {
		defer close(done)
		got, problem = read()
	}()
	select {
	case <-done:
		return got, problem
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

func unreadable(noun string, err error) error {
	return errors.Invalid("%s cannot be read: %s; check the path and its permissions", noun, errors.Reason(err))
}

func tooLarge(noun string, limit int64) error {
	return errors.Invalid("%s is larger than %d MiB; check that it is the right file", noun, limit>>20)
}

func kind(mode fs.FileMode) string {
	switch {
	case mode&fs.ModeNamedPipe != 0:
		return "a pipe"
	case mode&fs.ModeSocket != 0:
		return "a socket"
	}
	return "a device"
}

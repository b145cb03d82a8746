//go:build unix

package inputfile_test

import (
	"context"
	stderrors "errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/aicr-flux/aicr/internal/inputfile"
	"github.com/aicr-flux/aicr/pkg/errors"
)

const limit = 1 << 20

func TestOnlyWhatEndsIsRead(t *testing.T) {
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(os.WriteFile(at("file"), []byte("text"), 0o600))
	must(os.WriteFile(at("full"), make([]byte, limit), 0o600))
	must(os.WriteFile(at("closed"), []byte("text"), 0o000))
	must(os.Symlink("file", at("link")))
	must(os.Symlink("/dev/zero", at("zero")))
	must(os.Symlink("nothing", at("dangling")))
	must(os.Mkdir(at("dir"), 0o700))
	must(syscall.Mkfifo(at("fifo"), 0o600))
	sparse, err := os.Create(at("sparse"))
	must(err)
	must(sparse.Truncate(1 << 40))
	must(sparse.Close())
	socket, err := (&net.ListenConfig{}).Listen(t.Context(), "unix", at("s"))
	must(err)
	defer socket.Close()

	for name, want := range map[string]int{"file": 4, "link": 4, "full": limit} {
		if data, err := inputfile.Read(t.Context(), "file x", at(name), limit); err != nil || len(data) != want {
			t.Errorf("%s: %d bytes, %v", name, len(data), err)
		}
	}
	for path, want := range map[string]string{
		"/dev/zero":    "file x is not a regular file but a device; name a file",
		at("zero"):     "file x is not a regular file but a device; name a file",
		at("fifo"):     "file x is not a regular file but a pipe; name a file",
		at("s"):        "file x is not a regular file but a socket; name a file",
		at("dir"):      "file x is a directory; name a file",
		at("sparse"):   "file x is larger than 1 MiB; check that it is the right file",
		at("file/x"):   "file x cannot be read: not a directory; check the path and its permissions",
		at("closed"):   "file x cannot be read: permission denied; check the path and its permissions",
		at("nothing"):  "file x does not exist; check the path",
		at("dangling"): "file x does not exist; check the path",
	} {
		if path == at("closed") && os.Getuid() == 0 {
			continue // for root there is no such thing
		}
		code := errors.ErrCodeInvalidRequest
		if strings.Contains(want, "not exist") {
			code = errors.ErrCodeNotFound
		}
		if _, err := inputfile.Read(t.Context(), "file x", path, limit); errors.CodeOf(err) != code || err.Error() != want {
			t.Errorf("%s: %v", path, err)
		}
		if _, err := inputfile.ReadPipe(canceled(t), "file x", path, limit); err == nil {
			t.Errorf("%s is read as a pipe", path)
		}
	}
}

// TestPipesEndWithTheContext has pipes to which nobody writes, or too much.
func TestPipesEndWithTheContext(t *testing.T) {
	fifo := filepath.Join(t.TempDir(), "fifo")
	if err := syscall.Mkfifo(fifo, 0o600); err != nil {
		t.Fatal(err)
	}
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	shell := fmt.Sprintf("/dev/fd/%d", r.Fd())
	for name, read := range map[string]func(context.Context) ([]byte, error){
		"no writer": func(ctx context.Context) ([]byte, error) { return inputfile.ReadPipe(ctx, "file x", fifo, limit) },
		"<(…)":      func(ctx context.Context) ([]byte, error) { return inputfile.Read(ctx, "file x", shell, limit) },
		"stdin":     func(ctx context.Context) ([]byte, error) { return inputfile.All(ctx, "file x", blocked{}, limit) },
	} {
		if _, err := read(canceled(t)); !stderrors.Is(err, context.Canceled) {
			t.Errorf("%s: %v", name, err)
		}
	}
	// Whoever waits for the pipes still, after the context, gets its end.
	go func() { _, _ = w.WriteString("text"); w.Close() }()
	r2, w2, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r2.Close()
	go func() { _, _ = w2.WriteString("text"); w2.Close() }()
	if data, err := inputfile.Read(t.Context(), "file x", fmt.Sprintf("/dev/fd/%d", r2.Fd()), limit); err != nil || string(data) != "text" {
		t.Errorf("<(…): %q, %v", data, err)
	}
	if _, err := inputfile.All(t.Context(), "file x", zeros{}, limit); err == nil || err.Error() != "file x is larger than 1 MiB; check that it is the right file" {
		t.Errorf("without end: %v", err)
	}
}

func canceled(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	return ctx
}

type blocked struct{}

func (blocked) Read([]byte) (int, error) { select {} }

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { return len(p), nil }

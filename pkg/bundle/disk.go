package bundle

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"os"
)

// disk is the file system below one directory: os.Root, so that no symlink leads
// out of it, with a look at the context before each step. Names are
// slash-separated.
type disk struct {
	root   *os.Root
	ctx    context.Context
	faults *faults
	buffer []byte
}

// faults lets a test break any step; nil in the program.
type faults struct {
	step  func(op, name string) error
	write func(io.Writer) io.Writer
}

// steady returns the disk for what has to be finished even when the run is
// cancelled: putting things back, and clearing up.
func (d *disk) steady() *disk {
	return &disk{root: d.root, ctx: context.WithoutCancel(d.ctx), faults: d.faults}
}

func (d *disk) step(op, name string) error {
	if err := d.ctx.Err(); err != nil {
		return err
	}
	if d.faults != nil && d.faults.step != nil {
		return d.faults.step(op, name)
	}
	return nil
}

func (d *disk) lstat(name string) (fs.FileInfo, error) {
	if err := d.step("lstat", name); err != nil {
		return nil, err
	}
	return d.root.Lstat(name)
}

func (d *disk) mkdir(name string) error {
	if err := d.step("mkdir", name); err != nil {
		return err
	}
	return d.root.Mkdir(name, 0o755)
}

func (d *disk) chmod(name string, mode fs.FileMode) error {
	if err := d.step("chmod", name); err != nil {
		return err
	}
	return d.root.Chmod(name, mode)
}

func (d *disk) rename(from, to string) error {
	if err := d.step("rename", from+" "+to); err != nil {
		return err
	}
	return d.root.Rename(from, to)
}

func (d *disk) remove(name string) error {
	if err := d.step("remove", name); err != nil {
		return err
	}
	return d.root.Remove(name)
}

func (d *disk) removeAll(name string) error {
	if err := d.step("removeall", name); err != nil {
		return err
	}
	return d.root.RemoveAll(name)
}

func (d *disk) names(dir string) ([]string, error) {
	if err := d.step("readdir", dir); err != nil {
		return nil, err
	}
	f, err := d.root.Open(dir)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return f.Readdirnames(-1)
}

// below returns the disk below a directory.
func (d *disk) below(dir string) (*disk, error) {
	if err := d.step("openroot", dir); err != nil {
		return nil, err
	}
	root, err := d.root.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	return &disk{root: root, ctx: d.ctx, faults: d.faults}, nil
}

// create writes a file that is not there yet, with the content of file.
func (d *disk) create(name string, file File) error {
	if err := d.step("create", name); err != nil {
		return err
	}
	f, err := d.root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	var w io.Writer = f
	if d.faults != nil && d.faults.write != nil {
		w = d.faults.write(f)
	}
	err = d.fill(w, file)
	if closed := f.Close(); err == nil {
		err = closed
	}
	return err
}

// fill writes the content of file, in pieces unless it is in memory already.
func (d *disk) fill(w io.Writer, file File) error {
	if file.Open == nil {
		_, err := w.Write(file.Data)
		return err
	}
	content, err := file.Reader()
	if err != nil {
		return err
	}
	defer content.Close()
	return d.pieces(content, func(piece []byte) (bool, error) {
		_, err := w.Write(piece)
		return true, err
	})
}

// stream hands a file over in pieces, so that no size fills the memory, and
// stops where use returns false.
func (d *disk) stream(name string, use func(piece []byte) bool) error {
	if err := d.step("open", name); err != nil {
		return err
	}
	f, err := d.root.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	return d.pieces(f, func(piece []byte) (bool, error) { return use(piece), nil })
}

// pieces reads r to its end, or to where use returns false or an error.
func (d *disk) pieces(r io.Reader, use func(piece []byte) (bool, error)) error {
	if d.buffer == nil {
		d.buffer = make([]byte, 64<<10)
	}
	for {
		n, err := r.Read(d.buffer)
		if n > 0 {
			if more, failed := use(d.buffer[:n]); failed != nil || !more {
				return failed
			}
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err == nil {
			err = d.ctx.Err()
		}
		if err != nil {
			return err
		}
	}
}

// sum hashes a file.
func (d *disk) sum(name string) (string, error) {
	hash := sha256.New()
	err := d.stream(name, func(piece []byte) bool {
		hash.Write(piece)
		return true
	})
	return hex.EncodeToString(hash.Sum(nil)), err
}

// read returns a file's content, or false where it is longer than limit.
func (d *disk) read(name string, limit int) (data []byte, ok bool, err error) {
	err = d.stream(name, func(piece []byte) bool {
		data = append(data, piece...)
		return len(data) <= limit
	})
	return data, len(data) <= limit, err
}

// lock returns the open directory, whose lock lasts until it is closed, or nil
// where another run has it.
func (d *disk) lock() (io.Closer, error) {
	if err := d.step("lock", "."); err != nil {
		return nil, err
	}
	f, err := d.root.Open(".")
	if err != nil {
		return nil, err
	}
	if lockFile(f) {
		return nil, f.Close()
	}
	return f, nil
}

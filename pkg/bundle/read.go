package bundle

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"

	coded "github.com/aicr-flux/aicr/pkg/errors"
)

// Read returns the bundle in fsys: the files that its checksums.txt lists, each
// opened when it is needed, and nothing else that lies beside them. The list
// itself is not in the set: it is what Sum says of it. Like Write it reads
// through no symlink where fsys can tell (fs.ReadLinkFS).
//
// A missing list, and one that is not of the form that Write gives it or does
// not list owner (see WriteOptions), is ErrCodeInvalidRequest. Files that are
// missing, or that are not what the list says, are all named by one
// ErrCodeConflict; an editable file may have been edited, and is taken as it is.
// The files of the set can be read as long as fsys can.
func Read(ctx context.Context, fsys fs.FS, owner string) (*Files, error) {
	list, err := readList(fsys, owner)
	if err != nil {
		return nil, err
	}
	r := &reader{ctx: ctx, fsys: fsys, dirs: map[string]string{}, buffer: make([]byte, 64<<10)}
	files := &Files{}
	for _, sum := range list {
		file, err := r.file(sum)
		if err != nil {
			return nil, coded.In(err, "file %q", sum.Path)
		}
		if err := files.AddFile(file); err != nil {
			return nil, coded.In(err, ChecksumsFile)
		}
	}
	if err := r.err(); err != nil {
		return nil, err
	}
	return files, nil
}

func readList(fsys fs.FS, owner string) (Checksums, error) {
	info, err := fs.Lstat(fsys, ChecksumsFile)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, coded.Invalid("%s is missing, and it alone tells which files are the bundle's; "+
			"name the directory of a bundle that was generated with checksums", ChecksumsFile)
	case err != nil:
		return nil, coded.In(err, ChecksumsFile)
	case !info.Mode().IsRegular():
		return nil, coded.Invalid("%s: %s stands where the list of the bundle's files must be", ChecksumsFile, kind(info))
	case info.Size() > maxList:
		return nil, coded.Invalid("%s: the file has more than %d MiB, so it is no list of a bundle's files", ChecksumsFile, maxList>>20)
	}
	data, err := fs.ReadFile(fsys, ChecksumsFile)
	if err != nil {
		return nil, coded.In(err, ChecksumsFile)
	}
	list, err := ParseChecksums(data)
	if err != nil {
		return nil, coded.In(err, "not the list of a bundle's files")
	}
	if !slices.ContainsFunc(list, func(sum Checksum) bool { return sum.Path == owner }) {
		return nil, coded.Invalid("%s does not list %q, so it is not the list of a bundle; name the directory of a bundle", ChecksumsFile, owner)
	}
	return list, nil
}

// reader reads the listed files and gathers what is wrong with them.
type reader struct {
	ctx    context.Context
	fsys   fs.FS
	dirs   map[string]string // why a directory is none, "" where it is one
	buffer []byte
	wrong  []string
}

// file returns the listed file. What is wrong with it goes into wrong; the error
// is one of the file system.
func (r *reader) file(listed Checksum) (File, error) {
	file := File{
		Path: listed.Path, Editable: listed.Editable, SHA256: listed.SHA256,
		Open: func() (io.ReadCloser, error) { return r.fsys.Open(listed.Path) },
	}
	if err := r.ctx.Err(); err != nil {
		return file, err
	}
	if why := r.obstacle(listed.Path); why != "" {
		r.wrong = append(r.wrong, listed.Path+": "+why)
		return file, nil
	}
	sum, size, err := r.sum(listed.Path)
	if err != nil {
		return file, err
	}
	file.Size = size
	switch {
	case sum == listed.SHA256:
	case listed.Editable:
		file.SHA256, file.Listed = sum, listed.SHA256
	default:
		r.wrong = append(r.wrong, listed.Path+": "+edited)
	}
	return file, nil
}

// obstacle returns why there is no regular file at path, or "".
func (r *reader) obstacle(path string) string {
	if why := r.noDir(parent(path)); why != "" {
		return why
	}
	return r.lstat(path, fs.FileMode.IsRegular)
}

// noDir returns why there is no directory at dir, or "". It looks at each
// directory once.
func (r *reader) noDir(dir string) string {
	if dir == "." {
		return ""
	}
	why, known := r.dirs[dir]
	if !known {
		if why = r.noDir(parent(dir)); why == "" {
			why = r.lstat(dir, fs.FileMode.IsDir)
		}
		r.dirs[dir] = why
	}
	return why
}

func (r *reader) lstat(path string, fits func(fs.FileMode) bool) string {
	info, err := fs.Lstat(r.fsys, path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "missing"
	case err != nil:
		return err.Error()
	case !fits(info.Mode()):
		return kind(info) + " stands in its place"
	}
	return ""
}

func (r *reader) sum(path string) (sum string, size int64, err error) {
	f, err := r.fsys.Open(path)
	if err != nil {
		return "", 0, err
	}
	defer f.Close()
	hash := sha256.New()
	d := disk{ctx: r.ctx, buffer: r.buffer}
	err = d.pieces(f, func(piece []byte) (bool, error) {
		size += int64(len(piece))
		_, err := hash.Write(piece)
		return true, err
	})
	return hex.EncodeToString(hash.Sum(nil)), size, err
}

// err names all that is wrong.
func (r *reader) err() error {
	if len(r.wrong) == 0 {
		return nil
	}
	slices.Sort(r.wrong)
	count := "1 file is"
	if len(r.wrong) > 1 {
		count = fmt.Sprintf("%d files are", len(r.wrong))
	}
	return coded.New(coded.ErrCodeConflict, "%s not what %s lists:\n  - %s\nput them back, or generate the bundle again",
		count, ChecksumsFile, strings.Join(r.wrong, "\n  - "))
}

package bundle

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"io"

	"github.com/aicr-flux/aicr/internal/ctxio"
	"github.com/aicr-flux/aicr/pkg/errors"
)

// File is one file of a bundle. Its content is Data, or it is opened when it is needed, so that a
// bundle larger than the memory can be read, packed and written.
type File struct {
	// Path is slash-separated and relative to the bundle; CheckPath accepts it.
	Path string
	// Data is the content. Nobody may change it once it is part of a set.
	Data []byte
	// Editable marks a file that its user is meant to edit.
	Editable bool

	// Open opens the content where it is not Data; Size is its length in bytes and SHA256 its
	// checksum in lower-case hex. Reading it gives exactly that or an error, see Reader. Open
	// must be safe for concurrent use.
	Open   func() (io.ReadCloser, error)
	Size   int64
	SHA256 string

	// Listed is, for an editable file that was edited, the checksum that it had as it was
	// generated, and has in checksums.txt. Empty: that of the content.
	Listed string

	// Former are the forms that an editable file has in bundles that were made otherwise. Where it was
	// generated in one of them and edited since, the edit is carried over.
	Former []Former
}

// Former is another form of an editable file.
type Former struct {
	// SHA256 is the checksum of the file as it was generated in that form, in lower-case hex.
	SHA256 string
	// Carry makes of an edited file of that form one of the present form, or says that it cannot.
	Carry func(edited []byte) (carried []byte, ok bool)
}

// Len returns the length of the content in bytes.
func (f File) Len() int64 {
	if f.Open != nil {
		return f.Size
	}
	return int64(len(f.Data))
}

// Reader opens the content. Reading content that is no longer what the set says, in length or
// checksum, ends in ErrCodeConflict.
func (f File) Reader() (io.ReadCloser, error) {
	if f.Open == nil {
		return io.NopCloser(bytes.NewReader(f.Data)), nil
	}
	content, err := f.Open()
	if err != nil {
		return nil, errors.In(err, "file %q", f.Path)
	}
	return &checked{ReadCloser: content, file: f, hash: sha256.New()}, nil
}

// sum returns the checksum of the content, in lower-case hex.
func (f File) sum() string {
	if f.Open != nil {
		return f.SHA256
	}
	return sumOf(f.Data)
}

// checksum is the file's line in checksums.txt; sum is that of its content.
func (f File) checksum(sum string) Checksum {
	return Checksum{Path: f.Path, SHA256: cmp.Or(f.Listed, sum), Editable: f.Editable}
}

// CopyTo writes the content to w, and ends with ctx: a file can be large, and a disk slow.
func (f File) CopyTo(ctx context.Context, w io.Writer) error {
	content, err := f.Reader()
	if err != nil {
		return err
	}
	defer content.Close()
	_, err = io.Copy(w, ctxio.Reader(ctx, content))
	return err
}

// check finds fields that do not fit together.
func (f File) check() error {
	switch {
	case f.Open == nil && (f.Size != 0 || f.SHA256 != ""):
		return errors.Invalid("has a size or a checksum and no Open; leave them out, they follow from Data")
	case f.Open != nil && f.Data != nil:
		return errors.Invalid("has both Data and Open; choose one")
	case f.Open != nil && (f.Size < 0 || !isSum(f.SHA256)):
		return errors.Invalid("has Open without its size and its SHA-256 in lower-case hex; give both")
	case len(f.Former) > 0 && !f.Editable:
		return errors.Invalid("has former forms, and is not meant for editing; leave them out")
	case f.Listed != "" && (!f.Editable || !isSum(f.Listed)):
		return errors.Invalid("has a listed checksum, which is a SHA-256 in lower-case hex of an editable file")
	}
	return nil
}

// checked is the content of a file that may have been changed meanwhile.
type checked struct {
	io.ReadCloser
	file File
	hash hash.Hash
	n    int64
}

func (c *checked) Read(p []byte) (int, error) {
	n, err := c.ReadCloser.Read(p)
	c.hash.Write(p[:n])
	c.n += int64(n)
	// A file that grows must not be read for ever.
	if c.n > c.file.Size || (err == io.EOF && hex.EncodeToString(c.hash.Sum(nil)) != c.file.SHA256) {
		return 0, errors.New(errors.ErrCodeConflict, "file %q was changed by another program meanwhile; run again", c.file.Path)
	}
	return n, err
}

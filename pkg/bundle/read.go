package bundle

import (
	"context"
	"io"
	"io/fs"

	"github.com/aicr-flux/aicr/pkg/errors"
)

// maxList bounds a checksums.txt that is believed, in bytes; 20,000 files take 3 MB.
const maxList = 64 << 20

// Read returns the bundle in fsys: the files that its checksums.txt lists, each opened when it is
// needed, and nothing else that lies beside them. The list itself is not in the set: it is what Sum
// says of it. Like Write it reads through no symlink where fsys can tell (fs.ReadLinkFS).
//
// A missing list, and one that ParseChecksums refuses or that does not list owner (see WriteOptions),
// is ErrCodeInvalidRequest. Files that are missing, or that are not what the list
// says, are all named by one ErrCodeConflict; an editable file may have been edited, and is taken
// as it is. The files of the set can be read as long as fsys can.
func Read(ctx context.Context, fsys fs.FS, owner string) (*Files, error) {
	t := newTree(fsys)
	list, _, err := t.list(owner)
	if err != nil {
		return nil, err
	}
	files, wrong := &Files{}, conflicts{}
	for _, listed := range list {
		file, problem, err := t.listed(ctx, listed)
		if err != nil {
			return nil, errors.In(err, "file %q", listed.Path)
		}
		if problem != nil {
			wrong[*problem] = false
		}
		if err := files.AddFile(file); err != nil {
			return nil, errors.In(err, ChecksumsFile)
		}
	}
	if len(wrong) > 0 {
		return nil, errors.New(errors.ErrCodeConflict, "%s\nput them back, or generate the bundle again", wrong.list("not what "+ChecksumsFile+" lists"))
	}
	return files, nil
}

// list reads a bundle's checksums.txt. One that is missing or not a bundle's is
// ErrCodeInvalidRequest.
func (t *tree) list(owner string) (Checksums, []byte, error) {
	at, err := t.file(ChecksumsFile)
	switch {
	case err != nil:
		return nil, nil, errors.In(err, ChecksumsFile)
	case at.missing != "":
		return nil, nil, errors.Invalid("%s is missing, and it alone tells which files are the bundle's; "+
			"name the directory of a bundle that was generated with checksums", ChecksumsFile)
	case at.blocked != nil:
		return nil, nil, errors.Invalid("%s: %s", ChecksumsFile, at.blocked.why)
	case at.info.Size() > maxList:
		return nil, nil, errors.Invalid("%s: the file has more than %d MiB, so it is not the list of a bundle's files", ChecksumsFile, maxList>>20)
	}
	data, err := fs.ReadFile(t.fsys, ChecksumsFile)
	if err != nil {
		return nil, nil, errors.In(err, ChecksumsFile)
	}
	list, err := ParseChecksums(data)
	if err != nil {
		return nil, nil, errors.In(err, "not the list of a bundle's files")
	}
	if !list.has(owner) {
		return nil, nil, errors.Invalid("%s does not list %q, so it is not the list of a bundle; name the directory of a bundle", ChecksumsFile, owner)
	}
	return list, data, nil
}

// listed returns a listed file, or what is wrong with it; the error is one of the file system.
func (t *tree) listed(ctx context.Context, listed Checksum) (File, *obstacle, error) {
	file := File{
		Path: listed.Path, Editable: listed.Editable, SHA256: listed.SHA256,
		Open: func() (io.ReadCloser, error) { return t.fsys.Open(listed.Path) },
	}
	at, err := t.file(listed.Path)
	switch {
	case err != nil || at.blocked != nil:
		return file, at.blocked, err
	case at.missing != "":
		return file, &obstacle{listed.Path, "missing"}, nil
	}
	sum, size, err := t.sum(ctx, listed.Path)
	if err != nil {
		return file, nil, err
	}
	file.Size = size
	switch {
	case sum == listed.SHA256:
	case listed.Editable:
		file.SHA256, file.Listed = sum, listed.SHA256
	default:
		return file, &obstacle{listed.Path, edited}, nil
	}
	return file, nil, nil
}

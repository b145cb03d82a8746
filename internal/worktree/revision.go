package worktree

import (
	"context"
	"strconv"
	"strings"

	"github.com/aicr-flux/aicr/pkg/errors"
)

// maxTree bounds the files of a directory of a commit, in bytes.
const maxTree = 256 << 20

// File returns a text file of a commit, with a newline at its end; see At for the path. What is no
// file is ErrCodeNotFound.
func File(ctx context.Context, dir, revision, path string) ([]byte, error) {
	missing := errors.New(errors.ErrCodeNotFound, "git has no file %q in %q here; check both with git ls-tree", path, revision)
	blob, err := git(ctx, dir, "rev-parse", "--verify", "--quiet", "--end-of-options", revision+":"+path)
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	if err != nil {
		return nil, missing
	}
	found, err := feed(ctx, blob+"\n", dir, "cat-file", "--batch-check")
	if err != nil {
		return nil, err
	}
	fields := strings.Fields(found) // digest, type, size
	if len(fields) != 3 || fields[1] != "blob" {
		return nil, missing
	}
	if size, err := strconv.Atoi(fields[2]); err != nil || size > maxTree {
		return nil, errors.Invalid("file %q in %q has more than %d MiB", path, revision, maxTree>>20)
	}
	text, err := git(ctx, dir, "cat-file", "blob", blob)
	return []byte(text + "\n"), err
}

// At returns the files below a directory of a commit, by their path there: what "git ls-tree
// REVISION:PATH" lists in dir. A path is one from the top of the repository; ./ begins one from dir.
// Symbolic links and submodules are left out. What git does not have is ErrCodeNotFound.
func At(ctx context.Context, dir, revision, path string) (map[string][]byte, error) {
	if path == "." {
		path = "./"
	}
	tree, err := git(ctx, dir, "rev-parse", "--verify", "--quiet", "--end-of-options", revision+":"+path)
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	if err != nil {
		return nil, errors.New(errors.ErrCodeNotFound, "git has no directory %q in %q here; check both with git ls-tree", path, revision)
	}
	listed, err := git(ctx, dir, "ls-tree", "-r", "-z", "-l", "--full-tree", tree)
	if err != nil {
		return nil, err
	}
	var names, blobs []string
	total := 0
	for entry := range strings.SplitSeq(listed, "\x00") {
		about, name, _ := strings.Cut(entry, "\t")
		fields := strings.Fields(about) // mode, type, digest, size
		if len(fields) != 4 || fields[1] != "blob" || fields[0] == "120000" {
			continue
		}
		size, err := strconv.Atoi(fields[3])
		if total += size; err != nil || total > maxTree {
			return nil, errors.Invalid("directory %q in %q has more than %d MiB", path, revision, maxTree>>20)
		}
		names, blobs = append(names, name), append(blobs, fields[2])
	}
	packed, err := feed(ctx, strings.Join(blobs, "\n")+"\n", dir, "cat-file", "--batch")
	if err != nil || len(blobs) == 0 {
		return nil, err
	}
	files := make(map[string][]byte, len(names))
	for _, name := range names {
		head, rest, _ := strings.Cut(packed, "\n")
		fields := strings.Fields(head) // digest, type, size
		size := -1
		if len(fields) == 3 {
			size, err = strconv.Atoi(fields[2])
		}
		if err != nil || size < 0 || size > len(rest) {
			return nil, errors.New(errors.ErrCodeInternal, "git cat-file says %q of file %q", head, name)
		}
		files[name] = []byte(rest[:size])
		packed = strings.TrimPrefix(rest[size:], "\n")
	}
	return files, nil
}

package worktree

import (
	"bufio"
	"context"
	"crypto/sha1" //nolint:gosec // git names content by it
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// Committed reports whether the last commit has all that lies at a path of the work tree, as it is,
// but for what git ignores. It asks git for names only: to compare the content, git would run
// programs that the repository's configuration names.
func (p *Place) Committed(ctx context.Context, path string) (bool, error) {
	files := []string{"ls-files", "-z", "--cached", "--others", "--exclude-standard"}
	tree := []string{"ls-tree", "-r", "-z", "--full-tree", "HEAD"}
	if path != "." {
		files, tree = append(files, "--", ":(top,literal)"+path), append(tree, "--", path)
	}
	there, err := git(ctx, p.Root, files...)
	if err != nil {
		return false, err
	}
	listed, err := git(ctx, p.Root, tree...)
	if err != nil {
		return there == "", ctx.Err() // there is no commit yet
	}
	last := map[string]string{}
	for entry := range strings.SplitSeq(listed, "\x00") {
		if about, name, ok := strings.Cut(entry, "\t"); ok {
			last[name] = about
		}
	}
	for name := range strings.SplitSeq(there, "\x00") {
		if name == "" {
			continue
		}
		if same, err := p.same(ctx, name, strings.Fields(last[name])); !same || err != nil {
			return false, err
		}
		delete(last, name)
	}
	return len(last) == 0, nil
}

// same reports whether a file is what an entry of ls-tree says: its mode, its type and its digest.
func (p *Place) same(ctx context.Context, name string, entry []string) (bool, error) {
	if err := ctx.Err(); err != nil || len(entry) != 3 {
		return false, err
	}
	if entry[1] != "blob" {
		return true, nil // a submodule is another repository
	}
	file := filepath.Join(p.Root, filepath.FromSlash(name))
	info, err := os.Lstat(file)
	if err != nil {
		return false, nil //nolint:nilerr // it is gone
	}
	var content io.Reader
	switch {
	case info.Mode()&os.ModeSymlink != 0:
		target, err := os.Readlink(file)
		if err != nil {
			return false, nil //nolint:nilerr // it is gone
		}
		content = strings.NewReader(target)
	case info.Mode().IsRegular():
		f, err := os.Open(file)
		if err != nil {
			return false, nil //nolint:nilerr // git cannot commit it either
		}
		defer f.Close()
		content = bufio.NewReader(f)
	default:
		return false, nil
	}
	sum := sha1.New() //nolint:gosec // see above
	if len(entry[2]) == hex.EncodedLen(sha256.Size) {
		sum = sha256.New()
	}
	_, _ = fmt.Fprintf(sum, "blob %d\x00", info.Size())
	if _, err := io.Copy(sum, content); err != nil {
		return false, nil //nolint:nilerr // see above
	}
	return hex.EncodeToString(sum.Sum(nil)) == entry[2], nil
}

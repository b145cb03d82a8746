package rollout

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/api/konfig"
)

// maxFile bounds what is read of one file into memory.
const maxFile = 100 << 20

// Tree is the files of a bundle, by their paths from its root on. Where the bundle is one of a
// repository, the rest of that can be asked for as well, as "../base/a.yaml"; it is no part of the
// bundle, and not among Paths.
type Tree struct {
	fsys  fs.FS
	files map[string]fs.FileInfo
	paths []string
	dirs  map[string]bool
	// around is nil where there is nothing to see beside the bundle.
	around *repositoryPart
}

// newTree lists the files. The insides of .git are no part of a bundle: Flux never looks at them.
func newTree(ctx context.Context, fsys fs.FS) (*Tree, error) {
	t := &Tree{fsys: fsys, files: map[string]fs.FileInfo{}, dirs: map[string]bool{".": true}}
	t.around, _ = fsys.(*repositoryPart)
	err := fs.WalkDir(fsys, ".", func(file string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case ctx.Err() != nil:
			return ctx.Err()
		case entry.Name() == ".git":
			if entry.IsDir() {
				return fs.SkipDir
			}
			return nil
		case entry.IsDir():
			t.dirs[file] = true
			return nil
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		t.files[file] = info
		t.paths = append(t.paths, file)
		return nil
	})
	slices.Sort(t.paths)
	return t, err
}

// FS is where the files are.
func (t *Tree) FS() fs.FS { return t.fsys }

// Locate returns where a path of the bundle, or beside it, is to be read.
func (t *Tree) Locate(file string) (fsys fs.FS, name string) {
	if Outside(file) && t.around != nil {
		return t.around.repository, t.around.whole(file)
	}
	return t.fsys, file
}

// Paths are the files, sorted; symlinks among them.
func (t *Tree) Paths() []string { return t.paths }

// Info returns what is known of a file, and whether there is one.
func (t *Tree) Info(file string) (fs.FileInfo, bool) {
	if Outside(file) {
		info, ok := t.around.lstat(file)
		return info, ok && !info.IsDir()
	}
	info, ok := t.files[file]
	return info, ok
}

// IsFile reports whether there is a regular file.
func (t *Tree) IsFile(file string) bool {
	info, ok := t.Info(file)
	return ok && info.Mode().IsRegular()
}

// IsDir reports whether there is a directory.
func (t *Tree) IsDir(dir string) bool {
	if Outside(dir) {
		info, ok := t.around.lstat(dir)
		return ok && info.IsDir()
	}
	return t.dirs[dir]
}

// Under returns the files below dir, sorted.
func (t *Tree) Under(dir string) []string {
	if dir == "." {
		return t.paths
	}
	if Outside(dir) {
		return t.around.under(dir)
	}
	start, _ := slices.BinarySearch(t.paths, dir+"/")
	end := start
	for end < len(t.paths) && strings.HasPrefix(t.paths[end], dir+"/") {
		end++
	}
	return t.paths[start:end]
}

// Read returns the content of a regular file of at most 100 MiB.
func (t *Tree) Read(file string) ([]byte, error) {
	if !t.IsFile(file) {
		return nil, &fs.PathError{Op: "open", Path: file, Err: fs.ErrNotExist}
	}
	fsys, name := t.Locate(file)
	f, err := fsys.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err == nil && len(data) > maxFile {
		err = errors.New("the file has more than 100 MiB")
	}
	return data, err
}

// KustomizationFile returns the file that makes dir a kustomization, "" where nothing does.
func (t *Tree) KustomizationFile(dir string) string {
	if files := t.KustomizationFiles(dir); len(files) > 0 {
		return files[0]
	}
	return ""
}

// KustomizationFiles returns all files that make dir a kustomization; kustomize takes only one.
func (t *Tree) KustomizationFiles(dir string) []string {
	var all []string
	for _, name := range konfig.RecognizedKustomizationFileNames() {
		if file := path.Join(dir, name); t.IsFile(file) {
			all = append(all, file)
		}
	}
	return all
}

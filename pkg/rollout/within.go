package rollout

import (
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// repositoryPart is the files of a bundle, and the repository that it lies in.
type repositoryPart struct {
	fs.FS
	repository fs.FS
	dir        string
}

// Within returns the files of the bundle in a directory of a repository. Read sees the rest of the
// repository, too, where a kustomization or an ArtifactGenerator of the bundle leads to it, as Flux
// does.
func Within(repository fs.FS, dir string) (fs.FS, error) {
	files, err := fs.Sub(repository, dir)
	if err != nil || dir == "." {
		return files, err
	}
	return &repositoryPart{FS: files, repository: repository, dir: dir}, nil
}

// Outside reports whether a path from the root of a bundle on leads out of the bundle.
func Outside(file string) bool { return file == ".." || strings.HasPrefix(file, "../") }

// whole is a path of the bundle as one of the repository; one that starts with "../" is in neither.
func (p *repositoryPart) whole(file string) string { return path.Join(p.dir, file) }

// part is a path of the repository as one of the bundle.
func (p *repositoryPart) part(file string) string {
	rel, err := filepath.Rel(filepath.FromSlash(p.dir), filepath.FromSlash(file))
	if err != nil { // both are local
		return file
	}
	return filepath.ToSlash(rel)
}

// whole is a path of the bundle as one of the repository, as far as one is known.
func (t *Tree) whole(file string) string {
	if t.around == nil {
		return file
	}
	return t.around.whole(file)
}

// reach is the shortest way to a path: one that leaves the bundle only to come back is inside.
func (t *Tree) reach(file string) string {
	if t.around == nil || !Outside(file) {
		return file
	}
	if whole := t.around.whole(file); !Outside(whole) {
		return t.around.part(whole)
	}
	return file
}

// beyond reports whether a path leads out of all that can be seen.
func (t *Tree) beyond(file string) bool {
	return Outside(file) && (t.around == nil || Outside(t.around.whole(file)))
}

func (p *repositoryPart) lstat(file string) (fs.FileInfo, bool) {
	if p == nil || Outside(p.whole(file)) {
		return nil, false
	}
	info, err := fs.Lstat(p.repository, p.whole(file))
	return info, err == nil
}

// under are the files of the repository below a directory outside of the bundle. What cannot be read
// is left out; to read it says why.
func (p *repositoryPart) under(dir string) []string {
	if p == nil || Outside(p.whole(dir)) {
		return nil
	}
	var files []string
	_ = fs.WalkDir(p.repository, p.whole(dir), func(file string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return nil //nolint:nilerr // see above
		case entry.IsDir() && entry.Name() == ".git":
			return fs.SkipDir
		case !entry.IsDir():
			files = append(files, p.part(file))
		}
		return nil
	})
	slices.Sort(files)
	return files
}

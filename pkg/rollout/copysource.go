package rollout

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/aicr-flux/aicr/pkg/localformat"
)

// errElsewhere says that what is copied may lie where nothing is seen of it.
var errElsewhere = errors.New("it may lie elsewhere in the repository")

// copySource is what an ArtifactGenerator copies from.
type copySource struct {
	tree *Tree
	// prefix is where in it the bundle lies: "." for the bundle itself.
	prefix string
	// partial says that there is more in it than can be seen.
	partial bool
}

// sourceOf returns the source of a copy. An OCI artifact is mostly the bundle itself, and a Git
// repository mostly more than that.
func sourceOf(source Ref, tree *Tree, repositoryPath, from string) copySource {
	_, from, _ = strings.Cut(from, "/")
	bundle, git := copySource{tree: tree, prefix: "."}, source.Kind == "GitRepository" || source.Kind == "Bucket"
	whole := bundle
	switch {
	case tree.around != nil:
		whole.prefix = tree.around.dir
	case repositoryPath != "":
		whole.prefix = path.Clean(repositoryPath)
		whole.partial = whole.prefix != "." && !strings.HasPrefix(from, whole.prefix+"/")
	default:
		bundle.partial = git
		return bundle
	}
	if git || !bundle.has(from) && whole.has(from) {
		return whole
	}
	return bundle
}

func (s copySource) has(from string) bool {
	found, _ := s.glob(path.Clean(from))
	return len(found) > 0
}

// missing is what to say of a copy of nothing.
func (s copySource) missing(err error) error {
	if s.partial {
		return errElsewhere
	}
	return err
}

// inBundle is a path of the source as one of the bundle.
func (s copySource) inBundle(file string) string {
	return (&repositoryPart{dir: s.prefix}).part(file)
}

// glob returns the paths of the source that match.
func (s copySource) glob(pattern string) ([]string, error) {
	if s.tree.around != nil && s.prefix != "." {
		return fs.Glob(s.tree.around.repository, pattern)
	}
	rest, inside := strings.CutPrefix(pattern, s.prefix+"/")
	if s.prefix == "." {
		rest, inside = pattern, true
	}
	if !inside {
		return nil, nil
	}
	matches, err := fs.Glob(s.tree.fsys, rest)
	for i := range matches {
		matches[i] = path.Join(s.prefix, matches[i])
	}
	return matches, err
}

// copyOne copies one named file or directory.
func (s copySource) copyOne(from, to string, files map[string]string) error {
	isDir := s.tree.IsDir(s.inBundle(from))
	if !isDir && !s.tree.IsFile(s.inBundle(from)) {
		return s.missing(fmt.Errorf("from: %q is not in the bundle", from))
	}
	inDir := slices.ContainsFunc(slices.Collect(maps.Keys(files)), func(file string) bool { return strings.HasPrefix(file, path.Clean(to)+"/") })
	if isDir || strings.HasSuffix(to, "/") || to == "" || inDir {
		to = path.Join(to, path.Base(from))
	}
	s.copyTree(from, to, files)
	return nil
}

// copyTree copies a file, or all that is below it, without what source-watcher ignores.
func (s copySource) copyTree(from, to string, files map[string]string) {
	inBundle := s.inBundle(from)
	for _, file := range append([]string{inBundle}, s.tree.Under(inBundle)...) {
		if s.tree.IsFile(file) && localformat.Dropped(file) == "" {
			below := strings.TrimPrefix(path.Join(s.prefix, file), from)
			files[path.Join(to, below)] = file
		}
	}
}

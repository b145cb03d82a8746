package fluxtree

import (
	"context"
	"io/fs"
	"path"

	"github.com/aicr-flux/aicr/internal/yamldoc"
)

// Appliers are the Kustomizations that apply what is at the path: a directory that has a
// kustomization, or is about to get one, or a file of objects.
func (t *Tree) Appliers(ctx context.Context, target string, isDir bool) ([]Kustomization, error) {
	var all []Kustomization
	takes := map[string]bool{}
	for _, k := range t.Kustomizations {
		took, known := takes[k.Path]
		if !known {
			b := &build{tree: t, target: target, isDir: isDir, seen: map[string]bool{}}
			took = b.takes(ctx, k.Path)
			takes[k.Path] = took
		}
		if took {
			all = append(all, k)
		}
	}
	return all, ctx.Err()
}

// KustomizationFile returns the file that makes dir a kustomization, "" where nothing does.
func (t *Tree) KustomizationFile(dir string) string {
	for _, name := range []string{"kustomization.yaml", "kustomization.yml", "Kustomization"} {
		if info, err := fs.Lstat(t.fsys, path.Join(dir, name)); err == nil && info.Mode().IsRegular() {
			return path.Join(dir, name)
		}
	}
	return ""
}

// build looks for a target in what Flux builds.
type build struct {
	tree   *Tree
	target string
	isDir  bool
	seen   map[string]bool // kustomizations
}

// kustomized reports whether a directory has a kustomization, or will have one.
func (b *build) kustomized(dir string) bool {
	return b.isDir && dir == b.target || b.tree.KustomizationFile(dir) != ""
}

// takes reports whether the build of dir takes in the target. Where dir has no kustomization, Flux
// makes one of every file below, and of each directory with a kustomization as that says.
func (b *build) takes(ctx context.Context, dir string) bool {
	if b.kustomized(dir) {
		return b.listed(dir)
	}
	if Within(dir, b.target) && b.found(dir) {
		return true
	}
	took := false
	_ = fs.WalkDir(b.tree.fsys, dir, func(p string, entry fs.DirEntry, err error) error {
		switch {
		case ctx.Err() != nil || took:
			return fs.SkipAll
		case err != nil || !entry.IsDir():
			return nil
		case entry.Name() == ".git":
			return fs.SkipDir
		case p != dir && b.kustomized(p):
			took = b.listed(p)
			return fs.SkipDir
		}
		return nil
	})
	return took
}

// found reports whether no kustomization between dir and the target decides.
func (b *build) found(dir string) bool {
	if ext := path.Ext(b.target); !b.isDir && ext != ".yaml" && ext != ".yml" {
		return false
	}
	for up := path.Dir(b.target); up != dir; up = path.Dir(up) {
		if b.kustomized(up) {
			return false
		}
	}
	return true
}

// listed reports whether the kustomization in dir, or one that it leads to, lists the target.
func (b *build) listed(dir string) bool {
	if b.isDir && dir == b.target {
		return true
	}
	if b.seen[dir] {
		return false
	}
	b.seen[dir] = true
	for _, entry := range b.tree.Resources(dir) {
		if entry == b.target || fs.ValidPath(entry) && b.tree.KustomizationFile(entry) != "" && b.listed(entry) {
			return true
		}
	}
	return false
}

// Resources are the paths, from the root of the work tree on, that the kustomization in dir lists.
func (t *Tree) Resources(dir string) []string {
	root, err := yamldoc.Parse(t.read(t.KustomizationFile(dir)))
	if err != nil {
		return nil
	}
	var k struct {
		Resources  []string `json:"resources"`
		Components []string `json:"components"`
		Bases      []string `json:"bases"`
	}
	_, _ = yamldoc.Decode(root, &k, yamldoc.Options{Unknown: yamldoc.Ignore})
	all := append(append(k.Resources, k.Components...), k.Bases...)
	for i, entry := range all {
		all[i] = path.Join(dir, entry)
	}
	return all
}

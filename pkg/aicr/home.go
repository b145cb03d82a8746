package aicr

import (
	"context"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/aicr-flux/aicr/internal/worktree"
	"github.com/aicr-flux/aicr/pkg/oci"
	"github.com/aicr-flux/aicr/pkg/recipe"
)

// home is what a bundle's record may name paths of: the work tree in which the bundle lies. Whatever
// is elsewhere is the business of one machine, and to somebody who repeats the run it would be a
// file that the record of a stranger chose.
type home struct {
	root   string // empty: the record names no path
	bundle string // the bundle's directory
}

// homeOf finds the home of a bundle that goes to output, or lies there.
func homeOf(ctx context.Context, output string) home {
	if oci.IsReference(output) {
		return home{}
	}
	place, err := worktree.Find(ctx, output)
	if err != nil || place == nil {
		return home{} // a record without paths is a good record, too
	}
	return home{root: place.Root, bundle: resolved(output)}
}

// resolved is the absolute path without symbolic links, as far as it exists.
func resolved(path string) string {
	abs, err := filepath.Abs(path)
	if err != nil {
		return ""
	}
	for at, rest := abs, ""; ; at, rest = filepath.Dir(at), filepath.Join(filepath.Base(at), rest) {
		if found, err := filepath.EvalSymlinks(at); err == nil {
			return filepath.Join(found, rest)
		}
		if at == filepath.Dir(at) {
			return abs
		}
	}
}

func inside(dir, path string) bool {
	rel, err := filepath.Rel(dir, path)
	return err == nil && filepath.IsLocal(rel)
}

// path is a path as the record has it: slash-separated and relative to the top of the work tree, so
// that a bundle may move; empty where the record cannot name it.
func (h home) path(path string) string {
	abs := resolved(path)
	if path == "" || h.root == "" || !inside(h.root, abs) || inside(h.bundle, abs) {
		return ""
	}
	rel, err := filepath.Rel(h.root, abs)
	if err != nil || gits(rel) {
		return ""
	}
	return filepath.ToSlash(rel)
}

// gits reports whether the path is one of git's own, which may hold credentials.
func gits(path string) bool {
	return slices.Contains(strings.Split(filepath.ToSlash(path), "/"), ".git")
}

// recipe is where the recipe is, as the record has it. A URL with a query or a user in it is left
// out: it may hold a token.
func (h home) recipe(source string) string {
	if !recipe.IsURL(source) {
		return h.path(source)
	}
	if u, err := url.Parse(source); err != nil || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return ""
	}
	return source
}

// find is the way back from path, relative to the current directory; empty where the record names something outside.
func (h home) find(rel string) string {
	path := filepath.Join(h.root, filepath.FromSlash(rel))
	if rel == "" || h.root == "" || filepath.IsAbs(filepath.FromSlash(rel)) || !inside(h.root, resolved(path)) || gits(resolved(path)) {
		return ""
	}
	if wd, err := os.Getwd(); err == nil {
		if here, err := filepath.Rel(resolved(wd), path); err == nil {
			return here // as a person would type it
		}
	}
	return path
}

// Package worktree tells where in a Git repository a directory lies: the root of its work tree, the
// addresses of its remotes, and its branch. It asks git itself and knows no file of git's own;
// where git is not installed, no directory lies in a work tree.
//
// It stands beside the flow: what writes a bundle asks it where the bundle will lie.
package worktree

import (
	"context"
	stderrors "errors"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/aicr-flux/aicr/pkg/errors"
)

// Place is where a directory lies in a Git work tree.
type Place struct {
	// Root is the top of the work tree, an absolute path without symbolic links.
	Root string
	// Path is the directory in it, slash-separated; "." for the root itself.
	Path string
	// Remotes are the remotes: the one that the branch follows, origin, the others by name.
	Remotes []Remote
	// Branch is the branch that is checked out; empty where none is.
	Branch string
	// Ignored says that git leaves out what is written there, and Rule by which line.
	Ignored bool
	Rule    string
}

// Remote is another repository that git knows by name.
type Remote struct {
	Name string
	// URL is its address, without a user's password.
	URL string
	// Branch is its default branch; empty where git has not been told.
	Branch string
}

// Find returns where the directory lies, which need not exist yet; nil where that is no work tree.
// A repository that git refuses to read, such as one that belongs to somebody else, is an error.
func Find(ctx context.Context, dir string) (*Place, error) {
	root, rel, err := Root(ctx, dir)
	if err != nil || root == "" {
		return nil, err
	}
	p := &Place{Root: root, Path: rel}
	p.Branch, _ = git(ctx, root, "symbolic-ref", "--quiet", "--short", "HEAD") // none where a commit is checked out
	if ignored, _ := p.IgnoredOf(ctx, []string{filepath.ToSlash(filepath.Join(rel, "kustomization.yaml"))}); len(ignored) > 0 {
		p.Ignored, p.Rule = true, ignored[0].Rule
	}
	err = p.findRemotes(ctx)
	return p, err
}

// Root is Find for the Root and the Path alone; they are empty outside of work trees.
func Root(ctx context.Context, dir string) (root, path string, err error) {
	there, rest, err := existing(dir)
	if err != nil {
		return "", "", err
	}
	if _, err := exec.LookPath("git"); err != nil {
		return "", "", nil //nolint:nilerr // without git there is no work tree
	}
	root, err = git(ctx, there, "rev-parse", "--show-toplevel")
	if err != nil {
		if said := err.Error(); strings.Contains(said, "not a git repository") || strings.Contains(said, "must be run in a work tree") {
			return "", "", nil
		}
		return "", "", err
	}
	root, err = filepath.EvalSymlinks(filepath.FromSlash(root))
	if err != nil {
		return "", "", errors.Invalid("work tree of %s: %v", there, err)
	}
	path, err = filepath.Rel(root, filepath.Join(there, rest))
	if err != nil || !filepath.IsLocal(path) {
		return "", "", nil //nolint:nilerr // inside .git, which is no part of the work tree
	}
	return root, filepath.ToSlash(path), nil
}

func (p *Place) findRemotes(ctx context.Context) error {
	names, err := git(ctx, p.Root, "remote")
	if err != nil {
		return err
	}
	followed, _ := git(ctx, p.Root, "config", "--get", "branch."+p.Branch+".remote")
	first := func(name string) int { return slices.Index([]string{"", "origin", followed}, name) }
	all := strings.Fields(names)
	slices.SortStableFunc(all, func(a, b string) int { return first(b) - first(a) })
	for _, name := range all {
		address, err := git(ctx, p.Root, "remote", "get-url", "--", name)
		if err != nil {
			continue // it has no address
		}
		head, _ := git(ctx, p.Root, "symbolic-ref", "--quiet", "--short", "refs/remotes/"+name+"/HEAD")
		p.Remotes = append(p.Remotes, Remote{Name: name, URL: withoutPassword(address), Branch: strings.TrimPrefix(head, name+"/")})
	}
	return ctx.Err()
}

// Grep returns the paths, from Root on, of the files that hold one of the texts and match one of
// the patterns, those included that are not added yet; never those that git ignores.
func (p *Place) Grep(ctx context.Context, texts, patterns []string) ([]string, error) {
	args := []string{"grep", "-z", "-l", "--untracked", "--no-recurse-submodules", "--no-color", "-F"}
	for _, text := range texts {
		args = append(args, "-e", text)
	}
	out, err := git(ctx, p.Root, append(append(args, "--"), patterns...)...)
	if exit, ok := stderrors.AsType[*exec.ExitError](err); ok && exit.ExitCode() == 1 {
		return nil, nil // nothing is found
	}
	if err != nil {
		return nil, err
	}
	return strings.FieldsFunc(out, func(r rune) bool { return r == 0 }), nil
}

// existing splits a path into the part that exists, without symbolic links, and the rest.
func existing(dir string) (there, rest string, err error) {
	there, err = filepath.Abs(dir)
	if err != nil {
		return "", "", errors.Invalid("directory %s: %v", dir, err)
	}
	for {
		found, err := filepath.EvalSymlinks(there)
		if err == nil {
			if info, err := os.Stat(found); err == nil && !info.IsDir() {
				return filepath.Dir(found), filepath.Join(filepath.Base(found), rest), nil
			}
			return found, rest, nil
		}
		parent := filepath.Dir(there)
		if !stderrors.Is(err, os.ErrNotExist) || parent == there {
			return "", "", errors.Invalid("directory %s: %v", dir, err)
		}
		there, rest = parent, filepath.Join(filepath.Base(there), rest)
	}
}

// withoutPassword takes the password out of an address: it must not reach a file.
func withoutPassword(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.User == nil {
		return address
	}
	if u.Scheme == "ssh" {
		u.User = url.User(u.User.Username())
	} else {
		u.User = nil
	}
	return u.String()
}

// Package worktree tells where in a Git repository a directory lies: the root of its work tree, the
// address of its remote, and its branch. It asks git itself and knows no file of git's own; where
// git is not installed, no directory lies in a work tree.
//
// It stands beside the flow: what writes a bundle asks it where the bundle will lie.
package worktree

import (
	"bytes"
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
	// Remote is the address of the remote that the branch follows, or of origin, without a user's
	// password; empty where there is none.
	Remote string
	// Branch is the branch that is checked out; empty where none is.
	Branch string
}

// Find returns where the directory lies, which need not exist yet; nil where that is no work tree.
// A repository that git refuses to read, such as one that belongs to somebody else, is an error.
func Find(ctx context.Context, dir string) (*Place, error) {
	there, rest, err := existing(dir)
	if err != nil {
		return nil, err
	}
	if _, err := exec.LookPath("git"); err != nil {
		return nil, nil //nolint:nilnil // without git there is no work tree
	}
	root, err := git(ctx, there, "rev-parse", "--show-toplevel")
	if err != nil {
		if said := err.Error(); strings.Contains(said, "not a git repository") || strings.Contains(said, "must be run in a work tree") {
			return nil, nil //nolint:nilnil // no work tree is an answer
		}
		return nil, err
	}
	root, err = filepath.EvalSymlinks(filepath.FromSlash(root))
	if err != nil {
		return nil, errors.Invalid("work tree of %s: %v", there, err)
	}
	path, err := filepath.Rel(root, filepath.Join(there, rest))
	if err != nil || !filepath.IsLocal(path) {
		return nil, nil //nolint:nilnil // inside .git, which is no part of the work tree
	}
	p := &Place{Root: root, Path: filepath.ToSlash(path)}
	p.Branch, _ = git(ctx, there, "symbolic-ref", "--quiet", "--short", "HEAD") // none where a commit is checked out
	remote, _ := git(ctx, there, "config", "--get", "branch."+p.Branch+".remote")
	for _, name := range []string{remote, "origin"} {
		if address, err := git(ctx, there, "remote", "get-url", "--", name); err == nil && name != "" && p.Remote == "" {
			p.Remote = withoutPassword(address)
		}
	}
	return p, nil
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
	if err != nil || u.User == nil || u.Scheme == "ssh" {
		return address
	}
	u.User = nil
	return u.String()
}

// git runs git in dir and returns what it prints, without the newline at its end.
func git(ctx context.Context, dir string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, "git", args...) //nolint:gosec // the arguments are ours
	cmd.Dir = dir
	// A hook of git runs with GIT_DIR and its like, which would answer for another repository.
	cmd.Env = slices.DeleteFunc(os.Environ(), func(v string) bool { return strings.HasPrefix(v, "GIT_") })
	cmd.Env = append(cmd.Env, "LC_ALL=C", "GIT_OPTIONAL_LOCKS=0")
	var out, said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &said
	if err := cmd.Run(); err != nil {
		if ctx.Err() != nil {
			return "", context.Cause(ctx)
		}
		return "", errors.Invalid("git %s in %s: %s", args[0], dir, strings.Join(strings.Fields(said.String()), " "))
	}
	return strings.TrimSuffix(out.String(), "\n"), nil
}

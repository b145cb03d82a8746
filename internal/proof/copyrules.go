package proof

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	extensionsv1 "github.com/fluxcd/source-watcher/api/v2/v1beta1"
)

// copy follows one copy rule as source-watcher does (internal/builder of v2.2), which is much as cp would:
//
//	dir/file   to  @artifact/x/   x/file
//	dir/file   to  @artifact/x    x, or x/file where x is a directory already
//	dir        to  @artifact/x    x/dir/…
//	dir/**     to  @artifact/x    x/…, where ** is no more than *: an entry that is a directory comes whole
//	other glob to  @artifact/x    x/<path of the match>
//
// A glob that matches nothing is an error. Every source of a bundle's ArtifactGenerator is the bundle itself.
func (s *scene) copy(generator *extensionsv1.ArtifactGenerator, rule extensionsv1.CopyOperation, work string) error {
	if rule.Strategy != "" && rule.Strategy != extensionsv1.OverwriteStrategy || len(rule.Exclude) > 0 {
		return errors.New("only a plain copy can be judged here: no strategy, no exclude")
	}
	from, err := source(generator, rule.From)
	if err != nil {
		return err
	}
	to, ok := strings.CutPrefix(rule.To, "@artifact/")
	if !ok || !filepath.IsLocal(path.Clean("./"+to)) {
		return errors.New("the target is not in the artifact")
	}
	if !strings.ContainsAny(from, "*?[]") {
		return s.copyOne(path.Clean(from), to, work)
	}
	matches, err := fs.Glob(s.fsys, from)
	if err != nil {
		return err
	}
	if len(matches) == 0 {
		return errors.New("nothing matches")
	}
	for _, match := range matches {
		target := match
		if prefix, all := strings.CutSuffix(from, "/**"); all {
			target = strings.TrimPrefix(match, prefix+"/")
		}
		if err := s.copyTree(match, path.Join(to, target), work); err != nil {
			return err
		}
	}
	return nil
}

// source cuts "@alias/path" and looks the alias up.
func source(generator *extensionsv1.ArtifactGenerator, from string) (string, error) {
	alias, file, ok := strings.Cut(strings.TrimPrefix(from, "@"), "/")
	if !ok || !strings.HasPrefix(from, "@") {
		return "", errors.New("the source is not of the form @alias/path")
	}
	for _, known := range generator.Spec.Sources {
		if known.Alias == alias {
			return file, nil
		}
	}
	return "", fmt.Errorf("the generator has no source %q", alias)
}

// copyOne copies one named file or directory.
func (s *scene) copyOne(from, to, work string) error {
	info, err := fs.Stat(s.fsys, from)
	if err != nil {
		return err
	}
	target, err := os.Stat(filepath.Join(work, filepath.FromSlash(to)))
	intoDir := info.IsDir() || strings.HasSuffix(to, "/") || to == "" || (err == nil && target.IsDir())
	if intoDir {
		to = path.Join(to, path.Base(from))
	}
	return s.copyTree(from, to, work)
}

// copyTree copies the file from, or all that is under it, to the path to in work.
func (s *scene) copyTree(from, to, work string) error {
	return fs.WalkDir(s.fsys, from, func(file string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := fs.ReadFile(s.fsys, file)
		if err != nil {
			return err
		}
		target := filepath.Join(work, filepath.FromSlash(path.Join(to, strings.TrimPrefix(file, from))))
		if err := os.MkdirAll(filepath.Dir(target), 0o750); err != nil {
			return err
		}
		return os.WriteFile(target, content, 0o600)
	})
}

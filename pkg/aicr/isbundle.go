package aicr

import (
	"bytes"
	stderrors "errors"
	"io"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/aicr-flux/aicr/pkg/bundle"
	"github.com/aicr-flux/aicr/pkg/errors"
)

// Files of which one makes a directory a bundle: a kustomization, and what only programs write that
// make bundles.
var (
	kustomizations = []string{"kustomization.yaml", "kustomization.yml", "Kustomization"}
	bundleFiles    = append([]string{bundle.ChecksumsFile, RecordFile, "bundle-info.yaml"}, kustomizations...)
)

// recipeFile is the recipe in a directory of Init, as in a bundle.
const recipeFile = "recipe.yaml"

// fluxObject is a line of an object of Flux.
var fluxObject = regexp.MustCompile(`(?m)^\s*(- )?apiVersion:\s*["']?[a-z.]+\.fluxcd\.io/`)

// What is looked at of a directory that may be anything, such as /usr.
const (
	mostFiles = 2000
	mostBytes = 64 << 10
)

// looksLikeBundle refuses a directory that is certainly no bundle, without reading all of it. Without
// a kustomization Flux takes every YAML file, so objects of Flux are enough.
func looksLikeBundle(fsys fs.FS, name string) error {
	entries, err := fs.ReadDir(fsys, ".")
	if err != nil {
		return errors.Invalid("%s cannot be read: %s", name, errors.Reason(err))
	}
	for _, entry := range entries {
		if slices.Contains(bundleFiles, entry.Name()) {
			return nil
		}
	}
	left := mostFiles
	var inside []string
	for _, entry := range entries {
		if left <= 0 {
			break
		}
		if !entry.IsDir() {
			left--
			if holdsFlux(fsys, entry.Name()) {
				return nil
			}
			continue
		}
		below, _ := fs.ReadDir(fsys, entry.Name())
		if slices.ContainsFunc(below, func(e fs.DirEntry) bool { return slices.Contains(kustomizations, e.Name()) }) {
			inside = append(inside, entry.Name())
			continue
		}
		for _, file := range below[:min(len(below), left)] {
			left--
			if !file.IsDir() && holdsFlux(fsys, path.Join(entry.Name(), file.Name())) {
				return nil
			}
		}
	}
	advice := "name the directory of a bundle"
	if _, err := fs.Stat(fsys, recipeFile); err == nil {
		advice += "; it has a recipe: for that, name the file " + recipeFile
	}
	if len(inside) > 0 {
		advice += "; there is one in " + strings.Join(inside[:min(len(inside), 5)], ", ")
	}
	return errors.Invalid("%s is no bundle: it has no kustomization.yaml and no objects of Flux; %s", name, advice)
}

// holdsFlux reports whether the beginning of a YAML file has an object of Flux.
func holdsFlux(fsys fs.FS, name string) bool {
	if ext := path.Ext(name); ext != ".yaml" && ext != ".yml" {
		return false
	}
	if info, err := fs.Stat(fsys, name); err != nil || !info.Mode().IsRegular() {
		return false
	}
	f, err := fsys.Open(name)
	if err != nil {
		return false
	}
	defer f.Close()
	var begin bytes.Buffer
	_, err = io.CopyN(&begin, f, mostBytes)
	return (err == nil || stderrors.Is(err, io.EOF)) && fluxObject.Match(begin.Bytes())
}

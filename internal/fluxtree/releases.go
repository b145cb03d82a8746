package fluxtree

import (
	"context"
	"path"
)

const helmGroup = "helm.toolkit.fluxcd.io"

// Release is a HelmRelease that is written in the work tree.
type Release struct {
	Namespace, Name string
	File            string
}

// Releases are the HelmReleases that are written in the work tree, in the order of their files.
func (t *Tree) Releases(ctx context.Context) ([]Release, error) {
	files, err := t.Git.Grep(ctx, []string{helmGroup}, []string{"*.yaml", "*.yml"})
	if err != nil {
		return nil, err
	}
	var all []Release
	for _, file := range files {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		for _, o := range t.objects(file) {
			if o.group() == helmGroup && o.Kind == "HelmRelease" {
				all = append(all, Release{Namespace: o.Metadata.Namespace, Name: o.Metadata.Name, File: file})
			}
		}
	}
	return all, nil
}

// Home is the nearest directory on the way up from a file that has a kustomization, and the file's
// own where none has.
func (t *Tree) Home(file string) string {
	for dir := path.Dir(file); ; dir = path.Dir(dir) {
		if t.KustomizationFile(dir) != "" {
			return dir
		}
		if dir == "." {
			return path.Dir(file)
		}
	}
}

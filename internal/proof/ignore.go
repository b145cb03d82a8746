package proof

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// What source-controller leaves out of every Git, OCI and bucket source: by extension, by name, by directory.
var (
	droppedEndings = []string{".jpg", ".jpeg", ".gif", ".png", ".wmv", ".flv", ".tar.gz", ".zip"}
	droppedNames   = []string{
		".gitignore", ".gitmodules", ".gitattributes", ".travis.yml", ".gitlab-ci.yml", "appveyor.yml", ".drone.yml",
		"cloudbuild.yaml", "codeship-services.yml", "codeship-steps.yml", ".goreleaser.yml", ".sops.yaml", ".flux.yaml",
	}
	droppedDirs = []string{".git", ".github", ".circleci"}
)

// refused complains of each file under dir that the chart would lose on its way into the cluster, or that
// source-controller would not take.
func refused(fsys fs.FS, dir string) error {
	var complaints []error
	err := fs.WalkDir(fsys, dir, func(file string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if dropped(entry) || entry.Type()&fs.ModeSymlink != 0 {
			complaints = append(complaints, fmt.Errorf("%s: Flux drops this file from its sources", file))
			return nil
		}
		if path.Base(file) == ".sourceignore" {
			complaints = append(complaints, fmt.Errorf("%s: it replaces the patterns of Flux, and cannot be judged here", file))
		}
		if info, err := entry.Info(); err == nil && !entry.IsDir() && info.Size() > maxChartFile {
			complaints = append(complaints, fmt.Errorf("%s: has %d bytes, Flux takes %d", file, info.Size(), maxChartFile))
		}
		return nil
	})
	return errors.Join(append(complaints, err)...)
}

func dropped(entry fs.DirEntry) bool {
	name := entry.Name()
	if entry.IsDir() {
		return slices.Contains(droppedDirs, name)
	}
	return slices.Contains(droppedNames, name) || slices.ContainsFunc(droppedEndings, func(ending string) bool {
		return strings.HasSuffix(name, ending)
	})
}

package helmchart

import (
	"bytes"
	"errors"
	"io/fs"
	"maps"
	"path"
	"slices"

	"helm.sh/helm/v4/pkg/chart/loader/archive"
	"helm.sh/helm/v4/pkg/ignore"

	"github.com/aicr-flux/aicr/pkg/localformat"
)

// FromDir returns the chart in the directory dir of fsys, as source-controller packs it from a Git repository: without
// what .helmignore names, what source-controller drops from every source (see localformat.Dropped), and symlinks.
// A directory that holds no chart is an Error; an error of fsys is returned as it is.
func FromDir(fsys fs.FS, dir string) (*Chart, error) {
	rules, err := ignoreRules(fsys, dir)
	if err != nil {
		return nil, err
	}
	var files []*archive.BufferedFile
	budget := newBudget()
	err = fs.WalkDir(fsys, dir, func(file string, entry fs.DirEntry, err error) error {
		if err != nil || file == dir {
			return err
		}
		name := inside(dir, file)
		info, err := entry.Info()
		switch {
		case err != nil:
			return err
		case rules.Ignore(name, info), localformat.Dropped(name) != "":
			if entry.IsDir() {
				return fs.SkipDir
			}
			return nil
		case !info.Mode().IsRegular():
			return nil
		}
		if err := budget.take(name, info.Size()); err != nil {
			return err
		}
		data, err := fs.ReadFile(fsys, file)
		files = append(files, buffered(name, data))
		return err
	})
	if err != nil {
		return nil, err
	}
	return fromFiles(files)
}

// FromFiles returns the chart of the files, whose paths are relative to the chart's directory: "Chart.yaml",
// "templates/a.yaml". Nothing is ignored, as in an artifact that an ArtifactGenerator composes.
func FromFiles(files map[string][]byte) (*Chart, error) {
	list := make([]*archive.BufferedFile, 0, len(files))
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if !fs.ValidPath(name) {
			return nil, fail(KindChart, "the chart's file %q has no relative path of the form a/b; rename it", name)
		}
		list = append(list, buffered(name, files[name]))
	}
	return fromFiles(list)
}

// FromArchive returns the chart in a packed chart (.tgz).
func FromArchive(tgz []byte) (*Chart, error) {
	files, err := unpack(tgz, newBudget())
	if err != nil {
		return nil, err
	}
	return fromFiles(files)
}

func fromFiles(files []*archive.BufferedFile) (*Chart, error) {
	files, err := expand(files, newBudget(), maxNesting)
	if err != nil {
		return nil, err
	}
	return newChart(files)
}

func ignoreRules(fsys fs.FS, dir string) (*ignore.Rules, error) {
	rules := ignore.Empty()
	file := path.Join(dir, ignore.HelmIgnore)
	data, err := fs.ReadFile(fsys, file)
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return nil, err
	default:
		if rules, err = ignore.Parse(bytes.NewReader(data)); err != nil {
			return nil, fail(KindChart, "%s: %s; mend the pattern", ignore.HelmIgnore, err)
		}
	}
	rules.AddDefaults()
	return rules, nil
}

func buffered(name string, data []byte) *archive.BufferedFile {
	return &archive.BufferedFile{Name: name, Data: bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))}
}

// inside returns the path of file relative to dir.
func inside(dir, file string) string {
	if dir == "." {
		return file
	}
	return file[len(dir)+1:]
}

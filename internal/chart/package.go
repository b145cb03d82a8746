package chart

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	chartutil "helm.sh/helm/v4/pkg/chart/v2/util"
	"helm.sh/helm/v4/pkg/ignore"
	"sigs.k8s.io/yaml"

	"github.com/aicr-flux/aicr/pkg/localformat"
	"github.com/aicr-flux/aicr/pkg/rollout"
)

// Package is a chart as source-controller hands it to helm-controller. Nothing in it has been
// parsed or unpacked yet.
type Package struct {
	// Files are the chart's, by their path in its directory: "Chart.yaml", "charts/b-1.0.0.tgz".
	Files map[string][]byte
	// Archive is the chart as a .tgz, in the place of Files.
	Archive []byte
	// ValuesFiles are files of the chart that stand in the place of its values.yaml, and
	// IgnoreMissingValuesFiles leaves out those that it has not.
	ValuesFiles              []string
	IgnoreMissingValuesFiles bool
	// Digest is that of the artifact which Files make; empty for a chart from Git. helm-controller
	// adds the beginning of it to the chart's version.
	Digest string
}

// FromBundle packs a chart that a bundle holds. source must be local; where its artifact is not as
// its generator means it, the error is the first of the source's Problems.
func FromBundle(ctx context.Context, tree *rollout.Tree, source rollout.ChartSource) (Package, error) {
	switch {
	case len(source.Problems) > 0:
		return Package{}, &source.Problems[0]
	case source.Origin != rollout.OriginGit:
		return fromArtifact(tree, source.Files)
	}
	fsys, dir := tree.Locate(source.Dir)
	p, err := FromDir(ctx, fsys, dir)
	for name, file := range source.Files { // those of charts beside it, which source-controller puts into charts/
		if err == nil && !strings.HasPrefix(file, source.Dir+"/") && source.Dir != "." {
			p.Files[name], err = tree.Read(file)
		}
	}
	if err == nil && source.Values != nil { // of spec.chart.spec.valuesFiles
		p.Files[chartutil.ValuesfileName], err = yaml.Marshal(source.Values)
	}
	return p, err
}

// FromDir packs the directory dir of fsys as source-controller does from a Git repository: without
// what .helmignore names, what source-controller drops from every source (see localformat.Dropped),
// and symlinks.
func FromDir(ctx context.Context, fsys fs.FS, dir string) (Package, error) {
	rules, err := ignoreRules(fsys, dir)
	if err != nil {
		return Package{}, err
	}
	p, left := Package{Files: map[string][]byte{}}, newBudget()
	err = fs.WalkDir(fsys, dir, func(file string, entry fs.DirEntry, err error) error {
		if err != nil || file == dir {
			return err
		}
		name := file
		if dir != "." {
			name = strings.TrimPrefix(file, dir+"/")
		}
		info, err := entry.Info()
		switch {
		case err != nil:
			return err
		case ctx.Err() != nil: // the rules may be many
			return context.Cause(ctx)
		case rules.Ignore(name, info), localformat.Dropped(name) != "":
			if entry.IsDir() {
				return fs.SkipDir
			}
			return nil
		case !info.Mode().IsRegular():
			return nil
		}
		if err := left.take(name, info.Size()); err != nil {
			return err
		}
		p.Files[name], err = fs.ReadFile(fsys, file)
		return err
	})
	return p, err
}

func ignoreRules(fsys fs.FS, dir string) (*ignore.Rules, error) {
	rules := ignore.Empty()
	data, err := fs.ReadFile(fsys, path.Join(dir, ignore.HelmIgnore))
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return nil, err
	default:
		if rules, err = ignore.Parse(bytes.NewReader(data)); err != nil {
			return nil, fail(KindChart, "%s: %s; correct the pattern", ignore.HelmIgnore, err)
		}
	}
	rules.AddDefaults()
	return rules, nil
}

// fromArtifact packs the files that an ArtifactGenerator composes; names are theirs in the tree.
// Nothing is ignored.
func fromArtifact(tree *rollout.Tree, names map[string]string) (Package, error) {
	p, left, sum := Package{Files: map[string][]byte{}}, newBudget(), sha256.New()
	for _, name := range slices.Sorted(maps.Keys(names)) {
		if !fs.ValidPath(name) {
			return p, fail(KindChart, "the chart's file %q has no relative path of the form a/b; rename it", name)
		}
		if info, ok := tree.Info(names[name]); ok {
			if err := left.take(name, info.Size()); err != nil {
				return p, err
			}
		}
		data, err := tree.Read(names[name])
		if err != nil {
			return p, err
		}
		p.Files[name] = data
		fmt.Fprintf(sum, "%s %d\n", name, len(data))
		sum.Write(data)
	}
	p.Digest = hex.EncodeToString(sum.Sum(nil))
	return p, nil
}

package helmchart

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"path"
	"slices"

	"github.com/Masterminds/semver/v3"

	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/localformat"
	"github.com/aicr-flux/aicr/pkg/rollout"
)

// FromBundle returns a chart that a bundle holds, as Flux packs it: from Git, or
// from an artifact, whose digest then is part of its version. source must be
// local; where the artifact is not as its generator means it, the error is the
// first of its Problems.
func FromBundle(tree *rollout.Tree, source rollout.ChartSource) (*Chart, error) {
	switch {
	case len(source.Problems) > 0:
		return nil, &source.Problems[0]
	case source.Origin == rollout.OriginGit:
		return FromDir(tree.FS(), source.Dir)
	}
	files, digest, err := readFiles(tree, source.Files)
	if err != nil {
		return nil, err
	}
	chart, err := FromFiles(files)
	if err != nil {
		return nil, err
	}
	return chart.WithVersion(withDigest(chart.Version, digest)), nil
}

// readFiles reads the files of an artifact, and digests them.
func readFiles(tree *rollout.Tree, names map[string]string) (files map[string][]byte, digest string, err error) {
	files, left, sum := map[string][]byte{}, int64(localformat.MaxChartUnpacked), sha256.New()
	for _, name := range slices.Sorted(maps.Keys(names)) {
		if info, ok := tree.Info(names[name]); ok {
			left -= info.Size()
		}
		if left < 0 {
			return nil, "", errors.Invalid("the chart has more than %d MiB, Helm's limit; make it smaller", localformat.MaxChartUnpacked>>20)
		}
		if files[name], err = tree.Read(names[name]); err != nil {
			return nil, "", err
		}
		fmt.Fprintf(sum, "%s %d\n", path.Clean(name), len(files[name]))
		sum.Write(files[name])
	}
	return files, hex.EncodeToString(sum.Sum(nil)), nil
}

// withDigest gives a version the build metadata that helm-controller gives it:
// the artifact's digest. In a cluster the digits are others, of the same form.
func withDigest(version, digest string) string {
	const digits = 12
	parsed, err := semver.NewVersion(version)
	if err != nil {
		return version
	}
	marked, err := parsed.SetMetadata(digest[:digits])
	if err != nil {
		return version
	}
	return marked.String()
}

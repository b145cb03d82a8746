package chartpull

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	stderrors "errors"
	"io"
	"path"
	"strings"
	"unicode"

	"github.com/Masterminds/semver/v3"
	"sigs.k8s.io/yaml"

	"github.com/aicr-flux/aicr/internal/wire"
	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/localformat"
)

// Limits of what is pulled. Those of files and of the unpacked whole are
// localformat's, which are Helm's.
const (
	// MaxPacked is the size of a packed chart.
	MaxPacked = 50 << 20
	// maxEntries is the number of files in a chart, nested ones counted.
	maxEntries = 20_000
	// maxNesting bounds charts inside charts.
	maxNesting = 8
)

// identity is what a packed chart's own Chart.yaml says that it is.
type identity struct {
	Name    string `json:"name"`
	Version string `json:"version"`
}

// checkArchive refuses a packed chart that is not exactly one chart, not the one
// asked for, or holds what no chart needs: links, devices, paths that lead out
// of it. It is read to its end, and never unpacked to disk.
func checkArchive(tgz []byte, r *request) (identity, error) {
	if len(tgz) > MaxPacked {
		return identity{}, tooLarge()
	}
	i := &inspection{bytes: localformat.MaxChartUnpacked, entries: maxEntries}
	chart, err := i.inspect(bytes.NewReader(tgz), maxNesting)
	if err == nil {
		err = chart.check(r)
	}
	return chart, errors.In(err, "the archive of %s from %s", r, r.repo)
}

func tooLarge() error {
	return errors.Invalid("the packed chart has more than %d MiB, which no chart needs; name another one", MaxPacked>>20)
}

// check holds what the chart says of itself against what was asked for.
func (c identity) check(r *request) error {
	got, err := semver.NewVersion(c.Version)
	switch {
	case c.Name != r.name:
		return errors.Invalid("it holds the chart %.100q, and %q was asked for", c.Name, r.name)
	case err != nil:
		return errors.Invalid("its version %.100q is none", c.Version)
	case r.pin != nil && !got.Equal(r.pin), r.pin == nil && !r.fits.Check(got):
		return errors.Invalid("it holds version %q, and %q was asked for", c.Version, r.Version)
	}
	return nil
}

// inspection is what may still be read of an archive and the charts in it.
type inspection struct {
	bytes   int64
	entries int
}

// errBomb is what reading ends with when too much comes out.
var errBomb = stderrors.New("too much comes out of it")

// Read limits are kept on what comes out of gzip, headers and padding included,
// so that an archive of empty files is bounded, too.
type bounded struct {
	from io.Reader
	left *int64
}

func (b bounded) Read(p []byte) (int, error) {
	n, err := b.from.Read(p)
	if *b.left -= int64(n); *b.left < 0 {
		return 0, errBomb
	}
	return n, err
}

func (i *inspection) inspect(packed io.Reader, depth int) (chart identity, err error) {
	if depth == 0 {
		return chart, errors.Invalid("charts are nested more than %d deep", maxNesting)
	}
	z, err := gzip.NewReader(packed)
	if err != nil {
		return chart, errors.Invalid("it is not a gzip archive: %s", wire.Clean(err.Error()))
	}
	unpacked := bounded{z, &i.bytes}
	files, top, found := tar.NewReader(unpacked), "", false
	for {
		h, err := files.Next()
		switch {
		case stderrors.Is(err, io.EOF) && !found:
			return chart, errors.Invalid("it holds no Chart.yaml, so it is no chart")
		case stderrors.Is(err, io.EOF):
			// What follows the archive counts, and gzip's checksum is at its end.
			_, err := io.Copy(io.Discard, unpacked)
			return chart, unreadable(err)
		case err != nil:
			return chart, unreadable(err)
		}
		i.entries--
		if i.entries < 0 {
			return chart, errors.Invalid("it holds more than %d files", maxEntries)
		}
		if h.Typeflag == tar.TypeXGlobalHeader {
			continue // git writes one
		}
		name, err := entryName(h)
		if err != nil {
			return chart, err
		}
		dir, rest, _ := strings.Cut(name, "/")
		if top == "" {
			top = dir
		}
		switch {
		case dir != top:
			return chart, errors.Invalid("it holds %.100q beside the directory %.100q, and a chart is one directory", name, top)
		case h.Typeflag == tar.TypeDir:
		case rest == "":
			return chart, errors.Invalid("its file %.100q stands outside a directory, and a chart is one directory", name)
		case h.Size > localformat.MaxChartFile:
			return chart, errors.Invalid("its file %.100q has %.1f MiB, and Helm reads at most 5 MiB a file of a chart", name, float64(h.Size)/(1<<20))
		case rest == "Chart.yaml" && found:
			return chart, errors.Invalid("it holds two Chart.yaml, and readers differ in which one counts")
		case rest == "Chart.yaml":
			if chart, err = readIdentity(files); err != nil {
				return chart, err
			}
			found = true
		case strings.HasSuffix(rest, ".tgz") && path.Base(path.Dir(name)) == "charts":
			if _, err := i.inspect(files, depth-1); err != nil {
				return chart, errors.In(err, "its nested chart %.100q", name)
			}
		}
	}
}

// entryName returns the entry's clean path, or refuses the entry.
func entryName(h *tar.Header) (string, error) {
	switch h.Typeflag {
	case tar.TypeReg, tar.TypeDir:
	case tar.TypeSymlink, tar.TypeLink:
		return "", errors.Invalid("its entry %.100q is a link, which could lead anywhere", h.Name)
	default:
		return "", errors.Invalid("its entry %.100q is neither a file nor a directory", h.Name)
	}
	name := path.Clean(h.Name)
	first, _, _ := strings.Cut(name, "/")
	switch {
	case path.IsAbs(name), first == "..", first == ".":
		return "", errors.Invalid("its entry %.100q leads out of the chart", h.Name)
	case strings.ContainsAny(name, `\`), strings.Contains(first, ":"), strings.ContainsFunc(name, unicode.IsControl):
		return "", errors.Invalid("its entry %.100q is no path that every system reads alike", h.Name)
	}
	for part := range strings.SplitSeq(h.Name, "/") {
		if part == ".." {
			return "", errors.Invalid("its entry %.100q leads out of a directory", h.Name)
		}
	}
	return name, nil
}

func readIdentity(from io.Reader) (chart identity, err error) {
	data, err := io.ReadAll(from)
	if err != nil {
		return chart, unreadable(err)
	}
	if err := yaml.Unmarshal(data, &chart); err != nil {
		return chart, errors.Invalid("its Chart.yaml cannot be read: %s", wire.Clean(err.Error()))
	}
	return chart, nil
}

func unreadable(err error) error {
	switch {
	case err == nil:
		return nil
	case stderrors.Is(err, errBomb):
		return errors.Invalid("it unpacks to more than %d MiB, Helm's limit", localformat.MaxChartUnpacked>>20)
	}
	return errors.Invalid("it cannot be read: %s", wire.Clean(err.Error()))
}

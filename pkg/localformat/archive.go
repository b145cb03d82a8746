package localformat

import (
	"archive/tar"
	"bytes"
	"cmp"
	"compress/gzip"
	stderrors "errors"
	"io"
	"path"
	"slices"
	"strings"
	"unicode"

	"github.com/Masterminds/semver/v3"

	"github.com/aicr-flux/aicr/pkg/errors"
)

// Limits of a packed chart beside those of limits.go.
const (
	// MaxPacked is its size.
	MaxPacked = 50 << 20
	// maxEntries is the number of files in it, those of nested charts included.
	maxEntries = 20_000
	// maxNesting bounds charts inside charts.
	maxNesting = 8
)

// Archive is what a packed chart says of itself.
type Archive struct {
	Name    string `json:"name"`
	Version string `json:"version"`

	// readsTags: some dependency, of nested charts too, has tags.
	readsTags bool
	// shipsNamespace: a template, of nested charts too, looks as if it gave a Namespace.
	shipsNamespace bool
	// refusesGlobal: its values.schema.json does not allow the key global.
	refusesGlobal bool
}

// ReadArchive reads a packed chart to its end. It refuses what is not exactly one chart, what Helm
// would not load, and what no chart needs: links, devices, paths that lead out of the chart.
// Nothing of it is unpacked to disk.
func ReadArchive(tgz []byte) (Archive, error) {
	if len(tgz) > MaxPacked {
		return Archive{}, tooLarge()
	}
	w := &walk{bytes: MaxChartUnpacked, entries: maxEntries}
	return w.chart(bytes.NewReader(tgz), maxNesting)
}

func tooLarge() error {
	return errors.Invalid("the packed chart has more than %d MiB, which no chart needs; use another one", MaxPacked>>20)
}

// Check refuses another chart than the one that was asked for: its values would be nested under a
// name that it does not read.
func (a Archive) Check(c Component) error {
	got, err := semver.NewVersion(a.Version)
	if a.Name != path.Base(c.ChartName) {
		return errors.Invalid("it holds the chart %.100q, and %q was asked for", a.Name, c.ChartName)
	} else if err != nil {
		return errors.Invalid("it has the invalid version %.100q", a.Version)
	}
	if asked, err := semver.NewConstraint(cmp.Or(c.Version, "*")); err != nil || !asked.Check(got) {
		return errors.Invalid("it holds version %.100q, and %q was asked for", a.Version, c.Version)
	}
	return nil
}

// walk is what may still be read of an archive and of the charts in it.
type walk struct {
	bytes   int64
	entries int
}

// bounded limits what comes out of gzip, headers and padding included, so that an archive of empty
// files is bounded, too.
type bounded struct {
	from io.Reader
	left *int64
}

func (b bounded) Read(p []byte) (int, error) {
	n, err := b.from.Read(p)
	if *b.left -= int64(n); *b.left < 0 {
		return 0, errors.Invalid("it unpacks to more than %d MiB, Helm's limit", MaxChartUnpacked>>20)
	}
	return n, err
}

// chart reads a chart, which is one directory.
func (w *walk) chart(packed io.Reader, depth int) (chart Archive, err error) {
	if depth == 0 {
		return chart, errors.Invalid("charts are nested more than %d deep", maxNesting)
	}
	z, err := gzip.NewReader(packed)
	if err != nil {
		return chart, errors.Invalid("it is not a gzip archive: %s", err)
	}
	unpacked := bounded{z, &w.bytes}
	files, top, seen := tar.NewReader(unpacked), "", map[string]bool{}
	for {
		h, err := files.Next()
		switch {
		case stderrors.Is(err, io.EOF) && !seen["Chart.yaml"]:
			return chart, errors.Invalid("it holds no Chart.yaml, so it is not a chart")
		case stderrors.Is(err, io.EOF):
			// What follows the archive counts, and gzip's checksum is at its end.
			_, err := io.Copy(io.Discard, unpacked)
			return chart, unreadable(err)
		case err != nil:
			return chart, unreadable(err)
		}
		w.entries--
		if w.entries < 0 {
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
		top = cmp.Or(top, dir)
		switch {
		case dir != top:
			return chart, errors.Invalid("it holds %.100q beside the directory %.100q, and a chart is one directory", name, top)
		case h.Typeflag == tar.TypeDir:
			continue
		case rest == "":
			return chart, errors.Invalid("its file %.100q is outside a directory, and a chart is one directory", name)
		case h.Size > MaxChartFile:
			return chart, errors.Invalid("its file %.100q has %.1f MiB, and Helm reads at most 5 MiB a file of a chart", name, float64(h.Size)/(1<<20))
		case seen[rest]:
			return chart, errors.Invalid("it holds the file %.100q twice, and programs differ in which one they read", rest)
		}
		seen[rest] = true
		if err := w.file(&chart, rest, files, depth); err != nil {
			return chart, err
		}
	}
}

// file reads what counts of a file of the chart.
func (w *walk) file(chart *Archive, name string, content io.Reader, depth int) error {
	if strings.HasSuffix(name, ".tgz") && path.Base(path.Dir(name)) == "charts" {
		nested, err := w.chart(content, depth-1)
		chart.readsTags = chart.readsTags || nested.readsTags
		chart.shipsNamespace = chart.shipsNamespace || nested.shipsNamespace
		return errors.In(err, "its nested chart %.100q", name)
	}
	data, err := io.ReadAll(content)
	if err != nil {
		return unreadable(err)
	}
	tags := false
	switch {
	case name == "Chart.yaml":
		tags, err = readChartYAML(data, chart)
	case strings.HasPrefix(name, "templates/"), strings.Contains(name, "/templates/"):
		chart.shipsNamespace = chart.shipsNamespace || kindNamespace.Match(data)
	case name == "values.schema.json":
		chart.refusesGlobal = refusesGlobal(data)
	case listsDependencies(name):
		tags, _ = readChartYAML(data, &Archive{}) // one that cannot be read is Helm's to refuse
	}
	chart.readsTags = chart.readsTags || tags
	return err
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
	case path.IsAbs(name), first == ".":
		return "", errors.Invalid("its entry %.100q leads out of the chart", h.Name)
	case strings.ContainsAny(name, `\`), strings.Contains(first, ":"), strings.ContainsFunc(name, unicode.IsControl):
		return "", errors.Invalid("its entry %.100q has a path that systems read differently", h.Name)
	case slices.Contains(strings.Split(h.Name, "/"), ".."):
		return "", errors.Invalid("its entry %.100q leads out of a directory", h.Name)
	}
	return name, nil
}

// unreadable says that the archive, rather than what is in it, is at fault.
func unreadable(err error) error {
	if _, own := stderrors.AsType[*errors.Error](err); own || err == nil {
		return err
	}
	return errors.Invalid("it cannot be read: %s", err)
}

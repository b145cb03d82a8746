package chart

import (
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	chartv2 "helm.sh/helm/v4/pkg/chart/v2"
	release "helm.sh/helm/v4/pkg/release/v1"
)

// MaxRecord is how large the Secret may be in which Helm stores a release, in bytes.
const MaxRecord = 1 << 20

// recordSize is about how large Helm's record of a release gets: the chart without the charts
// inside it, the values and the manifests, compressed, as text. It is 0 where it is surely small
// enough, as that costs less to find out.
func recordSize(loaded *chartv2.Chart, in Install, texts map[string]string) int64 {
	var manifest strings.Builder
	for _, template := range slices.Sorted(maps.Keys(texts)) {
		if !skipped(template) && strings.TrimSpace(texts[template]) != "" {
			manifest.WriteString("---\n# Source: " + template + "\n" + texts[template] + "\n")
		}
	}
	parts := [][]byte{[]byte(manifest.String()), in.Values, loaded.Schema}
	raw := manifest.Len() + len(in.Values) + len(loaded.Schema)
	for _, file := range slices.Concat(loaded.Templates, loaded.Files) {
		parts = append(parts, file.Data)
		raw += base64.StdEncoding.EncodedLen(len(file.Data))
	}
	if raw < MaxRecord/2 || packed(gzip.BestSpeed, parts...) < MaxRecord/2 { // Helm's text in text is larger by less than half
		return 0
	}
	config := map[string]any{}
	_ = json.Unmarshal(in.Values, &config) // it has been read already
	data, err := json.Marshal(&release.Release{
		Name: in.Release, Namespace: in.Namespace, Version: 1, Info: &release.Info{}, Config: config, Manifest: manifest.String(),
		// The values are those of the file: rendering adds to the chart's.
		Chart: &chartv2.Chart{Metadata: loaded.Metadata, Lock: loaded.Lock, Templates: loaded.Templates, Files: loaded.Files, Schema: loaded.Schema, Values: loaded.Values},
	})
	if err != nil {
		return 0
	}
	return packed(gzip.BestCompression, data)
}

// packed is the size of data as Helm writes it into a Secret.
func packed(level int, parts ...[]byte) int64 {
	var size counter
	z, err := gzip.NewWriterLevel(&size, level)
	if err != nil {
		return 0
	}
	for _, part := range parts {
		_, _ = z.Write(part) // a counter takes everything
	}
	_ = z.Close()
	return int64(base64.StdEncoding.EncodedLen(int(size)))
}

// counter counts what is written to it.
type counter int

func (c *counter) Write(data []byte) (int, error) {
	*c += counter(len(data))
	return len(data), nil
}

// checkRecord complains of a release that Helm cannot store, or soon cannot.
func checkRecord(loaded *chartv2.Chart, in Install, texts map[string]string) []*Error {
	const mebibyte = 1 << 20
	switch size := recordSize(loaded, in, texts); {
	case size > MaxRecord:
		return []*Error{fail(KindRecord, "Helm's record of the release has %.2f MiB (chart, values and manifests, compressed), and a Secret holds 1 MiB: it cannot be stored", float64(size)/mebibyte)}
	case size > MaxRecord/10*9:
		return []*Error{fail(KindRecordNear, "Helm's record of the release has %.2f MiB (chart, values and manifests, compressed), and a Secret holds 1 MiB", float64(size)/mebibyte)}
	}
	return nil
}

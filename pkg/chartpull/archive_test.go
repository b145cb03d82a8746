package chartpull

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"fmt"
	"strings"
	"testing"

	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/localformat"
)

func TestOnlyOneHarmlessChartOfThatNameIsTaken(t *testing.T) {
	zeros := strings.Repeat("\x00", localformat.MaxChartFile)
	var many []file
	for i := range maxEntries + 1 {
		many = append(many, file{name: fmt.Sprintf("web/%d", i)})
	}
	nested := archive(t, chartYAML("web", "1.2.3"))
	for range maxNesting + 1 {
		nested = chart(t, "web", "1.2.3", file{name: "web/charts/web.tgz", data: string(nested)})
	}
	bombs := bomb(t)
	good := chart(t, "web", "1.2.3")
	for name, c := range map[string]struct {
		tgz  []byte
		says string // "" where it is taken
	}{
		"good":                {good, ""},
		"good, v in front":    {chart(t, "web", "v1.2.3"), ""},
		"good, with metadata": {chart(t, "web", "1.2.3+build.1"), ""},
		"good, directories":   {archive(t, file{name: "web/", kind: tar.TypeDir}, chartYAML("web", "1.2.3")), ""},
		"good, dot in front":  {archive(t, file{name: "./web/Chart.yaml", data: "name: web\nversion: 1.2.3\n"}), ""},
		"good, by git":        {archive(t, file{name: "pax_global_header", kind: tar.TypeXGlobalHeader}, chartYAML("web", "1.2.3")), ""},
		"good, nested":        {chart(t, "web", "1.2.3", file{name: "web/charts/db-1.0.0.tgz", data: string(chart(t, "db", "1.0.0"))}), ""},
		"another name":        {chart(t, "evil", "1.2.3"), `holds the chart "evil"`},
		"another version":     {chart(t, "web", "1.2.4"), `holds version "1.2.4"`},
		"no version":          {chart(t, "web", "../../x"), `is none`},
		"symlink":             {chart(t, "web", "1.2.3", file{name: "web/x", kind: tar.TypeSymlink, link: "/etc/passwd"}), "is a link"},
		"hard link":           {chart(t, "web", "1.2.3", file{name: "web/x", kind: tar.TypeLink, link: "web/values.yaml"}), "is a link"},
		"device":              {chart(t, "web", "1.2.3", file{name: "web/x", kind: tar.TypeChar}), "neither a file"},
		"pipe":                {chart(t, "web", "1.2.3", file{name: "web/x", kind: tar.TypeFifo}), "neither a file"},
		"path escape":         {chart(t, "web", "1.2.3", file{name: "web/../../x"}), "leads out"},
		"path escape inside":  {chart(t, "web", "1.2.3", file{name: "web/a/../x"}), "leads out"},
		"absolute":            {chart(t, "web", "1.2.3", file{name: "/etc/passwd"}), "leads out"},
		"backslashes":         {chart(t, "web", "1.2.3", file{name: `web\..\..\x`}), "no path that every system"},
		"drive":               {archive(t, file{name: "C:/web/Chart.yaml"}), "no path that every system"},
		"two directories":     {chart(t, "web", "1.2.3", file{name: "other/Chart.yaml"}), "one directory"},
		"outside":             {archive(t, file{name: "Chart.yaml", data: "name: web"}), "outside a directory"},
		"twice":               {chart(t, "web", "1.2.3", chartYAML("web", "1.2.3")), "two Chart.yaml"},
		"no chart":            {archive(t, file{name: "web/x"}), "no Chart.yaml"},
		"broken Chart.yaml":   {archive(t, file{name: "web/Chart.yaml", data: "{"}), "Chart.yaml cannot be read"},
		"large file":          {chart(t, "web", "1.2.3", file{name: "web/x", data: zeros + "1"}), "5 MiB"},
		"bomb":                {bombs, "unpacks to more than 100 MiB"},
		"many files":          {archive(t, many...), "more than 20000 files"},
		"deep":                {nested, "nested more than"},
		"nested symlink":      {chart(t, "web", "1.2.3", file{name: "web/charts/db.tgz", data: string(chart(t, "db", "1.0.0", file{name: "db/x", kind: tar.TypeSymlink}))}), "nested chart"},
		"nested bomb":         {chart(t, "web", "1.2.3", file{name: "web/charts/db.tgz", data: string(bombs)}), "unpacks to more than"},
		"no gzip":             {[]byte("<html>"), "not a gzip archive"},
		"empty":               {nil, "not a gzip archive"},
		"truncated":           {good[:len(good)-20], "cannot be read"},
		"checksum":            {append(good[:len(good)-8:len(good)-8], 1, 2, 3, 4, 5, 6, 7, 8), "cannot be read"},
		"too large":           {make([]byte, MaxPacked+1), "more than 50 MiB"},
	} {
		t.Run(name, func(t *testing.T) {
			r, err := newRequest(localformat.Component{Repository: "https://h/x", ChartName: "web", Version: "v1.2.3"})
			if err != nil {
				t.Fatal(err)
			}
			if _, err = checkArchive(c.tgz, r); c.says != "" {
				wantError(t, err, errors.ErrCodeInvalidRequest, c.says)
			} else if err != nil {
				t.Error(err)
			}
		})
	}
}

func TestRequestsThatCouldBeReadAsSomethingElseAreRefused(t *testing.T) {
	good := localformat.Component{Name: "x", Repository: "https://h/x", ChartName: "web", Version: "1.2.3"}
	for name, c := range map[string]localformat.Component{
		"flag for a chart":     {Repository: good.Repository, ChartName: "--post-renderer=x", Version: "1.2.3"},
		"flag below":           {Repository: good.Repository, ChartName: "a/-x", Version: "1.2.3"},
		"way out":              {Repository: good.Repository, ChartName: "../x", Version: "1.2.3"},
		"no chart":             {Repository: good.Repository, Version: "1.2.3"},
		"URL for a chart":      {Repository: good.Repository, ChartName: "https://evil/x", Version: "1.2.3"},
		"flag for a version":   {Repository: good.Repository, ChartName: "web", Version: "--debug"},
		"newline in version":   {Repository: good.Repository, ChartName: "web", Version: ">1\n"},
		"no version":           {Repository: good.Repository, ChartName: "web", Version: "latest"},
		"flag for repository":  {Repository: "--repo", ChartName: "web", Version: "1.2.3"},
		"file":                 {Repository: "file:///etc", ChartName: "web", Version: "1.2.3"},
		"secret in repository": {Repository: "https://u:hunter2@h/x", ChartName: "web", Version: "1.2.3"},
		"token in repository":  {Repository: "https://h/x?token=hunter2", ChartName: "web", Version: "1.2.3"},
	} {
		t.Run(name, func(t *testing.T) {
			for _, p := range []localformat.ChartPuller{native(t), &CLIChartPuller{HelmBin: "/nowhere", Getenv: env(t)}} {
				_, _, _, err := p.Pull(t.Context(), c)
				wantError(t, err, errors.ErrCodeInvalidRequest)
				if strings.Contains(err.Error(), "hunter2") {
					t.Error(err)
				}
			}
		})
	}
}

// bomb is a chart of 21 large files, of which little was ever compressed: gzip
// archives can be joined.
func bomb(t *testing.T) []byte {
	zip := func(data []byte) []byte {
		var packed bytes.Buffer
		z := gzip.NewWriter(&packed)
		z.Write(data)
		z.Close()
		return packed.Bytes()
	}
	mib := zip(make([]byte, 1<<20))
	var packed bytes.Buffer
	for i := range 21 {
		var header bytes.Buffer
		if err := tar.NewWriter(&header).WriteHeader(&tar.Header{Name: fmt.Sprintf("web/%d", i), Typeflag: tar.TypeReg, Size: localformat.MaxChartFile}); err != nil {
			t.Fatal(err)
		}
		packed.Write(zip(header.Bytes()))
		for range localformat.MaxChartFile >> 20 {
			packed.Write(mib)
		}
	}
	return packed.Bytes()
}

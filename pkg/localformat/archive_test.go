package localformat

import (
	"archive/tar"
	"fmt"
	"strings"
	"testing"

	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/test/charttest"
)

func TestOnlyOneHarmlessChartOfThatNameIsTaken(t *testing.T) {
	zeros := strings.Repeat("\x00", MaxChartFile)
	var many []charttest.File
	for i := range maxEntries + 1 {
		many = append(many, charttest.File{Name: fmt.Sprintf("web/%d", i)})
	}
	nested := charttest.Archive(t, charttest.ChartYAML("web", "1.2.3"))
	for range maxNesting + 1 {
		nested = charttest.Chart(t, "web", "1.2.3", charttest.File{Name: "web/charts/web.tgz", Data: string(nested)})
	}
	bombs := charttest.Bomb(t, "web", 21, 5)
	good := charttest.Chart(t, "web", "1.2.3")
	for name, c := range map[string]struct {
		tgz  []byte
		says string // "" where it is taken
	}{
		"good":                {good, ""},
		"good, v in front":    {charttest.Chart(t, "web", "v1.2.3"), ""},
		"good, with metadata": {charttest.Chart(t, "web", "1.2.3+build.1"), ""},
		"good, directories":   {charttest.Archive(t, charttest.File{Name: "web/", Kind: tar.TypeDir}, charttest.ChartYAML("web", "1.2.3")), ""},
		"good, dot in front":  {charttest.Archive(t, charttest.File{Name: "./web/Chart.yaml", Data: "name: web\nversion: 1.2.3\n"}), ""},
		"good, by git":        {charttest.Archive(t, charttest.File{Name: "pax_global_header", Kind: tar.TypeXGlobalHeader}, charttest.ChartYAML("web", "1.2.3")), ""},
		"good, nested":        {charttest.Chart(t, "web", "1.2.3", charttest.File{Name: "web/charts/db-1.0.0.tgz", Data: string(charttest.Chart(t, "db", "1.0.0"))}), ""},
		"another name":        {charttest.Chart(t, "evil", "1.2.3"), `holds the chart "evil"`},
		"another version":     {charttest.Chart(t, "web", "1.2.4"), `holds version "1.2.4"`},
		"no version":          {charttest.Chart(t, "web", "../../x"), `invalid version`},
		"symlink":             {charttest.Chart(t, "web", "1.2.3", charttest.File{Name: "web/x", Kind: tar.TypeSymlink, Link: "/etc/passwd"}), "is a link"},
		"hard link":           {charttest.Chart(t, "web", "1.2.3", charttest.File{Name: "web/x", Kind: tar.TypeLink, Link: "web/values.yaml"}), "is a link"},
		"device":              {charttest.Chart(t, "web", "1.2.3", charttest.File{Name: "web/x", Kind: tar.TypeChar}), "neither a file"},
		"pipe":                {charttest.Chart(t, "web", "1.2.3", charttest.File{Name: "web/x", Kind: tar.TypeFifo}), "neither a file"},
		"path escape":         {charttest.Chart(t, "web", "1.2.3", charttest.File{Name: "web/../../x"}), "leads out"},
		"path escape inside":  {charttest.Chart(t, "web", "1.2.3", charttest.File{Name: "web/a/../x"}), "leads out"},
		"absolute":            {charttest.Chart(t, "web", "1.2.3", charttest.File{Name: "/etc/passwd"}), "leads out"},
		"backslashes":         {charttest.Chart(t, "web", "1.2.3", charttest.File{Name: `web\..\..\x`}), "systems read differently"},
		"drive":               {charttest.Archive(t, charttest.File{Name: "C:/web/Chart.yaml"}), "systems read differently"},
		"two directories":     {charttest.Chart(t, "web", "1.2.3", charttest.File{Name: "other/Chart.yaml"}), "one directory"},
		"outside":             {charttest.Archive(t, charttest.File{Name: "Chart.yaml", Data: "name: web"}), "outside a directory"},
		"twice":               {charttest.Chart(t, "web", "1.2.3", charttest.ChartYAML("web", "1.2.3")), `holds the file "Chart.yaml" twice`},
		"a file twice":        {charttest.Chart(t, "web", "1.2.3", charttest.File{Name: "./web//templates/cm.yaml", Data: "kind: Secret\n"}), `holds the file "templates/cm.yaml" twice`},
		"a nested file twice": {charttest.Chart(t, "web", "1.2.3", charttest.File{Name: "web/charts/db.tgz", Data: string(charttest.Chart(t, "db", "1.0.0", charttest.File{Name: "db/values.yaml"}))}), `holds the file "values.yaml" twice`},
		"no chart":            {charttest.Archive(t, charttest.File{Name: "web/x"}), "no Chart.yaml"},
		"broken Chart.yaml":   {charttest.Archive(t, charttest.File{Name: "web/Chart.yaml", Data: "{"}), "Chart.yaml cannot be read"},
		"large file":          {charttest.Chart(t, "web", "1.2.3", charttest.File{Name: "web/x", Data: zeros + "1"}), "5 MiB"},
		"bomb":                {bombs, "unpacks to more than 100 MiB"},
		"many files":          {charttest.Archive(t, many...), "more than 20000 files"},
		"deep":                {nested, "nested more than"},
		"nested symlink":      {charttest.Chart(t, "web", "1.2.3", charttest.File{Name: "web/charts/db.tgz", Data: string(charttest.Chart(t, "db", "1.0.0", charttest.File{Name: "db/x", Kind: tar.TypeSymlink}))}), "nested chart"},
		"nested bomb":         {charttest.Chart(t, "web", "1.2.3", charttest.File{Name: "web/charts/db.tgz", Data: string(bombs)}), "unpacks to more than"},
		"no gzip":             {[]byte("<html>"), "not a gzip archive"},
		"empty":               {nil, "not a gzip archive"},
		"truncated":           {good[:len(good)-20], "cannot be read"},
		"checksum":            {append(good[:len(good)-8:len(good)-8], 1, 2, 3, 4, 5, 6, 7, 8), "cannot be read"},
		"too large":           {make([]byte, MaxPacked+1), "more than 50 MiB"},
	} {
		t.Run(name, func(t *testing.T) {
			chart, err := ReadArchive(c.tgz)
			if err == nil {
				err = chart.Check(Component{ChartName: "org/web", Version: "v1.2.3"})
			}
			if c.says == "" && err == nil {
				return
			}
			if c.says == "" || errors.CodeOf(err) != errors.ErrCodeInvalidRequest || !strings.Contains(err.Error(), c.says) {
				t.Errorf("%v, want %q", err, c.says)
			}
		})
	}
}

func TestAnArchiveIsComparedWithWhatWasAskedFor(t *testing.T) {
	for asked, fits := range map[string]bool{
		"1.2.3": true, "v1.2.3": true, "1.2.3+other": true, "~1.2": true, ">=1": true, "1.2": true, "": true, "*": true,
		"1.2.4": false, "~1.3": false, "<1": false, "1.2.3-rc.1": false, "latest": false,
	} {
		err := Archive{Name: "web", Version: "1.2.3+b.1"}.Check(Component{ChartName: "web", Version: asked})
		if (err == nil) != fits {
			t.Errorf("%q: %v", asked, err)
		}
	}
}

package chartpull

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"helm.sh/helm/v4/pkg/repo/v1"
	"sigs.k8s.io/yaml"

	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/localformat"
)

func requestOf(t testing.TB, chart, version string) *request {
	t.Helper()
	r, err := newRequest(localformat.Component{Repository: "https://h/x", ChartName: chart, Version: version})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// Whatever form an index has, it is read as Helm reads it.
func TestIndexesOfEveryForm(t *testing.T) {
	const good = "  - {apiVersion: v2, name: web, version: 1.2.3, urls: [other]}\n  - apiVersion: v2\n    name: web\n    version: 1.10.0\n    urls: [good]\n"
	for name, index := range map[string]string{
		"helm's":         "entries:\n  other:\n  - {apiVersion: v2, name: other, version: 1.0.0, urls: [x]}\n  - apiVersion: v2\n    description: |\n      web:\n      - version: 1.10.0\n    name: other\n    version: 1.1.0\n  web:\n" + good + "  zoo:\n  - {apiVersion: v2, name: zoo, version: 1.0.0}\ngenerated: \"2026-01-02T03:04:05Z\"\n",
		"comments":       "---\n# a comment\nentries:\n\n  # web:\n  other: []\n  web:\n  # here\n\n" + good + "  zoo: []\n",
		"deeper":         "entries:\n    web:\n      " + strings.TrimSuffix(strings.ReplaceAll(good, "\n", "\n      "), "      ") + "    zoo: []\n",
		"CRLF":           strings.ReplaceAll("entries:\n  zoo: []\n  web:\n"+good, "\n", "\r\n"),
		"no newline":     strings.TrimSuffix("entries:\n  web:\n"+good, "\n"),
		"quoted names":   "entries:\n  'zoo': []\n  \"web\":\n" + good,
		"empty entries":  "entries:\n  zoo:\n  web:\n  -\n" + good,
		"flow":           "entries: {zoo: [], web: [{apiVersion: v2, name: web, version: 1.10.0, urls: [good]}]}\n",
		"anchors":        "entries:\n  other: &o\n" + good + "  web: *o\n",
		"anchors inside": "entries:\n  other:\n  - &o {apiVersion: v2, name: web, version: 1.10.0, urls: [good]}\n  web:\n  - *o\n",
		"JSON":           `{"entries":{"zoo":[],"web":[{"apiVersion":"v2","name":"web","version":"1.10.0","urls":["good"]}]}}`,
		"long JSON":      "{\n  \"entries\": {\n    \"zoo\": [],\n    \"web\": [\n      {\"apiVersion\":\"v2\",\"name\":\"web\",\"version\":\"1.10.0\",\"urls\":[\"good\"]}\n    ]\n  }\n}\n",
	} {
		t.Run(name, func(t *testing.T) {
			if strings.HasPrefix(index, "{") {
				index = `{"apiVersion":"v1",` + index[1:]
			} else {
				index += "\napiVersion: v1\n"
			}
			file := filepath.Join(t.TempDir(), "index.yaml")
			if err := os.WriteFile(file, []byte(index), 0o600); err != nil {
				t.Fatal(err)
			}
			whole, err := repo.LoadIndexFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for _, version := range []string{"1.10.0", "1.10", ">=1.0.0", "*"} {
				want, err := whole.Get("web", version)
				if err != nil || want.URLs[0] != "good" {
					t.Fatalf("helm finds %+v, %v", want, err)
				}
				got, err := pick([]byte(index), requestOf(t, "web", version))
				if diff := cmp.Diff(want, got); err != nil || diff != "" {
					t.Errorf("%s: %v %s", version, err, diff)
				}
			}
			if _, err := pick([]byte(index), requestOf(t, "wab", "1.10.0")); errors.CodeOf(err) != errors.ErrCodeNotFound || !strings.Contains(err.Error(), "are web, ") && !strings.HasSuffix(err.Error(), "are web") {
				t.Error(err)
			}
		})
	}
	for _, index := range []string{"", "<html>", "a: b", "[]", "entries: 3", "{", `{"entries":null}`, "entries:\n  web:\n  - version: [1]\n"} {
		if _, err := pick([]byte(index), requestOf(t, "web", "1.10.0")); errors.CodeOf(err) != errors.ErrCodeUnavailable {
			t.Errorf("%q: %v", index, err)
		}
	}
}

// What is left of an index says the same about its chart as the whole.
func FuzzIndex(f *testing.F) {
	f.Add("entries:\n  web:\n  - version: 1.10.0\n    urls: [good]\n  zoo: []\n")
	f.Add("entries: {}\nentries:\n- a\n")
	f.Add(`{"entries":{"web":[{"version":"1"}],"zoo":[]}}`)
	f.Fuzz(func(t *testing.T, index string) {
		var whole repo.IndexFile
		if strings.ContainsAny(index, `"'[]{}`) && !strings.HasPrefix(index, "{") || yaml.Unmarshal([]byte(index), &whole) != nil {
			return // what spans lines without indentation is no style of a program
		}
		for name, versions := range whole.Entries {
			var part repo.IndexFile
			err := yaml.Unmarshal(only([]byte(index), name), &part)
			if diff := cmp.Diff(versions, part.Entries[name]); err == nil && diff != "" {
				t.Errorf("%q: %s", name, diff)
			}
		}
	})
}

// largeIndex is an index in the block style of helm, of JSON, or in flow style.
func largeIndex(style string, size int) []byte {
	var b strings.Builder
	open, chart, entry, next, end := "apiVersion: v1\nentries:\n", "  chart%d:\n", "  - apiVersion: v2\n    description: %s\n    name: chart%d\n    urls:\n    - x.tgz\n    version: 1.%d.0\n", "", ""
	switch style {
	case "JSON":
		open, chart, entry, next, end = `{"apiVersion":"v1","entries":{"first":[]`, `,"chart%d":[{}`, `,{"apiVersion":"v2","description":%q,"name":"chart%d","urls":["x.tgz"],"version":"1.%d.0"}`, "]", "}}"
	case "flow":
		open, chart, entry, next, end = "{apiVersion: v1, entries: {first: []\n", ", chart%d: [{}", ", {apiVersion: v2, description: %s, name: chart%d, urls: [x.tgz], version: 1.%d.0}", "]\n", "}}"
	}
	b.WriteString(open)
	description := strings.Repeat("words ", 50)
	for c := 0; b.Len() < size-1<<17; c++ {
		fmt.Fprintf(&b, chart, c)
		for v := range 200 {
			fmt.Fprintf(&b, entry, description, c, v)
		}
		b.WriteString(next)
	}
	return []byte(b.String() + end)
}

// An index of any style and size ends in seconds, and at once when the context does.
func TestHazard73_AnIndexIsBounded(t *testing.T) {
	large, small := maxIndex, maxParsed
	if testing.Short() {
		large, small = maxParsed+1<<20, 1<<20
	}
	for style, says := range map[string]string{"block": "", "JSON": "", "flow": "at most 8 MiB are parsed"} {
		listed, err := pick(largeIndex(style, large), requestOf(t, "chart3", "1.150.0"))
		switch {
		case says != "":
			wantError(t, err, errors.ErrCodeInvalidRequest, says, `"chart3"`)
		case err != nil || listed.Version != "1.150.0":
			t.Errorf("%s: %+v, %v", style, listed, err)
		}
	}
	if listed, err := pick(largeIndex("flow", small), requestOf(t, "chart3", "1.150.0")); err != nil || listed.Version != "1.150.0" {
		t.Errorf("%+v, %v", listed, err)
	}
	aliases := "x0: &x0 [a,a,a,a,a,a,a,a,a,a]\n"
	for i := range 12 {
		aliases += fmt.Sprintf("x%d: &x%d [%s]\n", i+1, i+1, strings.Repeat(fmt.Sprintf("*x%d,", i), 10))
	}
	_, err := pick([]byte(aliases+"entries: *x12\n"), requestOf(t, "web", "1.2.3"))
	wantError(t, err, errors.ErrCodeUnavailable, "aliasing")

	// So many nodes take the parser longer than the context lasts.
	charts := newRepository(t)
	charts.put("/charts/index.yaml", []byte("apiVersion: v1\nentries:\n  web: ["+strings.Repeat("{},", 1<<20)+"]\n"))
	ctx, cancel := context.WithCancel(t.Context())
	p := newPuller(t)
	p.Progress = func(Progress) { time.AfterFunc(50*time.Millisecond, cancel) }
	_, _, _, err = p.Pull(ctx, charts.component("web", "1.2.3"))
	wantError(t, err, context.Canceled)
}

func TestAnIndexOfAnySizeIsNotRead(t *testing.T) {
	charts := newRepository(t)
	charts.set(func(s *server) {
		s.fault = func(w http.ResponseWriter, _ *http.Request) bool {
			_, _ = io.CopyN(w, endless{}, maxIndex+2)
			return true
		}
	})
	_, _, _, err := newPuller(t).Pull(t.Context(), charts.component("web", "1.2.3"))
	wantError(t, err, errors.ErrCodeInvalidRequest, "more than 50 MiB")
}

type endless struct{}

func (endless) Read(p []byte) (int, error) { return len(p), nil }

// BenchmarkIndex finds one chart in a large index of 20 MiB.
func BenchmarkIndex(b *testing.B) {
	r, index := requestOf(b, "chart150", "1.150.0"), largeIndex("block", 20<<20)
	b.SetBytes(int64(len(index)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := pick(index, r); err != nil {
			b.Fatal(err)
		}
	}
}

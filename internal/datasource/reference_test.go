package datasource

import (
	"net/url"
	"strings"
	"testing"

	"github.com/aicr-flux/aicr/pkg/errors"
)

const (
	hex = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
	hub = "https://github.com"
)

func TestReferences(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]struct {
		location string // of what is remote
		fixed    bool
		dir      string
	}{
		"data":                          {},
		"./github:o/r@v1":               {},
		"a#b":                           {},
		"C:\\data":                      {},
		"data.tar.gz":                   {},
		"data.tgz#sha256:" + hex:        {fixed: true},
		"https://h.example/a.tar.gz":    {location: "https://h.example/a.tar.gz"},
		"HTTPS://h.example:8443/a%20b?": {location: "-"},
		"https://h.example/a.tar.gz#sha256:" + hex:                {location: "https://h.example/a.tar.gz", fixed: true},
		"http://h.example/a.tar.gz#sha256:" + hex:                 {location: "http://h.example/a.tar.gz", fixed: true},
		"github:NVIDIA/aicr@v1.3.0":                               {location: hub + "/NVIDIA/aicr/archive/v1.3.0.tar.gz"},
		"github:o/r.x_y@release/1.3//a/b":                         {location: hub + "/o/r.x_y/archive/release/1.3.tar.gz", dir: "a/b"},
		"github:o/r@main//.":                                      {location: hub + "/o/r/archive/main.tar.gz", dir: "."},
		"github:o/r@main//d#sha256:" + hex:                        {location: hub + "/o/r/archive/main.tar.gz", dir: "d", fixed: true},
		"oci://h.example/o/data@sha256:" + hex:                    {location: "oci://h.example/o/data@sha256:" + hex, fixed: true},
		"oci://H.example/o/data:v1@sha256:" + hex:                 {location: "oci://h.example/o/data@sha256:" + hex, fixed: true},
		"oci://h.example/o/data@sha256:" + hex + "#sha256:" + hex: {location: "oci://h.example/o/data@sha256:" + hex, fixed: true},
	} {
		r, err := Parse(text)
		if want.location == "-" {
			if err == nil {
				t.Errorf("%s is accepted", text)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		given, _, _ := strings.Cut(text, "#sha256:")
		if r.Remote() != (want.location != "") || r.Remote() && r.location(hub) != want.location || r.fixed() != want.fixed || r.github.dir != want.dir || r.String() != given {
			t.Errorf("%s: %+v", text, r)
		}
		if AnyRemote([]string{"dir", text}) != r.Remote() {
			t.Errorf("%s: AnyRemote", text)
		}
	}
	if AnyRemote([]string{"dir", "ftp://h/x"}) {
		t.Error("what cannot be read is remote")
	}
}

func TestReferencesThatAreRefused(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                                     "`Data` is empty; name a directory, an archive",
		"#sha256:" + hex:                       "is a digest alone",
		"a.tgz#sha256:abc":                     "#sha256: and 64 hexadecimal digits in lower case",
		"a.tgz#sha256:" + strings.ToUpper(hex): "64 hexadecimal digits in lower case",
		"ftp://h/x.tar.gz":                     `has the scheme "ftp"`,
		"github:o/r":                           "names no ref; write github:OWNER/REPO@REF",
		"github:o/r@":                          "names no ref",
		"github:o/r@//d":                       "names no ref",
		"github:o@v1":                          "has no repository of GitHub before @",
		"github:o/..@v1":                       "has no repository of GitHub before @",
		"github:o/r/x@v1":                      "has no repository of GitHub before @",
		"github:-o/r@v1":                       "has no repository of GitHub before @",
		"github:o/r@a..b":                      "invalid ref",
		"github:o/r@../../x":                   "invalid ref",
		"github:o/r@-x":                        "invalid ref",
		"github:o/r@a/":                        "invalid ref",
		"github:o/r@a b":                       "invalid ref",
		"github:o/r@a?b":                       "invalid ref",
		"github:o/r@a#b":                       "invalid ref",
		"github:o/r@a%2e%2e":                   "invalid ref",
		"github:o/r@v1//":                      "invalid directory after //",
		"github:o/r@v1//../x":                  "invalid directory after //",
		"github:o/r@v1///x":                    "invalid directory after //",
		"https:///x.tar.gz":                    "cannot be parsed",
		"https://h:port/x.tar.gz":              "cannot be parsed",
		"https://me:hush@h/x.tar.gz":           `Data` + "` \"https://…@h/x.tar.gz\": is a URL with credentials",
		"https://h/x.tar.gz?token=hush":        "is a URL with credentials or a query",
		"https://h/x.tar.gz#hush":              "something after #",
		"http://h/x.tar.gz":                    "plain HTTP",
		"oci://h/o/data:v1":                    "names no digest, and a tag can move",
		"oci://h/o/data":                       "names no tag and no digest",
		"oci://me:hush@h/o/data@sha256:" + hex: "user name or a password",
	} {
		_, err := Parse(text)
		fails(t, err, errors.ErrCodeInvalidRequest, want)
		if err != nil && text != "https://h/x.tar.gz#hush" && strings.Contains(err.Error(), "hush") {
			t.Errorf("a secret is shown: %v", err)
		}
	}
}

// FuzzParse: whatever is read leads to the server that is named, and reading it again is the same.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		"data", "a.tgz#sha256:" + hex, "https://h.example/a.tar.gz", "github:NVIDIA/aicr@v1.3.0//recipes", "github:o/r@a/b",
		"oci://h.example/o/data@sha256:" + hex, "https://u:p@h/?q#f", "http://h/x#sha256:" + hex,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		r, err := Parse(text)
		if err != nil {
			return
		}
		again := r.String()
		if r.pin != "" {
			again += "#sha256:" + r.pin
		}
		if same, err := Parse(again); err != nil || same != r {
			t.Errorf("%q becomes %+v, %v", again, same, err)
		}
		if !r.Remote() {
			return
		}
		u, err := url.Parse(r.location(hub))
		if err != nil || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
			t.Fatalf("%q is at %q, %v", text, r.location(hub), err)
		}
		if r.github.name != "" && (u.Host != "github.com" || u.Path != "/"+r.github.name+"/archive/"+r.github.ref+".tar.gz") {
			t.Errorf("%q is at %q", text, u)
		}
	})
}

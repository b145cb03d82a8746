package oci

import (
	"strings"
	"testing"

	"github.com/aicr-flux/aicr/pkg/errors"
)

const someDigest = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

func TestParseReference(t *testing.T) {
	for s, want := range map[string]Reference{
		"oci://ghcr.io/org/bundle:v1":           {Registry: "ghcr.io", Repository: "org/bundle", Tag: "v1"},
		"OCI://ghcr.io/org/bundle:V1_a.b-c":     {Registry: "ghcr.io", Repository: "org/bundle", Tag: "V1_a.b-c"},
		"oci://GHCR.io/org/bundle":              {Registry: "ghcr.io", Repository: "org/bundle"},
		"oci://localhost:5000/a":                {Registry: "localhost:5000", Repository: "a"},
		"oci://[::1]:5000/a/b__c/d--e/f.g:tag":  {Registry: "[::1]:5000", Repository: "a/b__c/d--e/f.g", Tag: "tag"},
		"oci://h/r:" + strings.Repeat("t", 128): {Registry: "h", Repository: "r", Tag: strings.Repeat("t", 128)},
	} {
		got, err := ParseReference(s)
		if err != nil || got != want {
			t.Errorf("%s: %+v, %v; want %+v", s, got, err, want)
		}
		if again, err := ParseReference(got.String()); err != nil || again != got {
			t.Errorf("%s: written as %s and read back as %+v, %v", s, got, again, err)
		}
	}
}

func TestParseReferenceRefuses(t *testing.T) {
	for s, says := range map[string]string{
		"":                                      "no scheme",
		"ghcr.io/org/bundle:v1":                 "write oci:// before",
		"./bundle":                              "no scheme",
		"https://ghcr.io/org/bundle":            `the scheme "https"`,
		"oci://":                                "no host",
		"oci:///org/bundle":                     "no host",
		"oci://:5000/bundle":                    "no host",
		"oci://ghcr.io":                         "no repository",
		"oci://ghcr.io/":                        "no repository",
		"oci://ghcr.io/Org/Bundle:v1":           `write "org/bundle"`,
		"oci://ghcr.io/org//bundle":             "the repository",
		"oci://ghcr.io/org/bundle/":             "the repository",
		"oci://ghcr.io/org/_bundle":             "the repository",
		"oci://ghcr.io/org/bundle:":             "ends in a colon",
		"oci://ghcr.io/org/bundle:-v1":          `the tag "-v1"`,
		"oci://ghcr.io/org/bundle:a:b":          "the tag",
		"oci://ghcr.io/org/bundle:v1+build":     "the tag",
		"oci://gh cr.io/org/bundle":             "the invalid host",
		"oci://ghcr.io:port/org/bundle":         "the invalid host",
		"oci://ghcr.io/org/bundle@sha256:abc":   "not a digest",
		"oci://h/" + strings.Repeat("r", 254):   "longer than",
		"oci://h/r:" + strings.Repeat("t", 129): "the tag",
	} {
		_, err := ParseReference(s)
		wantError(t, err, errors.ErrCodeInvalidRequest, "reference", says)
	}
}

func TestReferencesNeverShowAPassword(t *testing.T) {
	for _, s := range []string{
		"oci://user:hunter2@ghcr.io/org/bundle:v1",
		"oci://user:pa/hunter2@ghcr.io/org/bundle",
		"https://user:hunter2@ghcr.io/x",
		"user:hunter2@ghcr.io/x",
		"oci://ghcr.io/org/bundle?token=hunter2",
		"oci://user:hunter2@",
		"oci://user:hunter2@ghcr.io/org/bundle@sha256:" + strings.Repeat("0", 64),
	} {
		for _, parse := range []func(string) (Reference, error){ParseReference, ParseSource} {
			_, err := parse(s)
			wantError(t, err, errors.ErrCodeInvalidRequest)
			if strings.Contains(err.Error(), "hunter2") {
				t.Errorf("%s: the error shows the password: %v", s, err)
			}
		}
	}
}

// A digest in an output reference is neither obeyed nor dropped.
func TestHazard38_ADigestInTheOutputIsRefused(t *testing.T) {
	for _, s := range []string{"oci://h/r@" + someDigest, "oci://h/r:v1@" + someDigest} {
		_, err := ParseReference(s)
		wantError(t, err, errors.ErrCodeInvalidRequest, someDigest, "write oci://h/r")
	}
	_, err := Push(t.Context(), Reference{Registry: "h", Repository: "r", Digest: someDigest}, version(t, 1), PushOptions{})
	wantError(t, err, errors.ErrCodeInvalidRequest, "digest")
}

func TestParseSource(t *testing.T) {
	for s, want := range map[string]Reference{
		"oci://h/r:v1":               {Registry: "h", Repository: "r", Tag: "v1"},
		"oci://h/r@" + someDigest:    {Registry: "h", Repository: "r", Digest: someDigest},
		"oci://h/r:v1@" + someDigest: {Registry: "h", Repository: "r", Tag: "v1", Digest: someDigest},
	} {
		if got, err := ParseSource(s); err != nil || got != want || got.String() != s {
			t.Errorf("%s: %+v, %v", s, got, err)
		}
	}
	_, err := ParseSource("oci://h/r")
	wantError(t, err, errors.ErrCodeInvalidRequest, "oci://h/r:TAG")
}

func FuzzParseReference(f *testing.F) {
	for _, s := range []string{"oci://ghcr.io/org/bundle:v1", "OCI://h:1/r", "oci://h/r@" + someDigest, "oci://u:p@h/r", "oci://[::1]/a//b:c@d", "x?y@z"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		r, err := ParseSource(s)
		if err != nil {
			if errors.CodeOf(err) != errors.ErrCodeInvalidRequest {
				t.Errorf("%q: %v", s, err)
			}
			return
		}
		if again, err := ParseSource(r.String()); err != nil || again != r {
			t.Errorf("%q: %+v is written as %s and read as %+v, %v", s, r, r, again, err)
		}
		if out, err := ParseReference(s); (err == nil) != (r.Digest == "") || err == nil && out != r {
			t.Errorf("%q: as an output %+v, %v", s, out, err)
		}
	})
}

func TestUnschemed(t *testing.T) {
	for s, want := range map[string]string{
		"ghcr.io/org/bundle:v1": "oci://ghcr.io/org/bundle:v1", "ghcr.io/org/bundle": "oci://ghcr.io/org/bundle", "localhost/a": "oci://localhost/a",
		"registry:5000/a": "oci://registry:5000/a", "10.0.0.1:5000/a": "oci://10.0.0.1:5000/a", "[::1]:5000/a": "oci://[::1]:5000/a",
		"ghcr.io/org/bundle@" + someDigest: "oci://ghcr.io/org/bundle@" + someDigest,
		"bundle":                           "", "bundles/a": "", "./ghcr.io/a": "", "../ghcr.io/a": "", "/ghcr.io/a": "", ".config.d/a": "", "v1.2/a": "", "ghcr.io": "", "ghcr.io/Org": "",
		"a:b/c": "", "oci://ghcr.io/org/bundle:v1": "", "https://ghcr.io/a": "", "git@github.com:org/repo": "", "-": "", "": "",
	} {
		r, ok := Unschemed(s)
		if got := r.String(); ok != (want != "") || ok && got != want {
			t.Errorf("%s: %s, %t; want %q", s, got, ok, want)
		}
	}
}

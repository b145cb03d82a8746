package oci

import (
	"context"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/aicr-flux/aicr/pkg/bundle"
	"github.com/aicr-flux/aicr/pkg/errors"
)

func TestPushAndPullBack(t *testing.T) {
	r := newRegistry(t)
	done := mustPush(t, r.ref("v1"), version(t, 1), PushOptions{Connection: plain(), Tags: []string{"latest", "v1"}})
	if !done.Uploaded || done.DerivedTag || !slices.Equal(done.Tagged, []string{"v1", "latest"}) {
		t.Errorf("%+v", done)
	}
	want := maps.Clone(small)
	want["README.md"] += "version 1\n"
	for _, ref := range []Reference{
		r.ref("v1"), r.ref("latest"), done.Reference,
		{Registry: r.host, Repository: "org/bundle", Digest: done.Digest},
	} {
		pulled := mustPull(t, ref, PullOptions{Connection: plain(), TempDir: t.TempDir()})
		if pulled.Digest != done.Digest || pulled.Reference.Digest != done.Digest {
			t.Errorf("%s: digest %s, want %s", ref, pulled.Digest, done.Digest)
		}
		if got := contents(t, pulled.Files); !maps.Equal(got, want) {
			t.Errorf("%s: pulled %q", ref, got)
		}
		if pulled.Meta.Version != "v1.2.3" || pulled.Meta.Source != "https://example.com/recipe" || pulled.Meta.Title != "a bundle" {
			t.Errorf("%s: meta %+v", ref, pulled.Meta)
		}
		// What was pulled is packed as what it was.
		again, err := Pack(t.Context(), pulled.Files, PackOptions{Meta: pulled.Meta})
		if err != nil {
			t.Fatal(err)
		}
		if again.Digest() != done.Digest {
			t.Errorf("%s: packed again it is %s", ref, again.Digest())
		}
		again.Close()
	}
}

// Only what the bundle's own list names is packed, whatever lies beside it.
func TestHazard35_OnlyTheBundlesOwnFilesArePushed(t *testing.T) {
	r := newRegistry(t)
	dir := filepath.Join(t.TempDir(), "bundle")
	if _, err := bundle.Write(t.Context(), dir, set(t, small), bundle.WriteOptions{Checksums: true, Owner: "kustomization.yaml"}); err != nil {
		t.Fatal(err)
	}
	clean := readDir(t, dir)
	for _, name := range []string{".env", "alpha/old-release.yaml", ".git/config"} {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte("SECRET=1"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	a := pack(t, readDir(t, dir))
	if b := pack(t, clean); a.Digest() != b.Digest() {
		t.Error("foreign files change the artifact")
	}
	mustPush(t, r.ref("v1"), a, PushOptions{Connection: plain()})
	pulled := mustPull(t, r.ref("v1"), PullOptions{Connection: plain()})
	if got := contents(t, pulled.Files); !maps.Equal(got, small) {
		t.Errorf("pulled %q", got)
	}
}

func readDir(t testing.TB, dir string) *bundle.Files {
	t.Helper()
	files, err := bundle.Read(t.Context(), os.DirFS(dir), "kustomization.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// Each reference that is handed out can be pulled by anybody, as it is.
func TestHazard37_ImageReferencesCanBePulled(t *testing.T) {
	r := newRegistry(t)
	a := version(t, 1)
	done := mustPush(t, r.ref(""), a, PushOptions{Connection: plain(), Tags: []string{"stable"}})
	if !done.DerivedTag || done.Reference.Tag != a.DefaultTag() || !strings.HasPrefix(a.DefaultTag(), "sha256-") || len(a.DefaultTag()) != 19 {
		t.Errorf("the derived tag is %q: %+v", a.DefaultTag(), done)
	}
	want := []string{
		r.host + "/org/bundle:" + a.DefaultTag() + "@" + a.Digest(),
		r.host + "/org/bundle:stable@" + a.Digest(),
	}
	if !slices.Equal(done.Images, want) {
		t.Errorf("images %q, want %q", done.Images, want)
	}
	for _, image := range done.Images {
		ref, err := ParseSource(Scheme + image)
		if err != nil {
			t.Fatal(err)
		}
		mustPull(t, ref, PullOptions{Connection: plain()})
		// The tag stands too, not only the digest.
		ref.Digest = ""
		if mustPull(t, ref, PullOptions{Connection: plain()}).Digest != done.Digest {
			t.Errorf("%s is something else", ref)
		}
	}
}

func TestTheSecondPushUploadsNothing(t *testing.T) {
	r := newRegistry(t)
	o := PushOptions{Connection: plain(), Tags: []string{"latest"}}
	mustPush(t, r.ref("v1"), version(t, 1), o)
	if r.count(writes...) == 0 {
		t.Fatal("the first push wrote nothing")
	}
	done := mustPush(t, r.ref("v1"), version(t, 1), o)
	if n := r.count(writes...); n != 0 || done.Uploaded || len(done.Tagged) != 0 {
		t.Errorf("the second push wrote %d times: %+v", n, done)
	}
	// Another tag is one small request, whichever tags there are.
	done = mustPush(t, r.ref("v2"), version(t, 1), PushOptions{Connection: plain()})
	if n := r.count(writes...); n != 1 || done.Uploaded || !slices.Equal(done.Tagged, []string{"v2"}) {
		t.Errorf("another tag wrote %d times: %+v", n, done)
	}
}

func TestATagIsMovedOnlyByForce(t *testing.T) {
	r := newRegistry(t)
	first, second := version(t, 1), version(t, 2)
	mustPush(t, r.ref("v1"), first, PushOptions{Connection: plain(), Tags: []string{"stable"}})
	r.count()
	_, err := Push(t.Context(), r.ref("v2"), second, PushOptions{Connection: plain(), Tags: []string{"stable", "v1"}})
	wantError(t, err, errors.ErrCodeConflict, `"stable"`, `"v1"`, first.Digest(), second.Digest(), "`Force`")
	if n := r.count(writes...); n != 0 || strings.Contains(r.tags(t), "v2") {
		t.Errorf("a refused push wrote %d times; tags: %s", n, r.tags(t))
	}
	done := mustPush(t, r.ref("v2"), second, PushOptions{Connection: plain(), Tags: []string{"stable"}, Force: true})
	if got := mustPull(t, r.ref("stable"), PullOptions{Connection: plain()}).Digest; got != done.Digest {
		t.Errorf("stable is %s", got)
	}
	if got := mustPull(t, r.ref("v1"), PullOptions{Connection: plain()}).Digest; got != first.Digest() {
		t.Errorf("v1 is %s", got)
	}
}

// One tag that points to this artifact does not hide that another one points to something else.
func TestAConflictCountsBesideATagThatFits(t *testing.T) {
	r := newRegistry(t)
	first, second := version(t, 1), version(t, 2)
	mustPush(t, r.ref("v1"), first, PushOptions{Connection: plain()})
	mustPush(t, r.ref("stable"), second, PushOptions{Connection: plain()})
	for _, c := range []struct{ ref, also string }{{"v1", "stable"}, {"stable", "v1"}} {
		r.count()
		_, err := Push(t.Context(), r.ref(c.ref), first, PushOptions{Connection: plain(), Tags: []string{c.also, "new"}})
		wantError(t, err, errors.ErrCodeConflict, `tag "stable"`, second.Digest())
		if n := r.count(writes...); n != 0 || strings.Contains(r.tags(t), "new") {
			t.Errorf("a refused push wrote %d times; tags: %s", n, r.tags(t))
		}
	}
}

// Somebody who is quicker than a long upload wins.
func TestATagThatAppearsMeanwhileIsKept(t *testing.T) {
	r := newRegistry(t)
	theirs := version(t, 2)
	r.setFault(func(_ http.ResponseWriter, req *http.Request) bool {
		if req.Method == http.MethodPost {
			r.setFault(nil)
			mustPush(t, r.ref("v1"), theirs, PushOptions{Connection: plain()})
		}
		return false
	})
	_, err := Push(t.Context(), r.ref("v1"), version(t, 1), PushOptions{Connection: plain()})
	wantError(t, err, errors.ErrCodeConflict, theirs.Digest())
}

func TestPushRefusesWrongRequests(t *testing.T) {
	a := version(t, 1)
	for name, c := range map[string]struct {
		ref  Reference
		o    PushOptions
		says string
	}{
		"tag":        {Reference{Registry: "h", Repository: "r"}, PushOptions{Tags: []string{"a b", "-c"}}, `"-c"`},
		"repository": {Reference{Registry: "h", Repository: "R"}, PushOptions{}, "upper-case"},
		"no host":    {Reference{Repository: "r"}, PushOptions{}, "host"},
		"CA file":    {Reference{Registry: "h", Repository: "r"}, PushOptions{Connection: Connection{CAFile: "none.pem"}}, "`CAFile`"},
		"CA content": {Reference{Registry: "h", Repository: "r"}, PushOptions{Connection: Connection{CAFile: "push_test.go"}}, "PEM"},
		"plain TLS":  {Reference{Registry: "h", Repository: "r"}, PushOptions{Connection: Connection{PlainHTTP: true, InsecureTLS: true}}, "`PlainHTTP`"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Push(t.Context(), c.ref, a, c.o)
			wantError(t, err, errors.ErrCodeInvalidRequest, c.says)
		})
	}
}

func TestCancellingStopsAndLeavesNoTag(t *testing.T) {
	for _, method := range []string{http.MethodHead, http.MethodPost, http.MethodPut} {
		t.Run(method, func(t *testing.T) {
			r := newRegistry(t)
			ctx, cancel := context.WithCancel(t.Context())
			r.setFault(func(_ http.ResponseWriter, req *http.Request) bool {
				if req.Method != method {
					return false
				}
				cancel()
				r.hang(req)
				return true
			})
			// The registry never answers, so that only the context ends this.
			_, err := Push(ctx, r.ref("v1"), version(t, 1), PushOptions{Connection: plain()})
			if errors.ExitStatus(err) != 1 {
				t.Errorf("error %v", err)
			}
			if tags := r.tags(t); tags != "" {
				t.Errorf("there are tags: %s", tags)
			}
		})
	}
}

func TestProgress(t *testing.T) {
	r := newRegistry(t)
	a := pack(t, large(t, 8<<20))
	var steps []string
	var last Progress
	o := PushOptions{Connection: plain()}
	o.Progress = func(p Progress) {
		if p.Done > p.Total || p.Step == last.Step && p.Done < last.Done {
			t.Errorf("%+v after %+v", p, last)
		}
		if p.Step != last.Step {
			steps = append(steps, p.Step)
		}
		last = p
	}
	mustPush(t, r.ref("v1"), a, o)
	want := []string{"checking tags", "pushing layer", "pushing config", "pushing manifest", "checking tags", "setting tag v1"}
	if !slices.Equal(steps, want) {
		t.Errorf("steps %q, want %q", steps, want)
	}
}

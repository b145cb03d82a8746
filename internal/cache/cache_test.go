package cache_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/aicr-flux/aicr/internal/cache"
)

type pin struct{ SHA256 string }

func TestAStoreGivesBackWhatItGot(t *testing.T) {
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	s, err := cache.Open("things")
	if err != nil || string(s) != filepath.Join(os.Getenv("XDG_CACHE_HOME"), "aicr", "things") {
		t.Fatalf("%s, %v", s, err)
	}
	content := []byte("content")
	sum := cache.Sum(content)
	var got pin
	if s.Pin("a", &got) {
		t.Error("an empty store has something")
	}
	if err := s.Put("a", pin{sum}, content); err != nil {
		t.Fatal(err)
	}
	if !s.Pin("a", &got) || got.SHA256 != sum || s.Pin("b", &got) {
		t.Errorf("%+v", got)
	}
	if data, ok := s.Blob(sum, 7); !ok || string(data) != "content" {
		t.Errorf("%q", data)
	}
	for _, other := range []string{"", "../../x", cache.Sum(nil)} {
		if _, ok := s.Blob(other, 7); ok {
			t.Errorf("there is something at %q", other)
		}
	}
	if _, ok := s.Blob(sum, 6); ok {
		t.Error("more is read than may be")
	}
	if err := os.WriteFile(filepath.Join(string(s), "blobs", "sha256", sum), []byte("contenT"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, ok := s.Blob(sum, 7); ok {
		t.Error("other content is taken for it")
	}
	s.Drop("a", sum)
	if entries, _ := filepath.Glob(filepath.Join(string(s), "*", "*", "*")); s.Pin("a", &got) || len(entries) != 0 {
		t.Errorf("what was dropped is there: %v", entries)
	}
}

func TestTheEmptyStoreKeepsNothing(t *testing.T) {
	t.Chdir(t.TempDir())
	var s cache.Store
	if err := s.Put("a", pin{}, []byte("content")); err != nil {
		t.Error(err)
	}
	s.Drop("a", cache.Sum([]byte("content")))
	if _, ok := s.Blob(cache.Sum([]byte("content")), 7); ok || s.Pin("a", &pin{}) {
		t.Error("it has something")
	}
	if entries, _ := os.ReadDir("."); len(entries) != 0 {
		t.Errorf("%v", entries)
	}
}

package datasource

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/aicr-flux/aicr/pkg/component"
	"github.com/aicr-flux/aicr/pkg/config"
	"github.com/aicr-flux/aicr/pkg/errors"
)

// TestWhereDataAreInAnArchive: a name per layout, and the file that "values.yaml" then is.
func TestWhereDataAreInAnArchive(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		repo  bool
		dir   string
		files []string
		want  string
	}{
		"a repository with recipes":    {true, "", []string{"r-1/values.yaml", "r-1/registry.yaml", "r-1/recipes/values.yaml"}, "r-1/recipes/values.yaml"},
		"a repository without":         {true, "", []string{"r-1/values.yaml", "r-1/components/values.yaml"}, "r-1/values.yaml"},
		"its root":                     {true, ".", []string{"r-1/values.yaml", "r-1/recipes/values.yaml"}, "r-1/values.yaml"},
		"a directory of it":            {true, "a/b", []string{"r-1/values.yaml", "r-1/a/b/values.yaml", "r-1/recipes/x"}, "r-1/a/b/values.yaml"},
		"a repository named recipes":   {true, "", []string{"recipes/values.yaml", "recipes/a"}, "recipes/values.yaml"},
		"of a checkout":                {false, "", []string{"values.yaml", "recipes/values.yaml"}, "recipes/values.yaml"},
		"of a checkout, with its name": {false, "", []string{"aicr/values.yaml", "aicr/recipes/values.yaml"}, "aicr/recipes/values.yaml"},
		"of data":                      {false, "", []string{"values.yaml", "registry.yaml"}, "values.yaml"},
		"of data, with ./":             {false, "", []string{"./values.yaml", "./components/a/values.yaml"}, "./values.yaml"},
		"of the directory recipes":     {false, "", []string{"recipes/values.yaml", "recipes/registry.yaml"}, "recipes/values.yaml"},
		"of a directory of data":       {false, "", []string{"mine/values.yaml", "mine/registry.yaml"}, "mine/values.yaml"},
		"of a directory with nothing":  {false, "", []string{"mine/values.yaml", "mine/x"}, ""},
		"of components alone":          {false, "", []string{"components/values.yaml", "components/x"}, ""},
		"of data with a file besides":  {false, "", []string{"mine/values.yaml", "mine/registry.yaml", "x"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var items []item
			for _, file := range c.files {
				items = append(items, item{name: file, text: file})
			}
			fsys, err := unpack(t.Context(), pack(t, items...), c.repo, c.dir, limits{})
			if err != nil {
				t.Fatal(err)
			}
			got, err := fs.ReadFile(fsys, "values.yaml")
			if string(got) != c.want || (err == nil) != (c.want != "") {
				t.Errorf("%q, %v", got, err)
			}
		})
	}
}

func TestAnArchiveIsAFileSystem(t *testing.T) {
	t.Parallel()
	fsys, err := unpack(t.Context(), repo(t, "a: 1"), true, "", limits{})
	if err != nil {
		t.Fatal(err)
	}
	if err := fstest.TestFS(fsys, "registry.yaml", "components/a/values.yaml"); err != nil {
		t.Error(err)
	}
}

// bomb is an archive of n bytes of zeros in one file.
func bomb(t *testing.T, n int64) []byte {
	t.Helper()
	var packed bytes.Buffer
	z, err := gzip.NewWriterLevel(&packed, gzip.BestSpeed)
	if err != nil {
		t.Fatal(err)
	}
	w := tar.NewWriter(z)
	if err := w.WriteHeader(&tar.Header{Name: "data/registry.yaml", Typeflag: tar.TypeReg, Size: n}); err != nil {
		t.Fatal(err)
	}
	if _, err := io.CopyN(w, zeros{}, n); err != nil {
		t.Fatal(err)
	}
	_ = w.Close()
	_ = z.Close()
	return packed.Bytes()
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { return len(p), nil }

// TestHazard73_HostileArchivesOfDataAreRefused, and nothing of them is read.
func TestHazard73_HostileArchivesOfDataAreRefused(t *testing.T) {
	t.Parallel()
	good := pack(t, item{name: "registry.yaml", text: strings.Repeat("a", 4096)})
	broken := bytes.Clone(good)
	broken[len(broken)-6] ^= 0xff // gzip's checksum
	many := func(n int) (items []item) {
		for i := range n {
			items = append(items, item{name: fmt.Sprintf("d%d/", i), kind: tar.TypeDir})
		}
		return items
	}
	for name, c := range map[string]struct {
		packed []byte
		want   string
	}{
		"no archive":      {[]byte("<!DOCTYPE html>"), "it is not a gzip archive; name a .tar.gz"},
		"empty":           {nil, "it is not a gzip archive"},
		"cut":             {good[:len(good)/2], "it cannot be read: unexpected EOF"},
		"checksum":        {broken, "it cannot be read: gzip: invalid checksum"},
		"nothing":         {pack(t), "it holds no file"},
		"directories":     {pack(t, item{name: "a/", kind: tar.TypeDir}), "it holds no file"},
		"absolute":        {pack(t, item{name: "/etc/passwd"}), `its entry "/etc/passwd" leads out of it`},
		"leaving":         {pack(t, item{name: "a/../../x"}), `its entry "a/../../x" leads out of it`},
		"leaving link":    {pack(t, item{name: "../x", kind: tar.TypeSymlink, link: "a"}), `its entry "../x" leads out of it`},
		"backslash":       {pack(t, item{name: `a\..\..\x`}), "has a path that systems read differently"},
		"control":         {pack(t, item{name: "a\x1b[2J"}), "has a path that systems read differently"},
		"not UTF-8":       {pack(t, item{name: "registry.yaml"}, item{name: "a\x1fb"}), "has a path that systems read differently"},
		"twice":           {pack(t, item{name: "registry.yaml", text: "a"}, item{name: "./registry.yaml", text: "b"}), "is there twice"},
		"in another case": {pack(t, item{name: "registry.yaml", text: "a"}, item{name: "Registry.yaml", text: "b"}), "differs only in case"},
		"file and dir":    {pack(t, item{name: "registry.yaml", text: "a"}, item{name: "registry.yaml/b", text: "b"}), `"registry.yaml"`},
		"many entries":    {pack(t, many(1001)...), "it holds more than 1000 entries, the limit"},
		"a bomb":          {bomb(t, 4<<20), "it unpacks to more than 4 MiB, the limit"},
		"too much in all": {pack(t, item{name: "components/1", text: strings.Repeat("x", 1<<20)}, item{name: "components/2", text: strings.Repeat("x", 1<<20)}), "its data unpack to more than 1 MiB, the limit"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := unpack(t.Context(), c.packed, false, "", limits{unpacked: 4 << 20, data: 3 << 19, entries: 1000})
			fails(t, err, errors.ErrCodeInvalidRequest, c.want)
		})
	}
	_, err := unpack(t.Context(), pack(t, item{name: "a/x"}, item{name: "b/x"}), true, "", limits{})
	fails(t, err, errors.ErrCodeInvalidRequest, "it is not the archive of a repository")
	_, err = unpack(t.Context(), pack(t, item{name: "a/b"}, item{name: "a/bc/d"}), true, "b", limits{})
	fails(t, err, errors.ErrCodeNotFound, `it has no directory "b"`)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := unpack(ctx, good, false, "", limits{}); err == nil {
		t.Error("a reading that was ended goes on")
	}
}

// TestWhatIsNoFileInAnArchiveIsNotRead: an archive may hold what no recipe names, and a recipe that
// names it is told why it is not read.
func TestWhatIsNoFileInAnArchiveIsNotRead(t *testing.T) {
	t.Parallel()
	fsys, err := unpack(t.Context(), pack(t, item{name: "registry.yaml", text: "a"},
		item{name: "link", kind: tar.TypeSymlink, link: "/etc/passwd"}, item{name: "dir", kind: tar.TypeSymlink, link: "."}, item{name: "hard", kind: tar.TypeLink, link: "registry.yaml"},
		item{name: "null", kind: tar.TypeChar}, item{name: "pipe", kind: tar.TypeFifo}, item{name: "large", text: strings.Repeat("x", config.MaxDataFile+1)},
		item{name: "full", text: strings.Repeat("x", config.MaxDataFile)}), false, "", limits{})
	if err != nil {
		t.Fatal(err)
	}
	s := &Source{Root: component.Root{Name: "archive", FS: fsys}}
	for name, want := range map[string]string{
		"link": "it is a link, and links in an archive are not followed", "dir/registry.yaml": "it is a link", "hard": "it is a link",
		"null": "it is not a regular file", "pipe": "it is not a regular file", "large": "it is larger than a data file may be",
	} {
		got, err := read(s, name)
		fails(t, err, errors.ErrCodeInvalidRequest, want)
		if got != "" {
			t.Errorf("%s is read", name)
		}
	}
	if got, err := read(s, "full"); err != nil || len(got) != config.MaxDataFile {
		t.Error(err)
	}
	_, err = read(s, "missing")
	fails(t, err, errors.ErrCodeNotFound, `"missing" is not in the data: archive`)
}

// FuzzUnpack: whatever is read has plain paths and files of bounded size.
func FuzzUnpack(f *testing.F) {
	tarOf := func(items ...item) []byte {
		z, err := gzip.NewReader(bytes.NewReader(pack(f, items...)))
		if err != nil {
			f.Fatal(err)
		}
		data, err := io.ReadAll(z)
		if err != nil {
			f.Fatal(err)
		}
		return data
	}
	f.Add(tarOf(item{name: "registry.yaml", text: "a"}), false, "")
	f.Add(tarOf(item{name: "r/recipes/a", text: "a"}, item{name: "r/l", kind: tar.TypeSymlink, link: "/"}), true, "recipes")
	f.Add(tarOf(item{name: "../a"}, item{name: strings.Repeat("a/", 200) + "b", text: "b"}), true, ".")
	f.Fuzz(func(t *testing.T, plain []byte, repo bool, dir string) {
		if dir != "" && !fs.ValidPath(dir) || !repo && dir != "" {
			return
		}
		var packed bytes.Buffer // the fuzzer would not get past gzip's checksum
		z := gzip.NewWriter(&packed)
		_, _ = z.Write(plain)
		_ = z.Close()
		fsys, err := unpack(t.Context(), packed.Bytes(), repo, dir, limits{unpacked: 1 << 20})
		if err != nil {
			return
		}
		err = fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			info, err := d.Info()
			if err == nil && (!fs.ValidPath(name) || !d.IsDir() && (!info.Mode().IsRegular() || info.Size() > config.MaxDataFile)) {
				t.Errorf("%q: %v", name, info)
			}
			return err
		})
		if err != nil && !strings.Contains(err.Error(), "it is") {
			t.Error(err)
		}
	})
}

package aicr

import (
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"io/fs"
	"maps"
	"slices"

	"github.com/aicr-flux/aicr/internal/datasource"
	"github.com/aicr-flux/aicr/pkg/bundle"
)

// witness notes which files are read from a data root, for the record of how the bundle was made.
type witness struct {
	dir string
	// remote says that dir is no path, and archive is the digest of the archive, if it is one.
	remote  bool
	archive string
	// ofRecipe says that it is the directory of the recipe, and was not named.
	ofRecipe bool

	fsys fs.FS
	read map[string]hash.Hash
}

// watch returns a witness that stands before the source.
func watch(s *datasource.Source) witness {
	return witness{dir: s.Name, remote: s.Reference.Remote(), archive: s.Digest, fsys: s.FS, read: map[string]hash.Hash{}}
}

// Open implements fs.FS.
func (w witness) Open(name string) (fs.File, error) {
	f, err := w.fsys.Open(name)
	if err != nil {
		return nil, err
	}
	return witnessed{f, func(sum hash.Hash) { w.read[name] = sum }, sha256.New()}, nil
}

// Stat implements fs.StatFS, so that what is only looked at is not opened.
func (w witness) Stat(name string) (fs.FileInfo, error) { return fs.Stat(w.fsys, name) }

type witnessed struct {
	fs.File
	note func(hash.Hash)
	sum  hash.Hash
}

func (f witnessed) Read(p []byte) (int, error) {
	n, err := f.File.Read(p)
	f.sum.Write(p[:n])
	f.note(f.sum)
	return n, err
}

// digest is the SHA-256 of the list of the files that were read, in the form of checksums.txt.
func (w witness) digest() string {
	sums := bundle.Checksums{}
	for _, name := range slices.Sorted(maps.Keys(w.read)) {
		sums = append(sums, bundle.Checksum{Path: name, SHA256: hex.EncodeToString(w.read[name].Sum(nil))})
	}
	sum := sha256.Sum256(sums.Bytes())
	return "sha256:" + hex.EncodeToString(sum[:])
}

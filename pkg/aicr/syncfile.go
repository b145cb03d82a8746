package aicr

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path"
	"regexp"
	"strings"

	"github.com/aicr-flux/aicr/internal/yamldoc"
	"github.com/aicr-flux/aicr/pkg/deployer"
	"github.com/aicr-flux/aicr/pkg/errors"
)

// maxSyncFile is far more than a file of Sync ever has.
const maxSyncFile = 1 << 20

// seal is the first line of a file of Sync, by which a later run tells its own file from one of
// somebody else, and from one that was edited.
var seal = regexp.MustCompile(`^# Written by aicr; what follows has the digest sha256:([0-9a-f]{64})\n`)

// sealed puts the seal in front of the content.
func sealed(content []byte) []byte {
	sum := sha256.Sum256(content)
	return append([]byte("# Written by aicr; what follows has the digest sha256:"+hex.EncodeToString(sum[:])+"\n"), content...)
}

// owned is what a file of Sync says before it is written again.
type owned struct {
	// Kustomization and Path are those of the object that applies the bundle; empty where there is
	// no file yet.
	Kustomization, Path string
	// Artifact is the address of the OCIRepository; empty where the bundle comes from Git.
	Artifact string
	// Source is what the file brings besides, as kubectl calls it: gitrepository/NAME or
	// ocirepository/NAME.
	Source string
}

// owned reads the file that will be written. One of somebody else, or one that was edited, is a
// conflict; force gives up an edit.
func (s *Sync) owned(force bool) (o owned, err error) {
	info, err := os.Stat(s.File)
	if s.File == "" || err != nil || !info.Mode().IsRegular() {
		return o, nil // it is made, or it is no place where something is kept, such as /dev/stdout
	}
	foreign := errors.New(errors.ErrCodeConflict, "`Sync` %s is a file that aicr did not write, so nothing was written; move it, or name another file", s.File)
	if info.Size() > maxSyncFile {
		return o, foreign
	}
	data, err := os.ReadFile(s.File)
	if err != nil {
		return o, errors.Invalid("`Sync` %s cannot be read: %s; check its permissions", s.File, errors.Reason(err))
	}
	m := seal.FindSubmatch(data)
	if m == nil {
		return o, foreign
	}
	content := data[len(m[0]):]
	if sum := sha256.Sum256(content); hex.EncodeToString(sum[:]) != string(m[1]) && !force {
		return o, errors.New(errors.ErrCodeConflict, "`Sync` %s was edited since it was generated, so nothing was written; move or revert it, or set `Force` to overwrite it", s.File)
	}
	return ownedIn(content), nil
}

// ownedIn finds the Kustomization among the objects.
func ownedIn(content []byte) (o owned) {
	docs, _ := yamldoc.ParseAll(content)
	for _, doc := range docs {
		var object struct {
			Kind     string `json:"kind"`
			Metadata struct {
				Name string `json:"name"`
			} `json:"metadata"`
			Spec struct {
				Path string `json:"path"`
				URL  string `json:"url"`
			} `json:"spec"`
		}
		_, _ = yamldoc.Decode(doc, &object, yamldoc.Options{Unknown: yamldoc.Ignore})
		switch object.Kind {
		case "Kustomization":
			o.Kustomization, o.Path = object.Metadata.Name, object.Spec.Path
		case "OCIRepository":
			o.Artifact, o.Source = object.Spec.URL, "ocirepository/"+object.Metadata.Name
		case "GitRepository":
			o.Source = "gitrepository/" + object.Metadata.Name
		}
	}
	return o
}

// retire says what to do about the source of before, which kubectl leaves in the cluster. It goes on
// to hold what it last brought, and Flux would apply that at first where a later file names it again.
func (o owned) retire(now *deployer.Synced) []string {
	source := ownedIn(now.YAML).Source
	if o.Source == "" || o.Source == source {
		return nil
	}
	return []string{fmt.Sprintf("When it is applied, delete the source of before unless something else uses it: kubectl -n %s delete %s", now.Namespace, o.Source)}
}

// change says what writing the file would change.
func (s *Sync) change(synced *deployer.Synced) *deployer.SyncFile {
	f := &deployer.SyncFile{File: s.File, State: deployer.Added, Kustomization: synced.Kustomization}
	if !synced.OCI() {
		f.Path = "./" + strings.TrimPrefix(path.Clean("/"+synced.Path), "/")
	}
	if info, err := os.Stat(s.File); err == nil && info.Mode().IsRegular() {
		f.State = deployer.Changed
		if was, err := os.ReadFile(s.File); err == nil && bytes.Equal(was, sealed(synced.YAML)) {
			f.State = deployer.Unchanged
		}
	}
	return f
}

// write writes the file, unless it is what it was.
func (s *Sync) write(synced *deployer.Synced) (*deployer.SyncFile, error) {
	f := s.change(synced)
	if f.State == deployer.Unchanged {
		return f, nil
	}
	return f, writeFile(s.File, sealed(synced.YAML))
}

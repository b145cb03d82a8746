package docs

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"

	"github.com/google/go-containerregistry/pkg/name"
	"oras.land/oras-go/v2"
	"oras.land/oras-go/v2/content/oci"
	"oras.land/oras-go/v2/registry/remote"
)

// copiers copy between registries, and into a directory and back.
var copiers = []usage{
	{command: "cp", switches: "r|recursive to-oci-layout from-oci-layout", args: 2, do: func(c call) error {
		from, fromTag, err := c.target(c.args[0], c.flags.Changed("from-oci-layout"))
		if err != nil {
			return err
		}
		to, toTag, err := c.target(c.args[1], c.flags.Changed("to-oci-layout"))
		if err != nil {
			return err
		}
		_, err = oras.Copy(context.Background(), from, fromTag, to, toTag, oras.DefaultCopyOptions)
		return err
	}},
	{command: "copy", args: 2, do: func(c call) error { return references(c.args...) }},
}

// target is a repository of a registry, or an OCI layout, and the tag in it.
func (c call) target(at string, isLayout bool) (oras.Target, string, error) {
	if isLayout {
		dir, tag, _ := strings.Cut(at, ":")
		store, err := oci.New(c.path(dir))
		return store, tag, err
	}
	repository, err := remote.NewRepository(at)
	if err != nil {
		return nil, "", err
	}
	repository.Client = &http.Client{Transport: c.net.transport()}
	return repository, repository.Reference.Reference, nil
}

// references wants references to images, which no registry here has.
func references(texts ...string) error {
	for _, text := range texts {
		if _, err := name.ParseReference(text, name.StrictValidation); err != nil {
			return err
		}
	}
	return nil
}

// skopeo copies an image into a directory, and only from a directory that is there. Like the real
// one it takes no reference with a tag and a digest.
var skopeo = []usage{{command: "copy", switches: "all preserve-digests", args: 2, do: func(c call) error {
	for i, at := range c.args {
		if image, ok := strings.CutPrefix(at, "docker://"); ok {
			if err := references(image); err != nil {
				return err
			}
			if tagged, _, both := strings.Cut(image, "@"); both && strings.Contains(filepath.Base(tagged), ":") {
				return fmt.Errorf("a reference with both a tag and digest is currently not supported: %s", image)
			}
			continue
		}
		dir, ok := strings.CutPrefix(at, "dir:")
		if !ok {
			return fmt.Errorf("%s: no transport", at)
		}
		if err := c.exists(filepath.Dir(dir)); err != nil {
			return err
		}
		if i == 0 {
			if err := c.exists(dir); err != nil {
				return err
			}
		} else if err := os.MkdirAll(c.path(dir), 0o755); err != nil {
			return err
		}
	}
	return nil
}}}

var hauler = []usage{{command: "store sync", flags: "f|filename", do: func(c call) error { return c.exists(c.list("filename")...) }}}

var zarf = []usage{{command: "package create", args: 1, do: func(c call) error { return c.exists(filepath.Join(c.args[0], "zarf.yaml")) }}}

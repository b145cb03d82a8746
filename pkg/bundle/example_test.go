package bundle_test

import (
	"context"
	"fmt"
	"os"

	"github.com/aicr-flux/aicr/pkg/bundle"
)

// A later run removes what it has no more, and only that.
func ExampleWrite() {
	dir, err := os.MkdirTemp("", "bundle")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	o := bundle.WriteOptions{Checksums: true, Owner: "kustomization.yaml"}
	for _, paths := range [][]string{{"kustomization.yaml", "old/helmrelease.yaml"}, {"kustomization.yaml"}} {
		var files bundle.Files
		for _, path := range paths {
			if err := files.Add(path, []byte("# "+path+"\n")); err != nil {
				fmt.Println(err)
				return
			}
		}
		written, err := bundle.Write(context.Background(), dir, &files, o)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(len(written.Files), "files, removed", written.Removed)
	}
	// Output:
	// 3 files, removed []
	// 2 files, removed [old/helmrelease.yaml]
}

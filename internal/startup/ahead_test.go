package startup

import (
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"testing"

	"github.com/aicr-flux/aicr/pkg/component"
)

func TestRegistryFile(t *testing.T) {
	if registryFile != component.RegistryFile {
		t.Errorf("the registry is %s, not %s", component.RegistryFile, registryFile)
	}
}

// What a run is going to parse is parsed, whichever way its flags are written.
func TestAhead(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, file := range []string{"recipe.yaml", "dir/recipe.yaml", "dir/registry.yaml", "data/registry.yaml"} {
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(file), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, test := range []struct{ args, want []string }{
		{nil, nil},
		{[]string{"-r", "recipe.yaml", "-o", "out", "--force"}, []string{"recipe.yaml"}},
		{[]string{"--recipe=dir/recipe.yaml", "--data", "data"}, []string{"dir/recipe.yaml", "dir/registry.yaml", "data/registry.yaml"}},
		{[]string{"-r", "-", "--data=data", "-o=oci://host/a.yaml"}, []string{"data/registry.yaml"}},
		{[]string{"-r", "https://host/recipe.yaml"}, nil},
	} {
		var got []string
		ahead(test.args, func(fsys fs.FS, name string) {
			if text, err := fs.ReadFile(fsys, name); err == nil {
				got = append(got, string(text))
			}
		})
		if !slices.Equal(got, test.want) {
			t.Errorf("ahead(%q) parses %q, want %q", test.args, got, test.want)
		}
	}
}

// All processors are there when main has begun, and for a bundle before.
func TestStartAndEnd(t *testing.T) {
	const all = 3
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(all))
	defer debug.SetGCPercent(debug.SetGCPercent(100))
	defer func(n int) { processors = n }(processors)
	for _, test := range []struct {
		args   []string
		before int
	}{
		{[]string{"aicr"}, 1},
		{[]string{"aicr", "verify", "bundle"}, 1},
		{[]string{"aicr", "bundle"}, all},
	} {
		processors = start(test.args)
		if before := runtime.GOMAXPROCS(0); before != test.before {
			t.Errorf("start(%q) leaves %d processors", test.args, before)
		}
		End()
		if runtime.GOMAXPROCS(0) != all {
			t.Errorf("start(%q): %d processors are left of %d", test.args, runtime.GOMAXPROCS(0), all)
		}
	}
}

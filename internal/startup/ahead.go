package startup

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// registryFile is component.RegistryFile; its package would be initialised too late.
const registryFile = "registry.yaml"

// ahead parses the recipe and the registry, one after the other: two goroutines
// would take turns with the initialisation. Whoever asks for them later finds
// them parsed. It guesses from the arguments what these files are: a file of YAML
// is the recipe, and anything else may be a directory with a registry.
func ahead(args []string, parse func(fsys fs.FS, name string)) {
	var dirs []string
	for _, arg := range args {
		if flag, value, ok := strings.Cut(arg, "="); ok && strings.HasPrefix(flag, "-") {
			arg = value
		}
		switch {
		case strings.HasPrefix(arg, "-") || strings.Contains(arg, "://"):
		case strings.HasSuffix(arg, ".yaml"):
			parse(os.DirFS(filepath.Dir(arg)), filepath.Base(arg))
			dirs = append(dirs, filepath.Dir(arg))
		default:
			dirs = append(dirs, arg)
		}
	}
	for _, dir := range dirs {
		// As a data root: no symbolic link leads out of it.
		if root, err := os.OpenRoot(dir); err == nil {
			parse(root.FS(), registryFile)
			_ = root.Close()
		}
	}
}

package oci

import (
	"cmp"
	"os"
	"path/filepath"
	"runtime"
	"slices"
)

// CredentialFiles returns the files that docker and helm keep their logins in, strongest first:
// $DOCKER_CONFIG/config.json or ~/.docker/config.json, then $HELM_REGISTRY_CONFIG or
// registry/config.json in Helm's config directory.
func CredentialFiles(getenv func(string) string) []string {
	home := getenv("HOME")
	if home == "" {
		home, _ = os.UserHomeDir()
	}
	below := func(dir string, path ...string) string {
		if dir == "" {
			return ""
		}
		return filepath.Join(dir, filepath.Join(path...))
	}
	config := below(home, ".config", "helm")
	switch runtime.GOOS {
	case "darwin":
		config = below(home, "Library", "Preferences", "helm")
	case "windows":
		config = below(getenv("APPDATA"), "helm")
	}
	files := []string{
		below(cmp.Or(getenv("DOCKER_CONFIG"), below(home, ".docker")), "config.json"),
		cmp.Or(getenv("HELM_REGISTRY_CONFIG"),
			below(cmp.Or(getenv("HELM_CONFIG_HOME"), below(getenv("XDG_CONFIG_HOME"), "helm"), config), "registry", "config.json")),
	}
	return slices.DeleteFunc(files, func(file string) bool { return file == "" })
}

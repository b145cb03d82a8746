package oci

import (
	"os"
	"path/filepath"
	"runtime"
)

// CredentialFiles returns the files that docker and helm keep their logins in, strongest first:
// $DOCKER_CONFIG/config.json or ~/.docker/config.json, then $HELM_REGISTRY_CONFIG or
// registry/config.json in Helm's config directory.
func CredentialFiles(getenv func(string) string) []string {
	home := getenv("HOME")
	if home == "" {
		home, _ = os.UserHomeDir()
	}
	first := func(choices ...string) string {
		for _, choice := range choices {
			if choice != "" {
				return choice
			}
		}
		return ""
	}
	below := func(dir string, path ...string) string {
		if dir == "" {
			return ""
		}
		return filepath.Join(append([]string{dir}, path...)...)
	}
	config := below(home, ".config", "helm")
	switch runtime.GOOS {
	case "darwin":
		config = below(home, "Library", "Preferences", "helm")
	case "windows":
		config = below(getenv("APPDATA"), "helm")
	}
	var files []string
	for _, file := range []string{
		below(first(getenv("DOCKER_CONFIG"), below(home, ".docker")), "config.json"),
		first(getenv("HELM_REGISTRY_CONFIG"),
			below(first(getenv("HELM_CONFIG_HOME"), below(getenv("XDG_CONFIG_HOME"), "helm"), config), "registry", "config.json")),
	} {
		if file != "" {
			files = append(files, file)
		}
	}
	return files
}

package checks_test

import (
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/aicr-flux/aicr/pkg/verify"
)

func TestFluxIgnored(t *testing.T) {
	link := func(file string) func(*testing.T, fstest.MapFS) {
		return func(_ *testing.T, bundle fstest.MapFS) {
			bundle[file] = &fstest.MapFile{Data: []byte("elsewhere.yaml"), Mode: fs.ModeSymlink | 0o777}
		}
	}
	rename := func(old, name string) func(*testing.T, fstest.MapFS) {
		return func(_ *testing.T, bundle fstest.MapFS) {
			bundle[name] = bundle[old]
			delete(bundle, old)
		}
	}
	each(t, "flux-ignored",
		defect{
			name: "a listed file", at: "gpu-operator/cloudbuild.yaml", says: "default pattern cloudbuild.yaml",
			breakIt: all(rename(configMap, "gpu-operator/cloudbuild.yaml"), edit(listing, configMap, "gpu-operator/cloudbuild.yaml")),
		},
		defect{name: "a listed symlink", breakIt: link(configMap), at: configMap, says: "symlink"},
		defect{name: "a symlink in a chart", breakIt: link("gpu-operator-pre/templates/more.yaml"), at: "gpu-operator-pre/templates/more.yaml", says: "symlink"},
		defect{name: "a packed chart", breakIt: add("gpu-operator-pre/charts/a-1.0.0.tar.gz", "x"), at: "gpu-operator-pre/charts/a-1.0.0.tar.gz", says: "*.tar.gz"},
		defect{name: "in OCI mode", mode: "oci", breakIt: add("gpu-operator-pre/templates/logo.png", "x"), at: "gpu-operator-pre/templates/logo.png", says: "*.png"},
		defect{name: "a file of data", breakIt: add("gpu-operator-pre/files/logo.png", "x"), at: "gpu-operator-pre/files/logo.png", says: "*.png", warning: true},
	)
}

// TestHazard64_IgnoreRulesThatDropWhatTheBundleNeeds, of files and of sources.
func TestHazard64_IgnoreRulesThatDropWhatTheBundleNeeds(t *testing.T) {
	ignore := func(text string) func(*testing.T, fstest.MapFS) {
		return edit(gitSource, "  ref:", "  ignore: |\n    "+strings.ReplaceAll(text, "\n", "\n    ")+"\n  ref:")
	}
	each(t, "flux-ignored",
		defect{name: "a listed file", breakIt: add(".sourceignore", "configmap-*.yaml\n"), at: configMap, says: "by a pattern in .sourceignore"},
		defect{name: "everything but", breakIt: ignore("/*\n!/bundle\n/bundle/*/templates"), at: template, says: "by a pattern in spec.ignore of GitRepository flux-system/github-com-acme-clusters"},
		defect{name: "from below", breakIt: add("gpu-operator-pre/.sourceignore", "/templates/quota.yaml\n"), at: template, says: "by a pattern in .sourceignore"},
	)
	for name, right := range map[string]func(*testing.T, fstest.MapFS){
		"instead of the default":    all(add(".sourceignore", "# all images\n*.png\n"), add("gpu-operator-pre/templates/NOTES.zip", "x")),
		"all but the bundle":        ignore("/*\n!/bundle"),
		"another directory's files": add("docs/.sourceignore", "*.yaml\n"),
	} {
		t.Run("right "+name, func(t *testing.T) {
			bundle := load(t, "git")
			right(t, bundle)
			passes(t, bundle, verify.Options{})
		})
	}
}

func TestFilesThatNothingNeedsMayBeIgnored(t *testing.T) {
	bundle := load(t, "git")
	add("docs/picture.png", "x")(t, bundle)
	add("docs/.gitignore", "x")(t, bundle)
	passes(t, bundle, verify.Options{})
}

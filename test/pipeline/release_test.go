package pipeline

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"
)

// TestRelease_GivesWhatIsInstalled holds the release against what downloads it, and what makes the same
// commit give the same bytes.
func TestRelease_GivesWhatIsInstalled(t *testing.T) {
	var release struct {
		Builds []struct {
			Env, Goos, Goarch, Flags, Ldflags []string
			ModTimestamp                      string `json:"mod_timestamp"`
		}
		Archives []struct {
			Formats      []string
			NameTemplate string `json:"name_template"`
		}
		Checksum struct {
			NameTemplate string `json:"name_template"`
		}
		SBOMs     []struct{ Artifacts string }
		Signs     []struct{ Cmd, Artifacts string }
		DockersV2 []struct{ Platforms []string } `json:"dockers_v2"`
	}
	if err := yaml.Unmarshal([]byte(read(t, ".goreleaser.yaml")), &release); err != nil {
		t.Fatal(err)
	}
	install := read(t, "ci/install.sh")

	b := release.Builds[0]
	if !slices.Equal(b.Goos, []string{"linux", "darwin", "windows"}) || !slices.Equal(b.Goarch, []string{"amd64", "arm64"}) {
		t.Errorf("built for %s on %s", b.Goos, b.Goarch)
	}
	if !slices.Contains(b.Env, "CGO_ENABLED=0") || !slices.Contains(b.Flags, "-trimpath") || b.ModTimestamp != "{{ .CommitTimestamp }}" {
		t.Errorf("the build is not reproducible: %+v", b)
	}
	const variable = "github.com/aicr-flux/aicr/internal/cli.version="
	if !strings.Contains(b.Ldflags[0], "-X "+variable+"v{{ .Version }}") || !strings.Contains(read(t, "internal/cli/version.go"), "\nvar version string\n") {
		t.Errorf("%q does not set the version", b.Ldflags)
	}

	name := strings.NewReplacer("{{ .ProjectName }}", "aicr", "{{ .Version }}", "${version#v}", "{{ .Os }}", "${os}", "{{ .Arch }}", "${arch}").
		Replace(release.Archives[0].NameTemplate) + "." + release.Archives[0].Formats[0]
	if !strings.Contains(install, `archive="`+name+`"`) {
		t.Errorf("install.sh does not download %s", name)
	}
	if !strings.Contains(install, "download "+release.Checksum.NameTemplate+"\n") {
		t.Errorf("install.sh does not download %s", release.Checksum.NameTemplate)
	}
	if release.SBOMs[0].Artifacts != "archive" || release.Signs[0].Cmd != "cosign" || release.Signs[0].Artifacts != "checksum" {
		t.Errorf("SBOMs %+v, signatures %+v", release.SBOMs, release.Signs)
	}
	if !slices.Equal(release.DockersV2[0].Platforms, []string{"linux/amd64", "linux/arm64"}) {
		t.Errorf("images for %s", release.DockersV2[0].Platforms)
	}
}

// TestImage_HoldsNothingButTheProgram reads the last stage of the Dockerfile.
func TestImage_HoldsNothingButTheProgram(t *testing.T) {
	text := read(t, "Dockerfile")
	last := text[strings.LastIndex(text, "\nFROM ")+1:]
	if !strings.HasPrefix(last, "FROM scratch\n") || regexp.MustCompile(`(?m)^(RUN|ADD|SHELL)`).MatchString(last) {
		t.Errorf("more than the program:\n%s", last)
	}
	for _, line := range []string{"USER 65532:65532", `ENTRYPOINT ["/usr/bin/aicr"]`, "COPY $TARGETPLATFORM/aicr /usr/bin/aicr"} {
		if !strings.Contains(last, "\n"+line+"\n") {
			t.Errorf("%s is missing", line)
		}
	}
	if !strings.Contains(last, " /etc/ssl/certs/\n") || !strings.Contains(last, " /tmp\n") {
		t.Error("certificates or a directory for temporary files are missing")
	}
}

// TestScripts_AreClean asks shellcheck, where it is.
func TestScripts_AreClean(t *testing.T) {
	if _, err := exec.LookPath("shellcheck"); err != nil {
		t.Skip("no shellcheck")
	}
	files, err := filepath.Glob("../../ci/*.sh")
	if err != nil || len(files) < 4 {
		t.Fatalf("%q: %v", files, err)
	}
	args := append([]string{"--shell=sh", "--external-sources"}, files...)
	if out, err := exec.CommandContext(t.Context(), "shellcheck", args...).CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

func read(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile("../../" + file)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

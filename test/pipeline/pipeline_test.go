// Package pipeline runs the GitHub Action, the GitLab template and their scripts on real Git
// repositories, with real programs but for those that talk to a server.
package pipeline

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/aicr-flux/aicr/internal/cli"
	"github.com/aicr-flux/aicr/pkg/aicr"
)

// TestMain lets scripts run this test binary as aicr, and aicr run it to render charts.
func TestMain(m *testing.M) {
	aicr.ServeSandbox()
	testscript.Main(m, map[string]func(){"aicr": func() { os.Exit(cli.Main()) }})
}

// TestScript runs the scripts in testdata/script. Their programs gh, glab, curl and apk are those of
// testdata/bin, which record how they are called.
func TestScript(t *testing.T) {
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(env *testscript.Env) error {
			env.Setenv("ROOT", root)
			env.Setenv("PATH", filepath.Join(root, "test/pipeline/testdata/bin")+string(os.PathListSeparator)+env.Getenv("PATH"))
			env.Setenv("GORACE", "atexit_sleep_ms=0")
			env.Setenv("XDG_CACHE_HOME", filepath.Join(env.WorkDir, "cache"))
			for _, who := range []string{"AUTHOR", "COMMITTER"} {
				env.Setenv("GIT_"+who+"_NAME", "a")
				env.Setenv("GIT_"+who+"_EMAIL", "a@example.com")
			}
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"job": writeJob},
	})
}

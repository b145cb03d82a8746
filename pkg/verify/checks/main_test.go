package checks_test

import (
	"io/fs"
	"os"
	"testing"
	"time"

	rendering "github.com/aicr-flux/aicr/internal/render"
	"github.com/aicr-flux/aicr/pkg/verify"
)

// processes render the charts of strangers.
var processes *rendering.Processes

func TestMain(m *testing.M) {
	rendering.ServeIfChild()
	processes = rendering.NewProcesses(rendering.Limits{Chart: 5 * time.Second, Memory: 512 << 20})
	status := m.Run()
	_ = processes.Close()
	os.Exit(status)
}

// bounded verifies the bundle of a stranger as aicr does.
func bounded(t *testing.T, bundle fs.FS, o verify.Options) verify.Report {
	t.Helper()
	o.Renderer = processes
	return verifyAll(t, bundle, o)
}

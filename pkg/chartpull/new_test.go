package chartpull_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/aicr-flux/aicr/pkg/chartpull"
	"github.com/aicr-flux/aicr/pkg/config"
	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/localformat"
)

// TestTheOptionsChooseThePuller, and each of them arrives.
func TestTheOptionsChooseThePuller(t *testing.T) {
	all := config.ChartPull{Jobs: 3, NoCache: true, ChartCAFile: "ca.pem", ChartPlainHTTP: true}
	helm := all
	helm.HelmBin, helm.NoCache, helm.Offline = "/opt/helm", false, true
	for name, c := range map[string]struct {
		o    config.ChartPull
		want localformat.ChartPuller
	}{
		"nothing": {config.ChartPull{}, &chartpull.NativeChartPuller{UserAgent: "agent"}},
		"all": {all, &chartpull.NativeChartPuller{
			UserAgent: "agent", CAFile: "ca.pem", PlainHTTP: true, Cache: chartpull.Cache{NoCache: true},
		}},
		"helm": {helm, &chartpull.CLIChartPuller{
			HelmBin: "/opt/helm", CAFile: "ca.pem", PlainHTTP: true, Cache: chartpull.Cache{Offline: true},
		}},
	} {
		t.Run(name, func(t *testing.T) {
			got := chartpull.New(c.o, "agent", nil)
			if diff := cmp.Diff(c.want, got, cmpopts.IgnoreUnexported(chartpull.NativeChartPuller{})); diff != "" {
				t.Error(diff)
			}
		})
	}
	if (config.ChartPull{}).Parallel() != config.DefaultJobs || all.Parallel() != 3 {
		t.Error("the number of jobs does not arrive")
	}
}

// TestContradictionsAndCAFilesAreChecked all at once.
func TestContradictionsAndCAFilesAreChecked(t *testing.T) {
	if err := chartpull.Check(config.ChartPull{HelmBin: "h", Jobs: 1, Offline: true, ChartPlainHTTP: true}); err != nil {
		t.Error(err)
	}
	empty := filepath.Join(t.TempDir(), "empty.pem")
	if err := os.WriteFile(empty, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for file, says := range map[string]string{
		empty: "(--chart-ca-file) holds no certificate in PEM form",
		filepath.Join(filepath.Dir(empty), "none.pem"): "(--chart-ca-file) cannot be read",
	} {
		err := chartpull.Check(config.ChartPull{Jobs: -1, NoCache: true, Offline: true, ChartCAFile: file})
		if errors.CodeOf(err) != errors.ErrCodeInvalidRequest {
			t.Fatalf("got %v", err)
		}
		for _, word := range []string{"--jobs -1: ", "--offline reads only the cache", file, says} {
			if !strings.Contains(err.Error(), word) {
				t.Errorf("%q does not say %q", err, word)
			}
		}
	}
}

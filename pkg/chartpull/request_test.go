package chartpull

import (
	"strings"
	"testing"

	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/localformat"
)

func TestRequestsThatCouldBeReadAsSomethingElseAreRefused(t *testing.T) {
	good := localformat.Component{Name: "x", Repository: "https://h/x", ChartName: "web", Version: "1.2.3"}
	for name, c := range map[string]localformat.Component{
		"flag for a chart":     {Repository: good.Repository, ChartName: "--post-renderer=x", Version: "1.2.3"},
		"flag below":           {Repository: good.Repository, ChartName: "a/-x", Version: "1.2.3"},
		"way out":              {Repository: good.Repository, ChartName: "../x", Version: "1.2.3"},
		"no chart":             {Repository: good.Repository, Version: "1.2.3"},
		"URL for a chart":      {Repository: good.Repository, ChartName: "https://evil/x", Version: "1.2.3"},
		"flag for a version":   {Repository: good.Repository, ChartName: "web", Version: "--debug"},
		"newline in version":   {Repository: good.Repository, ChartName: "web", Version: ">1\n"},
		"no version":           {Repository: good.Repository, ChartName: "web", Version: "latest"},
		"flag for repository":  {Repository: "--repo", ChartName: "web", Version: "1.2.3"},
		"file":                 {Repository: "file:///etc", ChartName: "web", Version: "1.2.3"},
		"secret in repository": {Repository: "https://u:hunter2@h/x", ChartName: "web", Version: "1.2.3"},
		"token in repository":  {Repository: "https://h/x?token=hunter2", ChartName: "web", Version: "1.2.3"},
	} {
		t.Run(name, func(t *testing.T) {
			_, _, _, err := newPuller(t).Pull(t.Context(), c)
			wantError(t, err, errors.ErrCodeInvalidRequest)
			if strings.Contains(err.Error(), "hunter2") {
				t.Error(err)
			}
		})
	}
}

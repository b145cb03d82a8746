package output

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/aicr-flux/aicr/pkg/chartpull"
	"github.com/aicr-flux/aicr/pkg/oci"
)

// showAll shows a push with a retry.
func showAll(p *Progress) {
	for _, now := range []oci.Progress{
		{Step: "checking tags"},
		{Step: "pushing layer", Total: 4e6},
		{Step: "pushing layer", Total: 4e6, Done: 1e6},
		{Step: "pushing layer", Total: 4e6, Retry: errors.New("the connection failed"), Pause: 520 * time.Millisecond},
		{Step: "pushing layer", Total: 4e6, Done: 4e6},
		{Step: "pushing manifest"},
	} {
		p.Show(now)
	}
	_ = p.End(nil)
}

func TestProgress_LinesWhereThereIsNoTerminal(t *testing.T) {
	var out strings.Builder
	showAll((&Printer{Err: &out}).Progress())
	want := "checking tags\npushing layer (4.0 MB)\npushing layer: trying again in 500ms, because of: the connection failed\npushing manifest\n"
	if out.String() != want {
		t.Errorf("got\n%s", out.String())
	}
}

func TestProgress_ABarOnATerminal(t *testing.T) {
	var out strings.Builder
	showAll(&Progress{Printer: &Printer{Err: &out}, terminal: true})
	const line = "\r\x1b[K"
	want := line + "pushing layer [                              ] 0 bytes of 4.0 MB" +
		line + "pushing layer [=======                       ] 1.0 MB of 4.0 MB" +
		line + "pushing layer: trying again in 500ms, because of: the connection failed\n" +
		line + "pushing layer [==============================] 4.0 MB of 4.0 MB" + line
	if out.String() != want {
		t.Errorf("got\n%q\nwant\n%q", out.String(), want)
	}
}

// showCharts shows the vendoring of two charts, one of them after a retry.
func showCharts(p *Progress) {
	for _, now := range []chartpull.Progress{
		{Step: "cached", Chart: "chart a 1.0.0"},
		{Step: "pulling", Chart: "chart b 2.0.0"},
		{Step: "pulling", Chart: "chart b 2.0.0", Retry: errors.New("the connection failed"), Pause: 520 * time.Millisecond},
		{Step: "pulled", Chart: "chart b 2.0.0", Warning: errors.New("the cache is full")},
	} {
		p.Chart(now)
	}
	_ = p.End(nil)
}

func TestProgress_ALineForEachChart(t *testing.T) {
	var out strings.Builder
	showCharts((&Printer{Err: &out}).Progress())
	want := "chart a 1.0.0 is in the cache\npulling chart b 2.0.0\n" +
		"pulling chart b 2.0.0: trying again in 500ms, because of: the connection failed\nWarning: the cache is full\n"
	if out.String() != want {
		t.Errorf("got\n%s", out.String())
	}
}

func TestProgress_ChartsAreCountedOnATerminal(t *testing.T) {
	var out strings.Builder
	showCharts(&Progress{Printer: &Printer{Err: &out}, terminal: true})
	const line = "\r\x1b[K"
	want := line + "charts: 0 pulled, 0 on the way, 1 from the cache" +
		line + "charts: 0 pulled, 1 on the way, 1 from the cache" +
		line + "pulling chart b 2.0.0: trying again in 500ms, because of: the connection failed\n" +
		"Warning: the cache is full\n" +
		line + "charts: 1 pulled, 0 on the way, 1 from the cache" + line
	if out.String() != want {
		t.Errorf("got\n%q\nwant\n%q", out.String(), want)
	}
}

package output

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aicr-flux/aicr/pkg/plan"
)

// Plan prints how rollouts go.
func (p *Printer) Plan(report plan.Report, format string) error {
	p.Notes(report.Warnings, nil)
	return p.Result(format, report, func() string { return planText(report) })
}

func planText(report plan.Report) string {
	own := report.Orders[0]
	var b strings.Builder
	fmt.Fprintf(&b, "%s; one that waits is looked at every %s, %s.\n\n", count(len(own.Releases), "release"), span(report.Requeue), count(report.Workers, "worker"))
	orderTable(&b, report.Orders)
	b.WriteString("\nAs it is, release by release; those with * decide how long it takes:\n\n")
	stepTable(&b, own)
	if len(report.Sources) > 0 {
		b.WriteString("\nWhat all clusters together ask for in an hour:\n\n")
		sourceTable(&b, report.Sources)
	}
	return b.String()
}

func orderTable(b *strings.Builder, orders []plan.Order) {
	rows := [][]string{{"", "ORDER", "READY", "WAVES", "INSTALLS", "WAITS", "WITH"}}
	for _, o := range orders {
		mark, name := "", o.Ordering
		if o.Own {
			mark = "*"
		}
		if o.EventDriven {
			name += ", events"
		}
		rows = append(rows, []string{mark, name, span(o.Ready), fmt.Sprint(o.Waves), span(o.Installing), span(o.Waiting), flagsFor(o, orders[0])})
	}
	columns(b, rows, "  rrrr ")
}

// flagsFor are the flags of "aicr bundle" that make an order of the bundle's own.
func flagsFor(o, own plan.Order) string {
	if o.Own {
		return "as it is"
	}
	var flags []string
	if o.Ordering != own.Ordering {
		flags = append(flags, "--order "+o.Ordering)
	}
	switch {
	case o.EventDriven && !own.EventDriven:
		flags = append(flags, "--event-driven")
	case own.EventDriven && !o.EventDriven:
		return strings.Join(append(flags, "no events"), ", ")
	}
	return strings.Join(flags, " ")
}

// maxName is how much of a name is shown, so that a line has 80 columns.
const maxName = 34

func stepTable(b *strings.Builder, o plan.Order) {
	rows := [][]string{{"", "WAVE", "RELEASE", "STARTS", "READY", "TAKES", "FROM"}}
	for _, r := range o.Releases {
		mark, takes := "", span(r.Time)
		if slices.Contains(o.CriticalPath, r.Name) {
			mark = "*"
		}
		if r.Attempts > 1 {
			takes += fmt.Sprintf(", %dx", r.Attempts)
		}
		from := r.TimeFrom
		if from == "kind" {
			from = r.Kind
		}
		rows = append(rows, []string{mark, fmt.Sprint(r.Wave), cut(r.Name, maxName), span(r.Start), span(r.Ready), takes, from})
	}
	columns(b, rows, " r rrr ")
}

func sourceTable(b *strings.Builder, sources []plan.Source) {
	rows := [][]string{{"SOURCE", "EVERY", "REQUESTS"}}
	for _, s := range sources {
		rows = append(rows, []string{cut(s.Kind+" "+s.URL, 60), span(s.Interval), fmt.Sprintf("%.0f", s.PerHour)})
	}
	columns(b, rows, " rr")
}

// cut shortens a text.
func cut(text string, to int) string {
	if runes := []rune(text); len(runes) > to {
		return string(runes[:to-1]) + "…"
	}
	return text
}

// span writes a length of time with at most two units: 900ms, 14s, 6m7s, 1h38m.
func span(s plan.Span) string {
	if s.Never() {
		return "never"
	}
	d := time.Duration(s)
	switch {
	case d < time.Second:
		return d.Round(10 * time.Millisecond).String()
	case d < time.Hour:
		d = d.Round(time.Second)
	default:
		d = d.Round(time.Minute)
	}
	text := d.String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}

package output

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/aicr-flux/aicr/internal/printable"
)

// gap stands between two columns.
const gap = "  "

// columns writes rows in columns that are as wide as they need; of those with an r in align, the
// text stands at the right. Cells are one line each.
func columns(b *strings.Builder, rows [][]string, align string) {
	widths := widthsOf(rows)
	for _, row := range rows {
		var line strings.Builder
		for i, cell := range row {
			cell = printable.Line(cell)
			pad := strings.Repeat(" ", widths[i]-utf8.RuneCountInString(cell))
			if align[i] == 'r' {
				line.WriteString(pad + cell + gap)
			} else {
				line.WriteString(cell + pad + gap)
			}
		}
		b.WriteString(strings.TrimRight(line.String(), " ") + "\n")
	}
}

func widthsOf(rows [][]string) []int {
	widths := make([]int, len(rows[0]))
	for _, row := range rows {
		for i, cell := range row {
			widths[i] = max(widths[i], utf8.RuneCountInString(printable.Line(cell)))
		}
	}
	return widths
}

// fit leaves columns out until the rows fit a terminal of this width: those with the headings in
// spare, one after the other. It returns the headings that are gone. 0 is any width.
func fit(rows [][]string, width int, spare ...string) (fitting [][]string, gone []string) {
	for _, heading := range spare {
		all := -len(gap)
		for _, w := range widthsOf(rows) {
			all += w + len(gap)
		}
		if width <= 0 || all <= width {
			break
		}
		at := slices.Index(rows[0], heading)
		if at < 0 {
			continue
		}
		narrower := make([][]string, len(rows))
		for i, row := range rows {
			narrower[i] = slices.Delete(slices.Clone(row), at, at+1)
		}
		rows, gone = narrower, append(gone, heading)
	}
	return rows, gone
}

// widest is the length of the longest line.
func widest(text string) (n int) {
	for line := range strings.SplitSeq(text, "\n") {
		n = max(n, utf8.RuneCountInString(line))
	}
	return n
}

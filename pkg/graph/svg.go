package graph

import (
	_ "embed"
	"fmt"
	"html"
	"strings"
	"unicode/utf8"

	"github.com/aicr-flux/aicr/internal/printable"
)

// Style is the style sheet of pictures: quiet colours, for light and dark.
//
//go:embed svg.css
var Style string

// SVG draws the graph as a picture of its own. Of a large graph it has the beginning, and says how
// much is missing.
func (g Graph) SVG() string { return g.svg("<style>\n"+Style+"</style>\n", nil) }

// Picture draws the graph as a part of a page that has Style; link gives a component an address.
func (g Graph) Picture(link func(component string) string) string { return g.svg("", link) }

// The sizes of a picture.
const (
	nodeHeight  = 50
	badgeHeight = 20 // more where components have badges
	margin      = 12
	gutter      = 64 // for the names of waves
	headline    = 24 // likewise
	between     = 44 // waves
	gapAcross   = 20
	arrowAcross = 14
	foldedChain = 4   // components in a line, where one follows the other
	nameLetter  = 8.4 // how wide a letter is at most, on average
	longLetter  = 7.4 // of a name that is long
	smallLetter = 6.6
)

type svgWriter struct {
	strings.Builder
	graph         *Graph
	link          func(component string) string
	wide, height  float64 // of a node
	width, bottom float64 // of the picture
}

func (g Graph) svg(style string, link func(string) string) string {
	whole := g.Summary()
	g = g.bounded(bound{nodes: 100, arrows: 400})
	w := &svgWriter{graph: &g, link: link, wide: 224, height: nodeHeight}
	for i := range g.Nodes {
		if len(g.Nodes[i].badges()) > 0 {
			w.height = nodeHeight + badgeHeight
		}
	}
	if g.chained() {
		w.wide = 248 // room for the number
		w.chain()
	} else {
		w.waves()
	}
	w.below()
	role, class := "img", "rollout"
	if w.width > 800 {
		class += " large"
	}
	if link != nil {
		role = "group"
	}
	return fmt.Sprintf(`<svg xmlns="http://www.w3.org/2000/svg" class="%s" role="%s" aria-label="%s" width="%.0f" height="%.0f" viewBox="0 0 %.0f %.0f">
%s<defs><marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path class="head" d="M0 0L8 4L0 8z"/></marker></defs>
%s</svg>
`, class, role, escape("The rollout: "+whole), w.width, w.bottom, w.width, w.bottom, style, w.String())
}

// escape makes text safe in XML and HTML; lines of nodes are printable already.
func escape(text string) string { return html.EscapeString(printable.Line(text)) }

// place is where something is drawn.
type place struct{ x, y float64 }

// node draws a component with its corner at p.
func (w *svgWriter) node(i int, p place) {
	n := &w.graph.Nodes[i]
	tag, attributes := "g", ""
	if w.link != nil {
		tag, attributes = "a", ` href="`+html.EscapeString(w.link(n.Name))+`"`
	}
	class := "node"
	switch {
	case n.Wave == 0:
		class += " never"
	case n.main().Source == "local":
		class += " local"
	}
	fmt.Fprintf(w, `<%s class="%s"%s transform="translate(%.1f %.1f)"><title>%s</title>`, tag, class, attributes, p.x, p.y, html.EscapeString(strings.Join(n.lines(), "\n")))
	fmt.Fprintf(w, `<rect class="box" width="%.0f" height="%.0f" rx="8"/><rect class="bar" x="0" y="8" width="4" height="%.0f" rx="2"/>`, w.wide, w.height, w.height-16)
	room := w.wide - 24
	if w.graph.chained() {
		room -= 18
		fmt.Fprintf(w, `<text class="small" x="%.0f" y="20" text-anchor="end">%d</text>`, w.wide-10, n.Wave)
	}
	name, letters := "name", int(room/nameLetter)
	if utf8.RuneCountInString(n.Name) > letters {
		name, letters = "name long", int(room/longLetter)
	}
	fmt.Fprintf(w, `<text class="%s" x="14" y="21">%s</text>`, name, escape(cut(n.Name, letters)))
	from := strings.TrimPrefix(n.version()+" · "+n.source(), " · ")
	fmt.Fprintf(w, `<text class="small" x="14" y="38">%s</text>`, escape(cut(from, int((w.wide-18)/smallLetter))))
	x := 14.0
	for _, badge := range n.badges() {
		const letter, pad = 6.2, 12
		width := letter*float64(len(badge)) + pad
		fmt.Fprintf(w, `<rect class="badge %s" x="%.1f" y="46" width="%.1f" height="16" rx="8"/><text class="badge" x="%.1f" y="57.5" text-anchor="middle">%s</text>`, badge, x, width, x+width/2, badge)
		x += width + 6
	}
	fmt.Fprintf(w, "</%s>\n", tag)
}

// badges are what a component has besides its chart.
func (n *Node) badges() []string {
	var badges []string
	for _, r := range n.Releases {
		if part := strings.TrimPrefix(r.Name, n.Name+"-"); part == "pre" || part == "post" {
			badges = append(badges, part)
		}
	}
	if n.gates() != "" {
		badges = append(badges, "gate")
	}
	if len(n.Outside) > 0 {
		badges = append(badges, "waits outside")
	}
	return badges
}

func (w *svgWriter) arrow(path string) {
	fmt.Fprintf(w, `<path class="arrow" marker-end="url(#arrow)" d="%s"/>`+"\n", path)
}

// chain draws components that follow each other in lines, as text is written.
func (w *svgWriter) chain() {
	across, down := w.wide+between, w.height+between
	at := func(i int) place {
		return place{margin + float64(i%foldedChain)*across, margin + float64(i/foldedChain)*down}
	}
	for i := range w.graph.Nodes {
		p := at(i)
		switch {
		case i == 0:
		case i%foldedChain > 0:
			w.arrow(fmt.Sprintf("M%.1f %.1fh%d", p.x-between, p.y+w.height/2, between-2))
		default: // to the next line
			from, half, r := at(i-1), float64(between)/2, 8.0
			x1, x2, y := from.x+w.wide/2, p.x+w.wide/2, p.y-half
			w.arrow(fmt.Sprintf("M%.1f %.1fV%.1fQ%.1f %.1f %.1f %.1fH%.1fQ%.1f %.1f %.1f %.1fV%.1f",
				x1, from.y+w.height, y-r, x1, y, x1-r, y, x2+r, x2, y, x2, y+r, p.y-2))
		}
		w.node(i, p)
		w.reach(p.x+w.wide, p.y+w.height)
	}
}

// waves draws one wave below the other, or beside it, whichever is less wide.
func (w *svgWriter) waves() {
	horizontal := w.graph.direction() == "LR"
	size := spacing{node: w.wide, gap: gapAcross, arrow: arrowAcross}
	along, thick := w.height+between, w.height
	if horizontal {
		size.node, along, thick = w.height, w.wide+between, w.wide
	}
	l := newLayout(w.graph, size)
	// xy turns places along and across the waves into those of the picture.
	xy := func(along, across float64) place {
		if horizontal {
			return place{margin + along, headline + margin + across}
		}
		return place{gutter + margin + across, margin + along}
	}
	for depth, wave := range w.graph.waves() {
		start := along * float64(depth)
		a, b := xy(start-margin/2, -margin/2), xy(start+thick+margin/2, l.size+margin/2)
		fmt.Fprintf(w, `<rect class="wave" x="%.1f" y="%.1f" width="%.1f" height="%.1f" rx="12"/>`, a.x, a.y, b.x-a.x, b.y-a.y)
		name := "never"
		if number := w.graph.Nodes[wave[0]].Wave; number > 0 {
			name = title(number)
		}
		if horizontal {
			fmt.Fprintf(w, `<text class="small" x="%.1f" y="%d">%s</text>`+"\n", a.x+margin/2, headline-6, name)
		} else {
			fmt.Fprintf(w, `<text class="small" x="%d" y="%.1f">%s</text>`+"\n", margin, (a.y+b.y)/2+4, name)
		}
		w.reach(b.x, b.y)
	}
	for _, to := range l.nodes {
		for _, from := range to.up {
			w.arrow(curve(from, to, along, thick, horizontal, xy))
		}
	}
	for i, p := range l.nodes {
		w.node(i, xy(along*float64(p.layer), p.at-p.width/2))
	}
}

// curve is the way of an arrow, from its beginning through the points on it.
func curve(last, to *point, along, thick float64, horizontal bool, xy func(along, across float64) place) string {
	way := []*point{to, last}
	for last.node < 0 {
		last = last.up[0]
		way = append(way, last)
	}
	var b strings.Builder
	start := xy(along*float64(last.layer)+thick, last.at)
	fmt.Fprintf(&b, "M%.1f %.1f", start.x, start.y)
	for k := len(way) - 2; k >= 0; k-- {
		p := way[k]
		end := xy(along*float64(p.layer), p.at)
		if k == 0 { // room for the head
			end = xy(along*float64(p.layer)-2, p.at)
		}
		if middle := (start.y + end.y) / 2; !horizontal {
			fmt.Fprintf(&b, "C%.1f %.1f %.1f %.1f %.1f %.1f", start.x, middle, end.x, middle, end.x, end.y)
		} else {
			middle = (start.x + end.x) / 2
			fmt.Fprintf(&b, "C%.1f %.1f %.1f %.1f %.1f %.1f", middle, start.y, middle, end.y, end.x, end.y)
		}
		if start = end; k > 0 { // past the nodes of this wave
			start = xy(along*float64(p.layer)+thick, p.at)
			fmt.Fprintf(&b, "L%.1f %.1f", start.x, start.y)
		}
	}
	return b.String()
}

// reach makes the picture large enough.
func (w *svgWriter) reach(x, y float64) {
	w.width, w.bottom = max(w.width, x+margin), max(w.bottom, y+margin)
}

// below writes what stands apart.
func (w *svgWriter) below() {
	var notes []string
	if w.graph.More > 0 {
		notes = append(notes, more(w.graph.More)+", not drawn here")
	}
	for _, name := range w.graph.Wakes {
		notes = append(notes, "apart: "+name+", which lets events wake the others")
	}
	for _, note := range notes {
		fmt.Fprintf(w, `<text class="small" x="%d" y="%.1f">%s</text>`+"\n", margin, w.bottom+8, escape(note))
		w.reach(margin+6.2*float64(len(note)), w.bottom+6)
	}
}

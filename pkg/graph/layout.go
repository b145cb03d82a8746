package graph

import (
	"cmp"
	"math"
	"slices"
)

// A layout follows Sugiyama: each wave is a layer; an arrow over several waves gets a point in each
// between; the order within the layers is that of the average neighbour, so that few arrows cross;
// and each point is drawn as near to its neighbours as those beside it allow.

// point is a node, or where an arrow passes a wave.
type point struct {
	node      int // -1 for an arrow
	up, down  []*point
	at        float64 // its middle, across the waves
	width     float64
	layer     int
	favourite float64 // where its neighbours want it
}

// layout places the nodes of a graph.
type layout struct {
	layers [][]*point
	nodes  []*point
	size   float64 // across the waves
}

// spacing is the size of nodes across the waves, the gap between them, and the room that an arrow
// gets.
type spacing struct{ node, gap, arrow float64 }

func newLayout(g *Graph, s spacing) *layout {
	l := &layout{nodes: make([]*point, len(g.Nodes))}
	for depth, wave := range g.waves() {
		l.layers = append(l.layers, nil)
		for _, i := range wave {
			l.nodes[i] = l.add(depth, i, s.node)
		}
	}
	for i := range g.Nodes {
		for _, need := range g.Nodes[i].Needs {
			if l.nodes[need].layer < l.nodes[i].layer { // not of a cycle
				l.connect(l.nodes[need], l.nodes[i], s.arrow)
			}
		}
	}
	const rounds = 12
	for range rounds {
		l.sort(func(p *point) []*point { return p.up }, false)
		l.sort(func(p *point) []*point { return p.down }, true)
	}
	l.place(s.gap)
	return l
}

func (l *layout) add(layer, node int, width float64) *point {
	p := &point{node: node, width: width, layer: layer, at: float64(len(l.layers[layer]))}
	l.layers[layer] = append(l.layers[layer], p)
	return p
}

// connect draws an arrow from one wave to a later one.
func (l *layout) connect(from, to *point, width float64) {
	for layer := from.layer + 1; layer < to.layer; layer++ {
		by := l.add(layer, -1, width)
		from.down, by.up = append(from.down, by), append(by.up, from)
		from = by
	}
	from.down, to.up = append(from.down, to), append(to.up, from)
}

// sort orders each layer by the average place of the neighbours on one side.
func (l *layout) sort(neighbours func(*point) []*point, backward bool) {
	layers := l.layers
	if backward {
		layers = slices.Clone(layers)
		slices.Reverse(layers)
	}
	for _, layer := range layers {
		for _, p := range layer {
			p.favourite = average(p, neighbours(p))
			if p.alone() {
				p.favourite = math.Inf(1)
			}
		}
		slices.SortStableFunc(layer, func(a, b *point) int { return cmp.Compare(a.favourite, b.favourite) })
		for i, p := range layer {
			p.at = float64(i)
		}
	}
}

// alone reports whether there are no neighbours. Such a point stands last in its layer, beside the
// others.
func (p *point) alone() bool { return len(p.up)+len(p.down) == 0 }

// average is where the neighbours are, or where the point is that has none.
func average(p *point, neighbours []*point) float64 {
	if len(neighbours) == 0 {
		return p.at
	}
	sum := 0.0
	for _, n := range neighbours {
		sum += n.at
	}
	return sum / float64(len(neighbours))
}

// place gives the points their coordinates: each layer is packed first, and then drawn towards its
// neighbours several times.
func (l *layout) place(gap float64) {
	for _, layer := range l.layers {
		at := 0.0
		for _, p := range layer {
			p.at = at + p.width/2
			at += p.width + gap
		}
		for _, p := range layer { // around the middle
			p.at -= (at - gap) / 2
		}
	}
	const rounds = 24
	for range rounds {
		for _, layer := range l.layers {
			settle(layer, gap)
		}
		for _, layer := range slices.Backward(l.layers) {
			settle(layer, gap)
		}
	}
	least, most := 0.0, 0.0
	for _, layer := range l.layers {
		first, last := layer[0], layer[len(layer)-1]
		least, most = min(least, first.at-first.width/2), max(most, last.at+last.width/2)
	}
	for _, layer := range l.layers {
		for _, p := range layer {
			p.at -= least
		}
	}
	l.size = most - least
}

// settle moves the points of a layer to where their neighbours want them, as far as those beside
// them allow: those in each other's way form a block, which goes to the average.
func settle(layer []*point, gap float64) {
	type block struct {
		first, count int
		wish         float64 // the average of where its first point should be
	}
	offset := make([]float64, len(layer)) // of each point in the tightest packing
	var blocks []block
	for i, p := range layer {
		if i > 0 {
			offset[i] = offset[i-1] + layer[i-1].width/2 + gap + p.width/2
		}
		last := block{i, 1, average(p, slices.Concat(p.up, p.down)) - offset[i]}
		if p.alone() && i > 0 {
			last.wish = blocks[len(blocks)-1].wish
		}
		for len(blocks) > 0 && blocks[len(blocks)-1].wish > last.wish {
			before := blocks[len(blocks)-1]
			blocks = blocks[:len(blocks)-1]
			wish := (before.wish*float64(before.count) + last.wish*float64(last.count)) / float64(before.count+last.count)
			last = block{before.first, before.count + last.count, wish}
		}
		blocks = append(blocks, last)
	}
	for _, b := range blocks {
		for i := b.first; i < b.first+b.count; i++ {
			layer[i].at = b.wish + offset[i]
		}
	}
}

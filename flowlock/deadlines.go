package flowlock

import "container/heap"

// deadlines is a heap of generations, the earliest deadline on top. A deadline
// that is put off is left where it is, and looked at again when it comes: a flow
// that is used costs nothing here.
type deadlines []*generation

func (d deadlines) Len() int { return len(d) }

func (d deadlines) Less(i, j int) bool {
	return d[i].due < d[j].due || d[i].due == d[j].due && d[i].number < d[j].number
}

func (d deadlines) Swap(i, j int) {
	d[i], d[j] = d[j], d[i]
	d[i].place, d[j].place = i, j
}

// Push and Pop are for package heap.

func (d *deadlines) Push(g any) {
	g.(*generation).place = len(*d)
	*d = append(*d, g.(*generation))
}

func (d *deadlines) Pop() any {
	last := len(*d) - 1
	g := (*d)[last]
	(*d)[last] = nil
	*d = (*d)[:last]
	g.place = nowhere
	return g
}

// nowhere is the place of a generation that is in no heap.
const nowhere = -1

// set has a generation looked at no later than its deadline.
func (d *deadlines) set(g *generation, due int64) {
	switch {
	case g.place == nowhere:
		g.due = due
		heap.Push(d, g)
	case due < g.due:
		d.move(g, due)
	}
}

// move puts a generation that is there where its deadline belongs.
func (d *deadlines) move(g *generation, due int64) {
	g.due = due
	heap.Fix(d, g.place)
}

func (d *deadlines) remove(g *generation) {
	if g.place != nowhere {
		heap.Remove(d, g.place)
	}
}

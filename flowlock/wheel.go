package flowlock

import "slices"

// A wheel has the flows of one idle time in the order in which they will have
// been idle for longest, without being told when a flow is used again: a flow
// stands where it was last seen to be, and is moved on when its turn comes and
// its entry says that it was used since. Each flow is so moved at most once per
// spoke, and touching a flow costs nothing here.
type wheel struct {
	idle   int64     // nanoseconds on the capture clock
	width  int64     // of a spoke
	spokes [][]ref   // spokes[n % len] has the flows whose clock falls into spoke n, or did when they were put there
	at     int64     // the spoke that heap stands for; all before it are empty
	heap   []waiting // of spoke at and before, the longest idle on top
	began  bool
}

// spokesPerIdle: more spokes mean smaller heaps and more flows moved.
const spokesPerIdle = 64

// A ref is a flow that may have ended since.
type ref struct {
	number     uint64
	slot, life uint32
}

// A waiting flow was last used at clock, or later.
type waiting struct {
	clock int64
	ref
}

func (a *waiting) before(b *waiting) bool {
	return a.clock < b.clock || a.clock == b.clock && a.number < b.number
}

func newWheel(idle int64) wheel {
	return wheel{idle: idle, width: max(1, idle/spokesPerIdle), spokes: make([][]ref, 2*spokesPerIdle)}
}

// spoke returns the spoke of a clock, rounding down for clocks before 1970 too.
func (w *wheel) spoke(clock int64) int64 {
	n := clock / w.width
	if clock%w.width < 0 {
		n--
	}
	return n
}

// put adds a flow. The clock may be earlier than the flow's last use, never later.
func (w *wheel) put(f waiting) {
	n := w.spoke(f.clock)
	if !w.began {
		w.began, w.at = true, n
	}
	if n <= w.at {
		w.push(f)
		return
	}
	s := w.place(min(n, w.at+int64(len(w.spokes))-1)) // too far ahead: it is moved on from there
	*s = append(*s, f.ref)
}

// place returns spoke n, which may be before 1970.
func (w *wheel) place(n int64) *[]ref {
	size := int64(len(w.spokes))
	return &w.spokes[((n%size)+size)%size]
}

// atOnce is how many flows are read ahead, or taken off, together.
const atOnce = 32

// due takes off the wheel flows that were last used at or before the clock, the
// longest idle first, and adds them to list: a few, while there are any.
func (w *wheel) due(list []ref, until int64, r *register) []ref {
	for len(list) < atOnce {
		f, ok := w.oldest(until, r)
		if !ok {
			break
		}
		w.pop()
		list = append(list, f.ref)
	}
	return list
}

// oldest returns the flow that has been idle for longest, or false when none
// was last used at or before the clock.
func (w *wheel) oldest(until int64, r *register) (waiting, bool) {
	if !w.began {
		return waiting{}, false
	}
	last := w.spoke(until)
	for {
		if top, ok := w.top(r); ok {
			return top, top.clock <= until
		}
		switch {
		case w.at >= last:
			return waiting{}, false
		case last-w.at >= int64(len(w.spokes)) || last-w.at < 0: // a jump: one look at all instead of at each spoke between
			w.at = last
			for i := range w.spokes {
				w.drain(&w.spokes[i], r)
			}
		default:
			w.at++
			w.drain(w.place(w.at), r)
		}
	}
}

// top returns the top of the heap, after moving on what was used since it was put there.
func (w *wheel) top(r *register) (waiting, bool) {
	for len(w.heap) > 0 {
		top := w.heap[0]
		clock, live := r.used(top.ref)
		if live && clock == top.clock {
			return top, true
		}
		w.pop()
		if live {
			top.clock = clock
			w.put(top)
		}
	}
	return waiting{}, false
}

// keptRefs is the room that an empty spoke keeps.
const keptRefs = 512

// drain puts the flows of one spoke where they belong by now.
func (w *wheel) drain(s *[]ref, r *register) {
	list := *s
	*s = list[:0]
	if cap(list) > keptRefs {
		*s = nil // a crowd has left: what it took goes with it
	}
	for i := 0; i < len(list); i += atOnce {
		some := list[i:min(i+atOnce, len(list))]
		r.warm(some)
		for _, f := range some {
			// What goes back into the same spoke goes to a place already read.
			if clock, live := r.used(f); live {
				w.put(waiting{clock, f})
			}
		}
	}
}

// sweep drops the flows that have ended.
func (w *wheel) sweep(r *register) {
	for i, s := range w.spokes {
		live := slices.DeleteFunc(s, func(f ref) bool { _, live := r.used(f); return !live })
		w.spokes[i] = slices.Clip(slices.Clone(live))
	}
	heap := w.heap
	w.heap = make([]waiting, 0, len(heap)/2)
	for _, f := range heap {
		if _, live := r.used(f.ref); live {
			w.push(f)
		}
	}
}

// push and pop keep the heap.

func (w *wheel) push(f waiting) {
	w.heap = append(w.heap, f)
	h := w.heap
	for i := len(h) - 1; i > 0; {
		up := (i - 1) / 2
		if !h[i].before(&h[up]) {
			return
		}
		h[i], h[up] = h[up], h[i]
		i = up
	}
}

func (w *wheel) pop() {
	h := w.heap
	n := len(h) - 1
	h[0] = h[n]
	h = h[:n]
	if n < cap(h)/4 && n >= keptRefs {
		h = slices.Clone(h) // a crowd has left
	}
	w.heap = h
	for i := 0; ; {
		down := 2*i + 1
		if down >= n {
			return
		}
		if right := down + 1; right < n && h[right].before(&h[down]) {
			down = right
		}
		if !h[down].before(&h[i]) {
			return
		}
		h[i], h[down] = h[down], h[i]
		i = down
	}
}

package reassembly

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"unsafe"
)

// The smallest fragments of the largest datagram make it, forwards, backwards and
// at random, and every one of them twice.
func TestTinyFragments(t *testing.T) {
	const count = maxFragmentOffset/8 + 1
	random := rand.New(rand.NewPCG(5, 6))
	orders := map[string][]int{"at random": random.Perm(count)}
	for i := range count {
		orders["forwards"] = append(orders["forwards"], i)
		orders["backwards"] = append(orders["backwards"], count-1-i)
	}
	for name, order := range orders {
		h := newDatagramHarness(t, DatagramConfig{})
		var whole *Datagram
		for _, i := range order {
			text := fmt.Sprintf("%08d", i)
			if whole = h.add(4, uint32(i)*8, text, i < count-1); whole == nil {
				h.add(4, uint32(i)*8, text, i < count-1)
			}
		}
		if whole == nil || len(whole.Payload()) != count*8 || len(whole.Parts) != 2*count-1 {
			t.Errorf("%s: %v", name, whole != nil)
			continue
		}
		for i := range count {
			if got := string(whole.Payload()[i*8:][:8]); got != fmt.Sprintf("%08d", i) {
				t.Errorf("%s: fragment %d reads %s", name, i, got)
				break
			}
		}
	}
}

// What a fragment claims costs nothing: it is charged for the bytes that came.
func TestClaimsCostNothing(t *testing.T) {
	h := newDatagramHarness(t, DatagramConfig{})
	h.addTo(datagramKey(4, 1), maxFragmentOffset, maxFragmentLength, "", true)
	h.addTo(datagramKey(6, 2), maxFragmentOffset, maxFragmentLength-7, "x", true)
	h.addTo(datagramKey(4, 3), maxFragmentOffset, 8, eight, true)
	if got := h.Charged(); got > 3*1500 {
		t.Errorf("%d charged", got)
	}
	// Fragments that overwrite each other use no more than a few times what is left of them.
	h = newDatagramHarness(t, DatagramConfig{Policy: Last})
	for range 1000 {
		h.add(4, 8, strings.Repeat("x", 1480), true)
	}
	if got := h.Charged() - int64(cap(h.oldest.Parts)*datagramPartCost); got > 5000 {
		t.Errorf("%d charged for 1,480 bytes", got)
	}
}

// However much was held, what waits for its next use is bounded.
func TestWhatWaitsIsBounded(t *testing.T) {
	h := newDatagramHarness(t, DatagramConfig{Memory: 1 << 30})
	d := h.Datagrams
	var out []*Datagram
	f := Fragment{Header: datagramHeader4, More: true, Payload: make([]byte, 1480), Length: 1480}
	for size := uint32(1); size < 200; size *= 3 {
		for id := range 10_000 / size {
			for n := range size {
				f.Offset = n % 40 * 1480
				d.Add(datagramKey(4, id), &f)
			}
		}
		for g := d.Remaining(); g != nil; g = d.Remaining() {
			out = append(out, g)
		}
	}
	for _, g := range out {
		d.Return(g)
	}
	waiting := len(d.spare) * int(unsafe.Sizeof(Datagram{}))
	for i, size := range d.bytes.sizes {
		waiting += len(d.bytes.free[i]) * size
	}
	for i, size := range d.parts.sizes {
		waiting += len(d.parts.free[i]) * size * datagramPartCost
	}
	for i, size := range d.pieces.sizes {
		waiting += len(d.pieces.free[i]) * size * datagramPieceCost
	}
	if waiting < 4<<20 || waiting > 16<<20 {
		t.Errorf("%d bytes wait", waiting)
	}
}

// The cost table is what things take.
func TestDatagramCosts(t *testing.T) {
	for _, row := range []struct {
		name       string
		size, cost uintptr
	}{
		{"part", unsafe.Sizeof(Part{}), datagramPartCost},
		{"piece", unsafe.Sizeof(fragmentPiece{}), datagramPieceCost},
		{"conflict", unsafe.Sizeof(FragmentConflict{}), datagramConflictCost},
		// A place in the index is a key and a pointer, of which up to half are free.
		{"datagram", unsafe.Sizeof(Datagram{}) + 2*(unsafe.Sizeof(DatagramKey{})+8), datagramCost},
	} {
		if row.size > row.cost {
			t.Errorf("%s: %d bytes are charged %d", row.name, row.size, row.cost)
		}
	}
}

// Over the ceiling, the oldest datagrams are given up until the others fit.
func TestOverflow(t *testing.T) {
	h := newDatagramHarness(t, DatagramConfig{Memory: 20_000})
	for id := range uint32(10) {
		h.addTo(datagramKey(4, id), 8, 1480, strings.Repeat("x", 1480), true)
	}
	next := uint32(0)
	for g := h.Overflow(); g != nil; g = h.Overflow() {
		if h.ended(g); g.Key.ID != next || g.Outcome != Evicted {
			t.Errorf("%+v, want %d", g, next)
		}
		next++
	}
	if next == 0 || h.Charged() > 20_000 || h.Charged() < 10_000 {
		t.Errorf("%d given up, %d charged", next, h.Charged())
	}
}

package bench

import (
	"cmp"
	"math/rand/v2"
	"slices"
)

const (
	atOnce       = 64   // transfers that are under way together
	fullPayload  = 1460 // bytes of a segment of a transfer
	mostOvertake = 8    // so many segments overtake one that is late, at most
	acksEvery    = 2    // segments that come are answered by an acknowledgement
)

// A transfer is one server's long answer as it comes to where it is captured.
type transfer struct {
	order []int32 // which segment comes when
	came  []bool  // by segment
	whole int     // so many segments have come without a hole
	last  int32   // the last segment of those that have come
}

// newTransfer returns a transfer of n segments of which a share is late: one to
// eight of those that follow come before it.
func newTransfer(n int, late float64, r *rand.Rand) transfer {
	type arrival struct {
		segment int32
		at      float64
	}
	arrivals := make([]arrival, n)
	for i := range arrivals {
		arrivals[i] = arrival{int32(i), float64(i)}
		if r.Float64() < late {
			arrivals[i].at += 0.5 + float64(1+r.IntN(mostOvertake))
		}
	}
	slices.SortStableFunc(arrivals, func(a, b arrival) int { return cmp.Compare(a.at, b.at) })
	t := transfer{came: make([]bool, n), last: -1}
	for _, a := range arrivals {
		t.order = append(t.order, a.segment)
	}
	return t
}

// comes notes that a segment has come, and says whether a later one came before it.
func (t *transfer) comes(segment int32) (reordered bool) {
	t.came[segment] = true
	for t.whole < len(t.came) && t.came[t.whole] {
		t.whole++
	}
	reordered = segment < t.last
	t.last = max(t.last, segment)
	return reordered
}

// Sent is what a capture of transfers has.
type sent struct {
	frames    int
	segments  int // frames with data
	reordered int // of these, those that come behind a later one (RFC 4737)
}

// writeTransfers writes a capture of about so many bytes: long transfers that go
// on side by side, opened, acknowledged as far as they have come without a hole, and closed. A
// share of the segments is late.
func writeTransfers(path string, bytes int64, late float64) (s sent, err error) {
	to, err := createCapture(path)
	if err != nil {
		return s, err
	}
	const perSegment = recordHeader + headers + fullPayload + (recordHeader+leastFrame)/acksEvery
	length := int(max(acksEvery, bytes/perSegment/atOnce))
	transfers := make([]transfer, atOnce)
	for n := range transfers {
		transfers[n] = newTransfer(length, late, rand.New(rand.NewPCG(2, uint64(n))))
	}
	asks, tells, data := newSegment(client, 0), newSegment(server, 0), newSegment(server, fullPayload)
	at := func(segment int) uint32 { return 1 + uint32(segment)*fullPayload }
	for n := range transfers {
		to.add(asks.says(syn, 0, 0), n)
		to.add(tells.says(syn|ack, 0, 1), n)
		to.add(asks.says(ack, 1, 1), n)
	}
	for i := range length {
		for n := range transfers {
			t := &transfers[n]
			to.add(data.says(ack, at(int(t.order[i])), 1), n)
			s.segments++
			if t.comes(t.order[i]) {
				s.reordered++
			}
			if (i+1)%acksEvery == 0 {
				to.add(asks.says(ack, 1, at(t.whole)), n)
			}
		}
	}
	for n := range transfers {
		to.add(tells.says(fin, at(length), 1), n)
		to.add(asks.says(fin, 1, at(length)+1), n)
		to.add(tells.says(ack, at(length)+1, 2), n)
	}
	s.frames = to.frames
	return s, to.close()
}

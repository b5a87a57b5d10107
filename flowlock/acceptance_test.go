package flowlock

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/pcappipe/pcappipe/flow"
)

// What a lock for each flow has to do, each point by the name of a defect that
// one was seen to have.

// A packet is what a program sees of one, and what is in it.
type packet struct {
	at        int64
	flags     uint16
	from      flow.Direction
	offset    uint64
	requests  []Request
	responses []Response
}

// keptAlive is a connection with so many requests, one after the other, and its end.
// Requests have 100 bytes and responses 1000, which come a millisecond later.
func keptAlive(begins int64, requests int, id string) (packets []packet) {
	packets = append(packets, packet{at: begins, flags: flow.SYN}, packet{at: begins + 1, flags: flow.SYN | flow.ACK, from: flow.FromB})
	at := begins
	for n := range uint64(requests) {
		at += second / 10
		asked, answered := 100*n, 1000*n
		packets = append(packets,
			packet{at: at, flags: flow.ACK, offset: asked, requests: []Request{{
				Stream: 1, From: flow.FromA, Offset: asked, Time: at, Trace: Trace{ID: fmt.Sprint(id, n), Span: fmt.Sprint(n)}}}},
			packet{at: at + 1e6, flags: flow.ACK, from: flow.FromB, offset: answered, responses: []Response{{
				Stream: 1, From: flow.FromB, Offset: answered, Ack: asked + 100, Time: at + 1e6}}},
			packet{at: at + 2e6, flags: flow.ACK, from: flow.FromB, offset: answered + 500})
	}
	return append(packets,
		packet{at: at + 3e6, flags: flow.FIN | flow.ACK, offset: 100 * uint64(requests)},
		packet{at: at + 4e6, flags: flow.FIN | flow.ACK, from: flow.FromB, offset: 1000 * uint64(requests)},
		packet{at: at + 5e6, flags: flow.ACK, offset: 100*uint64(requests) + 1})
}

// see does with a packet what a program does: it returns the trace that the packet is labelled with.
func (d *desk) see(k flow.Key, p packet) string {
	h := d.lock(k, p.flags)
	defer h.Unlock()
	h.UnlockWithTraces(p.flags, p.requests, p.responses)
	r, _ := h.At(1, p.from, p.offset)
	return r.Trace.ID
}

// Every request of a connection is kept, every response finds its own, with its own
// latency, and every packet its trace. (Only the first request of a connection was
// kept, so all responses were the first one's.)
func TestAcceptance01ThreeTracedRequestsOnOneConnection(t *testing.T) {
	d := newDesk(t, LockConfig{})
	var labels []string
	for _, p := range keptAlive(second, 3, "t") {
		d.clock.Advance(p.at)
		labels = append(labels, d.see(key(1, 6), p))
	}
	want := []string{"", "", "t0", "t0", "t0", "t1", "t1", "t1", "t2", "t2", "t2", "t2", "t2", "t2"}
	if !slices.Equal(labels, want) {
		t.Errorf("labels %q, want %q", labels, want)
	}
	for n, x := range d.ended {
		if x.Request.Trace.ID != fmt.Sprint("t", n) || x.Outcome != Responded || x.Latency() != time.Millisecond {
			t.Errorf("exchange %d: %s %s after %v", n, x.Request.Trace.ID, x.Outcome, x.Latency())
		}
	}
	d.clock.Advance(100 * second)
	d.empty()
	d.Close()
}

// A thousand connections with several requests each are seen to their ends, by
// more goroutines than there are processors, and stopping is immediate. (A
// termination waited for a count that never came to zero, with a goroutine each, until
// all were waiting and not even a signal ended the program.) The bubble holds
// that no goroutine is left.
func TestAcceptance02ThousandKeptAliveConnections(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const connections, requests, workers = 1000, 3, 25
		d := newDesk(t, LockConfig{Clock: NewWallClock(time.Second)})
		work := make(chan uint32)
		var all sync.WaitGroup
		var mu sync.Mutex
		out := 0
		for range workers {
			all.Go(func() {
				for n := range work {
					for _, p := range keptAlive(0, requests, fmt.Sprint(n, "-")) {
						d.see(key(n, 6), p)
						mu.Lock()
						out++
						mu.Unlock()
					}
				}
			})
		}
		for n := range uint32(connections) {
			work <- n
		}
		close(work)
		all.Wait()
		if s := d.Stats(); out != connections*(3*requests+5) || s.Responded != connections*requests || s.Pending != 0 {
			t.Errorf("%d packets came out, %+v", out, s)
		}
		began := time.Now()
		d.Close()
		if took := time.Since(began); took != 0 {
			t.Errorf("stopping took %v", took)
		}
		d.empty()
	})
}

// When all is over nothing is left: no goroutine, no entry, no request. (Of 50
// requests 49 stayed in a table that was keyed by trace.) A bubble fails where a
// goroutine outlives it.
func TestAcceptance04NothingIsLeft(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t, LockConfig{Clock: NewWallClock(time.Second)})
		for n := range uint32(200) {
			packets := keptAlive(0, int(n%5), "t")
			for _, p := range packets[:len(packets)-int(n%9)%len(packets)] { // some without their end
				d.see(key(n, 6), p)
			}
		}
		time.Sleep(700 * time.Second)
		d.empty()
		d.Close()
		d.empty()
	})
}

// The two directions have offsets of their own, whoever of the two is captured
// from. (A response was looked for by the server's sequence number among the
// client's.)
func TestAcceptance05EachDirectionHasItsOffsets(t *testing.T) {
	for _, client := range []flow.Direction{flow.FromA, flow.FromB} {
		d := newDesk(t, LockConfig{})
		k, server := key(1, 6), 1-client
		const asked, answered = 4_000_000_000, 17 // far apart, as initial sequence numbers are
		for n, id := range []string{"A", "B"} {
			n := uint64(n)
			d.packet(k, flow.ACK, []Request{{Stream: 1, From: client, Offset: asked + 100*n, Trace: Trace{ID: id}}}, nil)
			d.packet(k, flow.ACK, nil, []Response{{Stream: 1, From: server, Offset: answered + 1000*n, Ack: asked + 100*n + 100}})
		}
		h := d.lock(k, flow.ACK)
		for _, c := range []struct {
			from   flow.Direction
			offset uint64
			want   string
		}{
			{client, asked - 1, ""}, {client, asked, "A"}, {client, asked + 99, "A"}, {client, asked + 100, "B"},
			{server, answered - 1, ""}, {server, answered, "A"}, {server, answered + 999, "A"}, {server, answered + 1000, "B"},
			{server, asked, "B"}, {client, answered, ""},
		} {
			if r, ok := h.At(1, c.from, c.offset); r.Trace.ID != c.want || ok != (c.want != "") {
				t.Errorf("client %d: at %d of %d is %q, want %q", client, c.offset, c.from, r.Trace.ID, c.want)
			}
		}
		var both []string
		h.Between(1, client, asked+50, asked+150, func(r Request) bool { both = append(both, r.Trace.ID); return true })
		if !slices.Equal(both, []string{"A", "B"}) {
			t.Errorf("a segment with the end of one and the beginning of the other belongs to %q", both)
		}
		h.Unlock()
		if len(d.ended) != 2 || d.ended[0].Request.Trace.ID != "A" || d.ended[0].Response.Offset != answered {
			t.Errorf("ended %+v", d.ended)
		}
		d.Close()
	}
}

// Sequence numbers wrap within an exchange, and a connection goes over 4 GiB:
// what had the same sequence number a lap ago is another's. (Keys of the laps
// stood side by side, in the order of 32 bits.)
func TestAcceptance06SequenceNumbersWrap(t *testing.T) {
	d := newDesk(t, LockConfig{})
	defer d.Close()
	k := key(1, 6)
	const isn, size, uploads = 0xffff_ff00, 1 << 30, 12 // 12 GiB, and the first request wraps
	var near uint64
	seen := map[uint32]string{}
	again := 0
	for n := range uint64(uploads) {
		id := fmt.Sprint("upload ", n)
		seq := uint32(isn + n*size) // what the wire has
		near = Nearest(near, seq-isn)
		if near != n*size {
			t.Fatalf("sequence number %d is at %d, want %d", seq, near, n*size)
		}
		d.packet(k, flow.ACK, request(1, near, id), nil)
		for step := uint32(0); step < size; step += size / 4 {
			near = Nearest(near, seq+step-isn)
			if r, _ := d.lockAt(k, near); r.Trace.ID != id {
				t.Errorf("byte %d is labelled %q, want %q", near, r.Trace.ID, id)
			}
			if was := seen[seq+step]; was != "" && was != id {
				again++
			}
			seen[seq+step] = id
		}
		d.packet(k, flow.ACK, nil, response(1, 1000*n, near+size/4))
	}
	if again == 0 {
		t.Error("no sequence number came again: this tests nothing")
	}
	for n, x := range d.ended {
		if want := fmt.Sprint("upload ", n); x.Request.Trace.ID != want || x.Outcome != Responded {
			t.Errorf("%s %s, want %s", x.Request.Trace.ID, x.Outcome, want)
		}
	}
}

// lockAt is At in a packet of its own.
func (d *desk) lockAt(k flow.Key, offset uint64) (Request, bool) {
	h := d.lock(k, flow.ACK)
	defer h.Unlock()
	return h.At(1, flow.FromA, offset)
}

// One trace on many flows at once is many exchanges, and the end of one flow takes
// nothing from another. (Requests were kept by trace id, for all flows together.)
func TestAcceptance07OneTraceOnTenFlows(t *testing.T) {
	d := newDesk(t, LockConfig{})
	defer d.Close()
	for n := range uint32(10) {
		d.packet(key(n, 6), flow.ACK, []Request{{Stream: 1, Offset: uint64(n), Time: int64(n), Trace: Trace{"same", fmt.Sprint(n)}}}, nil)
	}
	d.packet(key(0, 6), flow.RST, nil, response(1, 0, 9))
	d.clock.Advance(11 * second) // and the first flow is gone
	for n := uint32(9); n > 0; n-- {
		d.packet(key(n, 6), flow.ACK, nil, []Response{{Stream: 1, From: flow.FromB, Offset: 0, Ack: 100, Time: int64(n) * 10}})
		x := d.ended[len(d.ended)-1]
		if x.Key != key(n, 6) || x.Request.Trace.Span != fmt.Sprint(n) || x.Latency() != time.Duration(9*n) || x.Outcome != Responded {
			t.Errorf("flow %d: %+v", n, x)
		}
	}
	if len(d.ended) != 10 {
		t.Errorf("%d ended", len(d.ended))
	}
}

// A connection between the same two ends, begun within the grace of the one before,
// has nothing of it, and the end of that one's grace takes nothing from it. (It was
// erased with the old one.)
func TestAcceptance08TheSameEndsAgainWithinASecond(t *testing.T) {
	d := newDesk(t, LockConfig{})
	defer d.Close()
	k := key(1, 6)
	for _, p := range keptAlive(second, 2, "old") {
		d.clock.Advance(p.at)
		d.see(k, p)
	}
	d.packet(k, flow.ACK, request(1, 500, "late"), nil) // pending when its connection is over
	clock := d.clock.Now()
	d.clock.Advance(clock + second/2)
	if h := d.lock(k, flow.ACK); h.Generation() != 1 {
		t.Error("a late packet begins a connection")
	} else if _, ok := h.At(1, flow.FromA, 120); !ok {
		t.Error("a late packet has no label")
	} else {
		h.Unlock()
	}
	h := d.lock(k, flow.SYN)
	if _, ok := h.At(1, flow.FromA, 1000); ok || h.Generation() != 2 {
		t.Errorf("generation %d begins with a label %t", h.Generation(), ok)
	}
	h.Unlock()
	if x := d.ended[len(d.ended)-1]; x.Request.Trace.ID != "late" || x.Outcome != Aborted || x.Generation != 1 {
		t.Errorf("what was pending ended %+v", x)
	}
	d.packet(k, flow.ACK, request(1, 0, "new"), nil)
	d.clock.Advance(clock + 60*second)
	if r, ok := d.lockAt(k, 50); !ok || r.Trace.ID != "new" {
		t.Errorf("after the old one's grace the new one has %+v", r)
	}
	if s := d.Stats(); s.Flows != 1 || s.Pending != 1 {
		t.Errorf("%+v", s)
	}
}

// A response that comes before its request waits for it, and the count of what is
// pending is never below zero; one whose request was before the capture does not
// take the next request that comes. (Such a response got no trace, and its
// request stayed for ever or was not counted.)
func TestAcceptance09ResponseBeforeItsRequest(t *testing.T) {
	d := newDesk(t, LockConfig{})
	defer d.Close()
	k := key(1, 6)
	d.packet(k, flow.ACK, nil, response(1, 0, 100)) // its request was bytes 0 to 100, before the capture
	d.packet(k, flow.ACK, nil, response(1, 1000, 200))
	if s := d.Stats(); s.Pending != 0 {
		t.Errorf("%+v", s)
	}
	d.clock.Advance(10 * second)
	d.packet(k, flow.ACK, request(1, 100, "b"), nil)
	if len(d.ended) != 1 || d.ended[0].Response.Offset != 1000 || d.Stats().Pending != 0 {
		t.Errorf("ended %+v", d.ended)
	}
	h := d.lock(k, flow.ACK)
	before, some := h.At(1, flow.FromB, 500)
	after, _ := h.At(1, flow.FromB, 1500)
	if some || after.Trace.ID != "b" {
		t.Errorf("the responses belong to %+v and %+v", before, after)
	}
	h.Unlock()
	d.packet(k, flow.ACK, nil, response(1, 2000, 300))
	d.clock.Advance(20*second + 1)
	d.packet(k, flow.ACK, request(1, 200, "c"), nil) // too late
	if s := d.Stats(); s.Pending != 1 || s.Unasked != 1 {
		t.Errorf("%+v", s)
	}
	d.packet(k, flow.ACK, request(1, 200, "c"), nil) // sent again
	d.packet(k, flow.ACK, nil, response(1, 2000, 300))
	if s := d.Stats(); s.Pending != 1 || s.Repeated != 2 {
		t.Errorf("what is sent again counts: %+v", s)
	}
}

// A capture of hours that is read in no time ends as it did live. (Deadlines
// were the wall clock's alone.)
func TestAcceptance15ACaptureIsAsLive(t *testing.T) {
	script := func(pass func(at int64), d *desk) {
		r := rand.New(rand.NewPCG(1, 15))
		for at := int64(0); at < 4*3600*second; at += r.Int64N(40 * second) {
			pass(at)
			k := key(r.Uint32N(7), 6)
			p := packet{flags: []uint16{flow.ACK, flow.ACK, flow.ACK, flow.FIN, flow.SYN}[r.IntN(5)]}
			switch offset := r.Uint64N(1000); r.IntN(3) {
			case 0:
				p.requests = request(1, offset, fmt.Sprint(at))
			case 1:
				p.responses = response(1, offset, offset)
			}
			d.see(k, p)
		}
		pass(10 * 3600 * second)
	}
	told := func(d *desk, began int64) (lines []string) {
		for _, x := range d.ended {
			lines = append(lines, fmt.Sprint(x.Key, x.Generation, x.Request.Trace.ID, x.Outcome, x.Ended-began))
		}
		slices.Sort(lines)
		return lines
	}
	var read, live []string
	capture := newDesk(t, LockConfig{})
	script(capture.clock.Advance, capture)
	capture.empty()
	capture.Close()
	read = told(capture, 0)
	synctest.Test(t, func(t *testing.T) {
		clock := NewWallClock(time.Second)
		began := clock.Now()
		d := newDesk(t, LockConfig{Clock: clock})
		script(func(at int64) { time.Sleep(time.Duration(at - (clock.Now() - began))) }, d)
		time.Sleep(time.Second)
		d.empty()
		d.Close()
		live = told(d, began)
	})
	if !slices.Equal(read, live) || len(read) < 200 {
		t.Errorf("%d requests ended when it was read:\n%v\n%d live:\n%v", len(read), read, len(live), live)
	}
}

// What is idle goes by the capture's clock, and what has to make room is counted
// and told. (Flows went by the wall clock, in 600 to 1200 s; there was no bound.)
func TestAcceptance16IdleFlowsGoAndRoomIsMade(t *testing.T) {
	const flows, exchanges = 10, 5
	d := newDesk(t, LockConfig{Flows: flows, Exchanges: exchanges})
	defer d.Close()
	for n := range uint32(flows) {
		d.clock.Advance(int64(n))
		d.packet(key(n, 6), flow.ACK, request(1, 0, fmt.Sprint(n)), nil)
	}
	if s := d.Stats(); s.Evicted != flows-exchanges || s.Kept != exchanges || s.Pending != exchanges {
		t.Errorf("of %d requests %d have room: %+v", flows, exchanges, s)
	}
	if r, ok := d.lockAt(key(0, 6), 0); ok {
		t.Errorf("the label of an exchange that made room is still %+v", r)
	}
	held := d.lock(key(1, 6), flow.ACK)
	d.packet(key(100, 6), flow.ACK, nil, nil) // the longest idle, 2, makes room
	held.Unlock()
	left := map[flow.Key]bool{}
	for v := range d.All() {
		left[v.Key()] = true
	}
	if s := d.Stats(); s.EvictedFlows != 1 || s.Flows != flows || left[key(2, 6)] || !left[key(1, 6)] || !left[key(0, 6)] {
		t.Errorf("%+v", s)
	}
	for _, x := range d.ended {
		if x.Outcome != Evicted {
			t.Errorf("ended %+v", x)
		}
	}
	d.clock.Advance(600*second + 3)
	if s := d.Stats(); s.Flows != flows-1 { // 3 has been idle for 600 s
		t.Errorf("%+v", s)
	}
	d.clock.Advance(600*second + 9)
	d.empty()
	if x := d.ended[len(d.ended)-1]; x.Outcome != Timeout || x.Ended != 600*second+9 {
		t.Errorf("the last ended %+v", x)
	}
}

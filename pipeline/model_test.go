package pipeline

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/pcappipe/pcappipe/decoder"
	"github.com/pcappipe/pcappipe/flow"
	"github.com/pcappipe/pcappipe/frame"
	"github.com/pcappipe/pcappipe/internal/capture"
)

// A model is the obvious sequencer: one frame at a time, one list of flows, no batches.
type model struct {
	flows  []*modelFlow // live
	ended  []*modelFlow
	next   uint64
	clock  int64
	set    bool
	offset int64 // of the clock from the frames' times
	frames int   // that were near the clock
	// doubt is the last time, if it was a leap that nothing has confirmed.
	doubt   int64
	doubted bool
	latest  []*modelFlow // the flows of the last frame

	datagrams []*modelDatagram // that are not whole, the oldest first
	begun     []*modelDatagram // by the last frame
}

type modelFlow struct {
	number   uint64
	key      string
	last     int64
	idle     int64
	packets  int
	isn      map[flow.Direction]uint32
	syn, fin map[flow.Direction]bool
	rst      bool
	reason   string
}

const seconds = int64(1e9)

// tick moves the clock: forward only, and by more than a day only when two
// frames in a row say so. Where two in a row say that the very first time was
// wrong, all others are moved to it.
func (m *model) tick(nanos int64) {
	const day = 86400 * seconds
	near := func(a, b int64) bool { return a-b <= day && b-a <= day }
	if !m.set {
		m.set, m.offset = true, -nanos
	}
	t := nanos + m.offset
	twice := m.doubted && near(t, m.doubt)
	m.doubted = false
	switch {
	case near(t, m.clock):
		m.clock, m.frames = max(m.clock, t), m.frames+1
	case t < m.clock && m.frames > 1:
	case twice && t > m.clock:
		m.clock, m.frames = max(t, m.doubt), 2
		for _, x := range m.latest { // the frame before was right
			x.last = max(x.last, m.doubt)
		}
		for _, d := range m.begun {
			d.first = max(d.first, m.doubt)
		}
	case twice:
		m.offset += m.clock - max(t, m.doubt)
		m.frames = 2
	default:
		m.doubt, m.doubted = t, true
	}
}

// frame brings one frame into the model and returns the numbers of its flows.
func (m *model) frame(f capture.Frame) (numbers []uint64) {
	m.tick(f.Nanos)
	m.latest, m.begun = nil, nil
	m.flows = slices.DeleteFunc(m.flows, func(x *modelFlow) bool {
		if m.clock-x.last > x.idle {
			m.end(x, "idle")
			return true
		}
		return false
	})
	m.overdue()
	d := decoder.New(decoder.Config{Flows: true, Reassemble: flow.IPv4 | flow.IPv6})
	var r decoder.Result
	d.Reset(&r)
	d.Decode(&frame.Frame{Len: uint32(len(f.Data)), Wire: uint32(max(len(f.Data), f.Wire)), Link: 1}, f.Data, 0, &r)
	whole := m.fragments(d, &r, f.Data, 0)
	for _, r := range append([]*decoder.Result{&r}, whole...) {
		for i := range r.Groups.Pieces {
			p := &r.Groups.Pieces[i]
			k := &r.Groups.List[p.Group].Key
			var scope flow.Scope
			if k.Scope > 0 {
				scope = r.Scopes.List[k.Scope-1]
			}
			numbers = append(numbers, m.piece(nameOf(k, scope), k.Proto, p))
		}
	}
	return numbers
}

// fragments takes the fragments that were found in these bytes, and returns what
// is in the datagrams that are whole with them.
func (m *model) fragments(d *decoder.Decoder, r *decoder.Result, data []byte, nested int) (whole []*decoder.Result) {
	for i := range r.Fragments {
		f := &r.Fragments[i]
		var scope flow.Scope
		if f.Scope > 0 {
			scope = r.Scopes.List[f.Scope-1]
		}
		if nested == mostNested {
			continue // counted, and no more
		}
		if g := m.fragment(f, data, scope); g != nil {
			again := new(decoder.Result)
			d.Reset(again)
			d.Resume(g.packet, scope, f.Level, f.Depth, 0, again)
			whole = append(append(whole, again), m.fragments(d, again, g.packet, nested+1)...)
		}
	}
	return whole
}

// nameOf says which flow packets belong to.
func nameOf(k *flow.Key, scope flow.Scope) string {
	return fmt.Sprintf("%v %v %v %v %v %v %x", k.A, k.B, k.PortA, k.PortB, k.Proto, k.Kind, scope)
}

// find returns the live flow with this name, or a new one if there is none, or
// if it is over.
func (m *model) find(name string, proto uint8, over func(*modelFlow) bool) *modelFlow {
	at := slices.IndexFunc(m.flows, func(x *modelFlow) bool { return x.key == name })
	if at >= 0 && over(m.flows[at]) {
		m.end(m.flows[at], "reuse")
		m.flows = slices.Delete(m.flows, at, at+1)
		at = -1
	}
	if at >= 0 {
		return m.flows[at]
	}
	m.next++
	idle := 60 * seconds
	if proto == 6 {
		idle = 300 * seconds
	}
	x := &modelFlow{number: m.next, key: name, idle: idle,
		isn: map[flow.Direction]uint32{}, syn: map[flow.Direction]bool{}, fin: map[flow.Direction]bool{}}
	m.flows = append(m.flows, x)
	return x
}

func (m *model) piece(name string, proto uint8, p *flow.Piece) uint64 {
	x := m.find(name, proto, func(x *modelFlow) bool { return p.Flags&(flow.SYN|flow.ACK) == flow.SYN && x.over(p) })
	x.last = max(x.last, m.clock)
	m.latest = append(m.latest, x)
	x.packets++
	if p.Flags&flow.SYN != 0 {
		begin := func(d flow.Direction, seq uint32) {
			if _, known := x.isn[d]; !known {
				x.isn[d] = seq
			}
		}
		begin(p.Dir, p.Seq)
		if p.Flags&flow.ACK != 0 {
			begin(1-p.Dir, p.Ack-1)
		} else {
			x.syn[p.Dir] = true
		}
	}
	x.fin[p.Dir] = x.fin[p.Dir] || p.Flags&flow.FIN != 0
	x.rst = x.rst || p.Flags&flow.RST != 0
	return x.number
}

// over says whether a SYN begins a new flow.
func (x *modelFlow) over(p *flow.Piece) bool {
	if x.rst || x.fin[0] && x.fin[1] {
		return true
	}
	if isn, known := x.isn[p.Dir]; known {
		return isn != p.Seq
	}
	return !x.syn[1-p.Dir]
}

func (m *model) end(x *modelFlow, reason string) {
	x.reason = reason
	switch {
	case x.rst:
		x.reason = "rst"
	case x.fin[0] && x.fin[1]:
		x.reason = "fin"
	}
	m.ended = append(m.ended, x)
}

// Each frame belongs to the flows that the obvious sequencer gives it, and each
// flow ends as it says.
func TestSequencerDoesWhatTheModelDoes(t *testing.T) {
	for seed := range rounds(4, 24) {
		frames := traffic(500+seed, 1200)
		if seed%3 == 0 {
			frames[0].Nanos += 70 * 365 * 86400 * seconds // a clock that was not set yet
		}
		var m model
		var want []string
		for _, f := range frames {
			numbers := "none"
			if n := m.frame(f); len(n) > 0 {
				numbers = fmt.Sprint(n)
			}
			want = append(want, numbers)
		}
		for _, d := range m.datagrams {
			m.lose(d)
		}
		for _, x := range m.flows {
			m.end(x, "end")
		}
		path := file(t, "a.pcap", capture.Pcap(frames))
		out := records(t, Config{Inputs: []string{path}, Engine: Pipeline, Workers: 2, BatchSize: 20_000}, "frames", "flows")
		flows := make(map[uint64]string)
		n := 0
		for line := range strings.Lines(string(out)) {
			var r struct {
				Record   string
				Pcappipe struct{ Flow []uint64 }
				Flow     uint64
				Reason   string `json:"end_reason"`
				Orig     int    `json:"orig_pkts"`
				Resp     int    `json:"resp_pkts"`
			}
			if err := json.Unmarshal([]byte(line), &r); err != nil {
				t.Fatal(err)
			}
			if r.Record == "flow" {
				flows[r.Flow] = fmt.Sprintf("%d packets, %s", r.Orig+r.Resp, r.Reason)
				continue
			}
			got := "none"
			if len(r.Pcappipe.Flow) > 0 {
				got = fmt.Sprint(r.Pcappipe.Flow)
			}
			if got != want[n] {
				t.Fatalf("seed %d: frame %d belongs to %s, want %s", seed, n+1, got, want[n])
			}
			n++
		}
		for _, x := range m.ended {
			if w := fmt.Sprintf("%d packets, %s", x.packets, x.reason); flows[x.number] != w {
				t.Fatalf("seed %d: flow %d is %s, want %s", seed, x.number, flows[x.number], w)
			}
		}
		if n != len(frames) || len(flows) != len(m.ended) {
			t.Fatalf("seed %d: %d frames and %d flows, want %d and %d", seed, n, len(flows), len(frames), len(m.ended))
		}
	}
}

package flowlock

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/pcappipe/pcappipe/flow"
)

// A model is Locks for one goroutine, as the comments tell it and without any
// haste: everything is in lists, which are searched from their beginning.
type model struct {
	config      LockConfig
	now         int64
	generations []*modelGeneration // all that ever were
	exchanges   []*modelExchange   // that are kept
	rested      []*modelGeneration // whose locks nobody has, the longest unlocked first
	ended       []Exchange
	unasked     uint64
	repeated    uint64
}

type modelGeneration struct {
	key                        flow.Key
	number                     uint64
	held, closing, quiet, over bool
	unlockedAt, closedAt       int64
	quietAt                    int64
	labels                     []modelLabel
}

type modelLabel struct {
	lane, offset uint64
	request      *Request
}

type modelExchange struct {
	of       *modelGeneration
	request  *Request
	response *Response
	began    int64
	state    string // pending, early, over
}

func (m *model) live(k flow.Key) *modelGeneration {
	for _, g := range m.generations {
		if g.key == k && !g.over {
			return g
		}
	}
	return nil
}

func (m *model) pending(g *modelGeneration) (list []*modelExchange) {
	for _, x := range m.exchanges {
		if x.of == g && x.state == "pending" {
			list = append(list, x)
		}
	}
	return list
}

func (m *model) end(x *modelExchange, outcome Outcome, at int64) {
	waited := x.state == "pending"
	x.state = "over"
	e := Exchange{Key: x.of.key, Generation: x.of.number, Request: *x.request, Outcome: outcome, Ended: max(at, x.began)}
	if x.response != nil {
		e.Response = *x.response
	}
	m.ended = append(m.ended, e)
	if g := x.of; waited && g.closing && !g.over && len(m.pending(g)) == 0 {
		g.quiet, g.quietAt = true, min(at, g.closedAt+int64(m.config.Hold))
	}
}

// deadline returns when a generation changes by itself, if it does.
func (m *model) deadline(g *modelGeneration) (at int64, some bool) {
	switch {
	case g.over:
		return 0, false
	case g.closing && len(m.pending(g)) > 0:
		return g.closedAt + int64(m.config.Hold), true
	case g.held:
		return 0, false
	case g.closing:
		return g.quietAt + int64(m.config.Grace), true
	}
	return g.unlockedAt + int64(m.config.Idle), true
}

// settle brings a generation, or all of them, up to the present, one deadline after the other.
func (m *model) settle(only *modelGeneration) {
	for {
		var first *modelGeneration
		var at int64
		for _, g := range m.generations {
			if due, some := m.deadline(g); some && due <= m.now && (only == nil || only == g) && (first == nil || due < at) {
				first, at = g, due
			}
		}
		switch {
		case first == nil:
			return
		case first.closing && len(m.pending(first)) > 0:
			for _, x := range m.pending(first) {
				m.end(x, Timeout, at)
			}
		default:
			m.drop(first, at, Timeout)
		}
	}
}

func (m *model) drop(g *modelGeneration, at int64, outcome Outcome) {
	g.over = true
	for _, x := range m.exchanges {
		if x.of == g && x.state == "pending" {
			m.end(x, outcome, at)
		}
		if x.of == g && x.state == "early" {
			m.unasked++
		}
	}
	m.exchanges = slices.DeleteFunc(m.exchanges, func(x *modelExchange) bool { return x.of == g })
	m.rested = slices.DeleteFunc(m.rested, func(o *modelGeneration) bool { return o == g })
}

func (m *model) lock(k flow.Key, flags uint16) *modelGeneration {
	g := m.live(k)
	if g != nil {
		m.rested = slices.DeleteFunc(m.rested, func(o *modelGeneration) bool { return o == g })
		if g.closing && flags&(flow.SYN|flow.ACK) == flow.SYN {
			m.drop(g, m.now, Aborted)
			g = nil
		}
	}
	if g == nil {
		for m.flows()+1 > m.config.Flows && len(m.rested) > 0 {
			m.drop(m.rested[0], m.now, Evicted)
		}
		g = &modelGeneration{key: k, number: uint64(len(m.generations)) + 1}
		m.generations = append(m.generations, g)
	}
	g.held = true
	return g
}

func (m *model) flows() (n int) {
	for _, g := range m.generations {
		if !g.over {
			n++
		}
	}
	return n
}

func (m *model) unlock(g *modelGeneration, flags uint16, requests []Request, responses []Response) (released bool) {
	g.held = true
	m.settle(g)
	before := g.quiet
	for i := range requests {
		m.ask(g, &requests[i])
	}
	for i := range responses {
		m.answer(g, &responses[i])
	}
	if flags&(flow.FIN|flow.RST) != 0 && !g.closing {
		g.closing, g.closedAt = true, m.now
		if len(m.pending(g)) == 0 {
			g.quiet, g.quietAt = true, m.now
		}
	}
	g.held, g.unlockedAt = false, m.now
	m.rested = append(m.rested, g)
	m.settle(g)
	return g.quiet && !before
}

func (g *modelGeneration) at(stream uint32, from flow.Direction, offset uint64) (l modelLabel, ok bool) {
	for _, one := range g.labels {
		if one.lane == lane(stream, from) && one.offset <= offset && (!ok || one.offset >= l.offset) {
			l, ok = one, true
		}
	}
	return l, ok
}

// label puts a request in force; of two at one offset the later one is found.
func (g *modelGeneration) label(stream uint32, from flow.Direction, offset uint64, r *Request) {
	g.labels = append(g.labels, modelLabel{lane(stream, from), offset, r})
}

func (m *model) again(g *modelGeneration, stream uint32, from flow.Direction, offset uint64) bool {
	l, ok := g.at(stream, from, offset)
	if ok && l.offset == offset {
		m.repeated++
		return true
	}
	return false
}

// waiting returns what is in a state on a client's stream, by offset.
func (m *model) waiting(g *modelGeneration, state string, stream uint32, client flow.Direction) (list []*modelExchange) {
	at := func(x *modelExchange) uint64 {
		if x.request != nil {
			return x.request.Offset
		}
		return x.response.Offset
	}
	for _, x := range m.exchanges {
		if x.of == g && x.state == state && (x.request != nil && x.request.Stream == stream && x.request.From == client ||
			x.request == nil && x.response.Stream == stream && x.response.From != client) {
			list = append(list, x)
		}
	}
	slices.SortStableFunc(list, func(a, b *modelExchange) int { return int(at(a)) - int(at(b)) })
	return list
}

func (m *model) ask(g *modelGeneration, r *Request) {
	if m.again(g, r.Stream, r.From, r.Offset) {
		return
	}
	for _, x := range m.waiting(g, "early", r.Stream, r.From) {
		if !x.response.answers(r) {
			continue
		}
		if m.now-x.began > int64(m.config.Early) {
			x.state = "over"
			m.unasked++
			continue
		}
		x.request = r
		g.label(r.Stream, r.From, r.Offset, r)
		g.label(r.Stream, x.response.From, x.response.Offset, r)
		m.end(x, Responded, m.now)
		return
	}
	m.keep(&modelExchange{of: g, request: r, began: m.now, state: "pending"})
	g.label(r.Stream, r.From, r.Offset, r)
}

func (m *model) answer(g *modelGeneration, s *Response) {
	if s.Reset {
		for _, client := range []flow.Direction{flow.FromA, flow.FromB} {
			for _, x := range m.waiting(g, "pending", s.Stream, client) {
				m.end(x, Aborted, m.now)
			}
		}
		return
	}
	if m.again(g, s.Stream, s.From, s.Offset) {
		return
	}
	if list := m.waiting(g, "pending", s.Stream, 1-s.From); len(list) > 0 && s.answers(list[0].request) {
		list[0].response = s
		g.label(s.Stream, s.From, s.Offset, list[0].request)
		m.end(list[0], Responded, m.now)
		return
	}
	m.keep(&modelExchange{of: g, response: s, began: m.now, state: "early"})
	g.label(s.Stream, s.From, s.Offset, nil)
	if list := m.waiting(g, "early", s.Stream, 1-s.From); len(list) > mostEarly {
		list[0].state = "over"
		m.unasked++
	}
}

func (m *model) keep(x *modelExchange) {
	for len(m.exchanges) >= m.config.Exchanges {
		old := m.exchanges[0]
		cut := func(stream uint32, from flow.Direction, offset uint64) {
			old.of.labels = slices.DeleteFunc(old.of.labels, func(l modelLabel) bool { return l.lane == lane(stream, from) && l.offset <= offset })
		}
		if old.state == "pending" {
			m.end(old, Evicted, m.now)
		}
		if old.state == "early" {
			m.unasked++
		}
		m.exchanges = m.exchanges[1:]
		if r := old.request; r != nil {
			cut(r.Stream, r.From, r.Offset)
		}
		if s := old.response; s != nil {
			cut(s.Stream, s.From, s.Offset)
		}
	}
	m.exchanges = append(m.exchanges, x)
}

// A play is a script that is run on Locks and on the model at once.
type play struct {
	t     testing.TB
	clock CaptureClock
	locks *Locks
	model model
	ended []Exchange
	held  map[flow.Key]*Held
	steps int
}

func newPlay(t testing.TB, flows, exchanges int) *play {
	p := &play{t: t, held: map[flow.Key]*Held{}}
	config := LockConfig{
		Clock: &p.clock, Hold: 10, Grace: 7, Idle: 60, Early: 9, Flows: flows, Exchanges: exchanges,
		Ended: func(x Exchange) { p.ended = append(p.ended, x) },
	}
	p.model.config = config
	p.locks = NewLocks(config)
	return p
}

// step does one thing, which some bytes choose.
func (p *play) step(what, which, where byte) {
	t, m := p.t, &p.model
	k := key(uint32(which%6), 6)
	flags := []uint16{flow.ACK, flow.ACK, flow.ACK, flow.SYN, flow.SYN | flow.ACK, flow.FIN | flow.ACK, flow.RST}[where%7]
	h := p.held[k]
	switch {
	case what%4 == 0:
		m.now += int64(which%16) * int64(1+where%8)
		m.settle(nil)
		p.clock.Advance(m.now)
	case h == nil:
		got, err := p.locks.Lock(context.Background(), k, flags)
		if err != nil {
			t.Fatal(err)
		}
		if want := m.lock(k, flags); got.Generation() != want.number {
			t.Fatalf("at %d, flow %d is generation %d, want %d", m.now, which%6, got.Generation(), want.number)
		}
		p.held[k] = got
	default:
		requests, responses := p.packet(what, where)
		if got, want := h.UnlockWithTraces(flags, requests, responses), m.unlock(m.live(k), flags, requests, responses); got != want {
			t.Fatalf("at %d, flow %d: released %t, want %t", m.now, which%6, got, want)
		}
		if h.UnlockAndRelease() {
			t.Fatal("unlocked twice")
		}
		delete(p.held, k)
	}
	p.compare()
}

// packet makes up what was in a packet.
func (p *play) packet(what, where byte) (requests []Request, responses []Response) {
	stream, from, offset := uint32(where&1), flow.Direction(where>>1&1), uint64(where>>2)
	at := p.model.now - int64(what>>4&3)
	if what%4 == 1 || what%8 == 3 {
		requests = append(requests, Request{Stream: stream, From: from, Offset: offset, Time: at, Trace: Trace{ID: fmt.Sprint(len(p.ended))}})
	}
	if what%4 == 2 || what%8 == 3 {
		if what%4 == 3 {
			from = 1 - from // the whole exchange is in one packet, as far as anybody can tell
		}
		responses = append(responses, Response{
			Stream: stream, From: from, Offset: offset, Ack: uint64(what >> 6 * 5), Time: at, Reset: what&12 == 12})
	}
	return requests, responses
}

// compare holds everything that can be seen against the model.
func (p *play) compare() {
	t, m := p.t, &p.model
	for i := range max(len(p.ended), len(m.ended)) {
		if i >= len(p.ended) || i >= len(m.ended) || p.ended[i] != m.ended[i] {
			t.Fatalf("at %d, from %d on, ended\n%+v, want\n%+v", m.now, i, p.ended[i:], m.ended[i:])
		}
	}
	pending := 0
	for _, g := range m.generations {
		pending += len(m.pending(g))
	}
	s := p.locks.Stats()
	if s.Flows != m.flows() || s.Pending != pending || s.Kept != len(m.exchanges) || s.Unasked != m.unasked ||
		s.Repeated != m.repeated || s.Generations != uint64(len(m.generations)) || s.Dropped != uint64(len(m.generations)-m.flows()) {
		t.Fatalf("at %d: %+v, want %d flows of %d, %d pending, %d kept, %d unasked, %d repeated",
			m.now, s, m.flows(), len(m.generations), pending, len(m.exchanges), m.unasked, m.repeated)
	}
	for v := range p.locks.All() {
		g := m.live(v.Key())
		if g == nil || g.number != v.Generation() || g.closing != v.Closing() || v.Pending() != len(m.pending(g)) {
			t.Fatalf("at %d: generation %d, closing %t, %d pending; want %+v", m.now, v.Generation(), v.Closing(), v.Pending(), g)
		}
		p.steps++
		for place := p.steps % 13; place < 4*65; place += 13 {
			stream, from, offset := uint32(place&1), flow.Direction(place>>1&1), uint64(place>>2)
			got, ok := v.At(stream, from, offset)
			if want, some := g.at(stream, from, offset); ok != (some && want.request != nil) || ok && got != *want.request {
				t.Fatalf("at %d: generation %d has %+v (%t) at offset %d, want %+v", m.now, g.number, got, ok, offset, want)
			}
		}
	}
}

// close ends a play: nothing is left, and each request has ended once.
func (p *play) close() {
	p.locks.Close()
	requests := map[Request]int{}
	for _, x := range p.ended {
		requests[x.Request]++
	}
	s := p.locks.Stats()
	if s.Flows != 0 || s.Kept != 0 || s.Pending != 0 || len(p.locks.due) != 0 || p.locks.used.Len() != 0 || uint64(len(p.ended)) != s.Requests {
		p.t.Errorf("after Close: %+v, %d deadlines, %d ended", s, len(p.locks.due), len(p.ended))
	}
	if s.Responses != s.Responded+s.Unasked {
		p.t.Errorf("of %d responses %d found their requests, %d did not", s.Responses, s.Responded, s.Unasked)
	}
	for _, h := range p.held {
		h.Unlock()
	}
}

// Whatever is locked, unlocked, seen and waited for, the table does what the
// model does, at the very times at which the model does it.
func TestLocksDoWhatTheModelDoes(t *testing.T) {
	for seed := range uint64(60) {
		r := rand.New(rand.NewPCG(seed, 5))
		p := newPlay(t, 3+int(seed%5), 1+int(seed%9*seed%9))
		for range 400 {
			p.step(byte(r.Uint32()), byte(r.Uint32()), byte(r.Uint32()))
		}
		p.close()
	}
}

func FuzzLocks(f *testing.F) {
	f.Add([]byte{1, 0, 3, 1, 0, 0, 0, 1, 1, 1, 0, 5, 1, 0, 5, 0, 15, 7})
	f.Fuzz(func(t *testing.T, script []byte) {
		p := newPlay(t, 3+len(script)%5, 1+len(script)%43)
		for n := 0; n+3 <= len(script) && n < 3000; n += 3 {
			p.step(script[n], script[n+1], script[n+2])
		}
		p.close()
	})
}

// It makes no difference in how many steps the clock is moved.
func TestTheClockCanJump(t *testing.T) {
	run := func(step int64) (ended []Exchange) {
		var clock CaptureClock
		l := NewLocks(LockConfig{Clock: &clock, Ended: func(x Exchange) { ended = append(ended, x) }})
		defer l.Close()
		second := int64(time.Second)
		for n := range uint32(20) {
			clock.Advance(int64(n) * second / 4)
			h, _ := l.Lock(context.Background(), key(n, 6), 0)
			h.UnlockWithTraces(uint16(n%3)*flow.FIN&flow.FIN, []Request{{Stream: 1, Offset: uint64(n)}}, nil)
		}
		for at := 5 * second; at <= 2000*second; at += step {
			clock.Advance(at)
		}
		return ended
	}
	one, many := run(1995*int64(time.Second)), run(int64(time.Second)/3)
	if !slices.Equal(one, many) || len(one) != 20 {
		t.Errorf("in one step %d ended:\n%+v\nin many %d:\n%+v", len(one), one, len(many), many)
	}
}

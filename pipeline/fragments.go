package pipeline

import (
	"github.com/pcappipe/pcappipe/decoder"
	"github.com/pcappipe/pcappipe/flow"
	"github.com/pcappipe/pcappipe/reassembly"
)

// A datagram is one that fragments in this batch completed, or that was given up.
type datagram struct {
	*reassembly.Datagram
	packet []byte // all of it, as if it had come whole; nil where it was given up
	frame  uint32 // that completed it, or at which it was given up; flow.None: the end of the capture
	before bool   // its record comes before that frame's: the frame's time ended it
	number uint64 // of the flow that its fragments began
}

const (
	// datagramShare is which part of the ceiling fragments may take. They have a
	// bound of their own, so that a flood of them costs no flow its life.
	datagramShare = 4
	// mostNested is how often what was put together can be part of another datagram.
	mostNested = 8
)

// defragment brings the batch's fragments together. What they complete is
// decoded, and its pieces stand in their groups where the frame that completed
// it stands; what is given up waits in losses.
func (s *sequencer) defragment() {
	t := s.t
	t.whole = uint32(len(t.found.Groups.Pieces))
	s.held.begin(s.datagrams.Charged())
	s.renewals.resume(&s.clock)
	for i := range t.found.Fragments {
		f := &t.found.Fragments[i]
		if f.Kind&s.run.config.IP == 0 {
			t.sums.alone++
			continue
		}
		s.renewals.settle(s, f.Frame)
		s.overdue(s.clock.at(t.clocks[f.Frame]))
		s.gather(f, t.Data(int(f.Frame)), &t.found.Scopes, 0)
	}
	s.renewals.settle(s, uint32(len(t.Frames)))
	s.overdue(s.clock.now)
	s.unite()
}

// overdue gives up the datagrams whose time is over at this clock, each at the
// frame whose time ended it.
func (s *sequencer) overdue(now int64) {
	for d := s.datagrams.Expire(now); d != nil; d = s.datagrams.Expire(now) {
		frame := s.clock.after(s.datagrams.Deadline(d), s.t.clocks)
		s.giveUp(d, frame, true)
		s.held.note(frame, s.datagrams.Charged())
	}
}

// gather takes a fragment, which stands in these bytes, and gives up others
// where there is no more room.
func (s *sequencer) gather(f *decoder.Fragment, data []byte, scopes *flow.Scopes, nested int) {
	var scope flow.Scope
	if f.Scope != 0 {
		scope = scopes.List[f.Scope-1]
	}
	number := s.scopes.number(scope)
	s.scopes.keep(number) // as long as the fragment's datagram is there
	switch d := s.add(f, data, number); {
	case d == nil:
	case d.Outcome == reassembly.Complete:
		s.resume(d, f, scope, nested)
		s.scopes.leave(number, len(d.Parts))
	default:
		s.giveUp(d, f.Frame, false)
	}
	for d := s.datagrams.Overflow(); d != nil; d = s.datagrams.Overflow() {
		s.giveUp(d, f.Frame, false)
	}
	s.held.note(f.Frame, s.datagrams.Charged())
}

// add hands a fragment to the datagrams.
func (s *sequencer) add(f *decoder.Fragment, data []byte, scope uint32) *reassembly.Datagram {
	t := s.t
	n := uint32(len(data))
	key := reassembly.DatagramKey{Scope: scope, ID: f.ID, Version: 6}
	at, size := f.Start+8, uint32(16) // of the addresses
	if f.Kind == flow.IPv4 {
		key.Version, key.Proto = 4, f.Next
		at, size = f.Start+12, 4
	}
	copy(key.Src[:], data[at:at+size])
	copy(key.Dst[:], data[at+size:at+2*size])
	if s.clock.jumped() {
		s.renewals.add(s, &key, f.Frame)
	}
	return s.datagrams.Add(&key, &reassembly.Fragment{
		Offset: f.Offset, Length: f.Length, More: f.More, Next: f.Next, NextAt: f.NextAt, Size: f.Size,
		Header:  data[f.Start : f.Start+uint32(f.Header)],
		Payload: data[min(f.Payload, n):min(f.Payload+f.Length, n)],
		Frame:   t.Number(int(f.Frame)), Nanos: t.nanos(f.Frame),
		Clock: s.clock.at(t.clocks[f.Frame]),
	})
}

// resume decodes a datagram that is complete.
func (s *sequencer) resume(d *reassembly.Datagram, f *decoder.Fragment, scope flow.Scope, nested int) {
	t := s.t
	at := uint32(len(t.datagrams))
	t.datagrams = append(t.datagrams, datagram{Datagram: d, packet: d.Packet(), frame: f.Frame})
	s.travels(t, d.Charge())
	for len(s.again) <= nested {
		s.again = append(s.again, new(decoder.Result))
	}
	again := s.again[nested]
	s.decoder.Reset(again)
	s.decoder.Resume(t.datagrams[at].packet, scope, f.Level, f.Depth, f.Frame, again)
	for i := range again.Groups.Pieces {
		s.insert(again, &again.Groups.Pieces[i], at)
	}
	t.sums.fragments += uint64(len(again.Fragments))
	for i := range again.Fragments {
		if nested+1 < mostNested {
			s.gather(&again.Fragments[i], t.datagrams[at].packet, &again.Scopes, nested+1)
		} else {
			t.sums.refused++
		}
	}
}

// insert puts a piece of a datagram where its frame stands in its flow's group.
func (s *sequencer) insert(again *decoder.Result, p *flow.Piece, at uint32) {
	found := &s.t.found
	key := again.Groups.List[p.Group].Key
	if key.Scope != 0 {
		key.Scope = found.Scopes.Number(again.Scopes.List[key.Scope-1])
	}
	g, first := found.Groups.Insert(&key, key.Hash(), p)
	s.t.sources = append(s.t.sources, at)
	if p.Marks&flow.HasTransport != 0 && s.run.assembles(&key) {
		s.t.sums.payload += uint64(p.Length)
		s.t.most += mostPerFrame * int64(min(len(s.t.datagrams[at].Parts), mostFrames))
	}
	if e := &found.Groups.List[g]; first && !e.Moved {
		e.Moved = true
		s.moved = append(s.moved, g)
	}
	s.touched = append(s.touched, g)
}

// unite makes the groups that have got pieces like the others.
func (s *sequencer) unite() {
	groups := &s.t.found.Groups
	for _, g := range s.touched {
		s.run.dateGroup(s.t, &groups.List[g], true)
	}
	for _, g := range s.moved {
		s.rest.add(groups, g)
	}
	s.touched, s.moved = s.touched[:0], s.moved[:0]
}

// giveUp takes a datagram that will not be complete.
func (s *sequencer) giveUp(d *reassembly.Datagram, frame uint32, before bool) {
	s.losses = append(s.losses, uint32(len(s.t.datagrams)))
	s.t.datagrams = append(s.t.datagrams, datagram{Datagram: d, frame: frame, before: before})
	s.travels(s.t, d.Charge())
}

// lose brings the fragments of datagrams that were given up, up to a frame of the
// batch, to the flow without ports that they form.
func (s *sequencer) lose(frame uint32) {
	for s.lost < len(s.losses) && s.t.datagrams[s.losses[s.lost]].frame <= frame {
		s.forfeit(s.losses[s.lost])
		s.lost++
	}
	if s.lost == len(s.losses) {
		s.losses, s.lost = s.losses[:0], 0
	}
}

func (s *sequencer) forfeit(at uint32) {
	d := &s.t.datagrams[at]
	now := s.clock.now
	if d.frame != flow.None {
		now = s.clock.at(s.t.clocks[d.frame])
		s.budget.decide(s, d.frame)
		s.settle(d.frame)
	}
	key, _ := d.flow()
	hash := key.Hash()
	slot, known := s.find(&key, hash, now)
	if !known {
		slot = s.begin(&key, hash, now)
		d.number = s.table.Begun()
	}
	s.scopes.leave(d.Key.Scope, len(d.Parts))
	s.post(slot, s.table.Use(slot, now), fragments, at, !known)
}

// flow returns the key of the flow that the fragments of a lost datagram form,
// and from which end they are.
func (d *datagram) flow() (key flow.Key, from flow.Direction) {
	kind, n := flow.IPv6, 16
	if d.Key.Version == 4 {
		kind, n = flow.IPv4, 4
	}
	return flow.NewKey(kind|flow.Fragment, d.Next, d.Key.Src[:n], d.Key.Dst[:n], 0, 0, d.Key.Scope)
}

// count brings the fragments of a lost datagram into their flow's state.
func (j *job) count() {
	d, c := &j.trip.datagrams[j.at], &j.flow.State
	key, from := d.flow()
	p := flow.Piece{Dir: from, Next: flow.None}
	for i := range d.Parts {
		part := &d.Parts[i]
		p.IPLen = part.Size
		if i == 0 && j.begins {
			c.Begin(&key, d.number, &p, part.Frame, part.Nanos)
		}
		c.Add(&p, part.Frame, part.Nanos)
	}
}

// lostPayload returns how many bytes of TCP payload the fragments of a lost
// datagram announce: what they have, less the header where the first of it is there.
func (d *datagram) lostPayload() (bytes uint64) {
	const tcp, dataOffset = 6, 12
	if d.Outcome == reassembly.Complete || d.Next != tcp {
		return 0
	}
	for i := range d.Parts {
		bytes += uint64(d.Parts[i].Length)
	}
	header := uint64(0)
	for start := range d.Holes() {
		if start <= dataOffset {
			return bytes
		}
		break
	}
	if payload := d.Payload(); len(payload) > dataOffset {
		header = uint64(payload[dataOffset]>>4) * 4
	}
	return bytes - min(bytes, header)
}

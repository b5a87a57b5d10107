package capture

import (
	"math/rand/v2"
	"net/netip"
)

// Sessions returns random traffic that has everything which makes it hard to put
// together what was sent: TCP connections with real streams, of which segments
// come late, twice, with the same bytes and with others, or not at all;
// sequence numbers that wrap, ends that are none, tuples that are used again;
// datagrams in fragments, in any order, overlapping, too few, too large; all of
// that in VLANs and tunnels, which are cut up too; and Traffic between. Times run,
// rest, jump and go back, seldom enough for connections to live.
func Sessions(seed uint64, frames int) []Frame {
	r := rand.New(rand.NewPCG(seed, 3))
	f := &fragmenter{r: r, id: r.Uint32()}
	noise := Traffic(seed, 1+frames/8)
	open := make([][][]byte, 6)
	nanos := int64(1_700_000_000e9)
	var list []Frame
	for len(list) < frames {
		nanos = max(0, nanos+pace(r))
		if r.IntN(10) == 0 && len(noise) > 0 {
			list = append(list, Frame{Nanos: nanos, Data: noise[0].Data})
			noise = noise[1:]
			continue
		}
		at := r.IntN(len(open))
		if len(open[at]) == 0 {
			open[at] = session(r, f)
			continue
		}
		list = append(list, snapped(r, Frame{Nanos: nanos, Data: open[at][0]}))
		open[at] = open[at][1:]
	}
	return list
}

// pace returns how much time goes by before the next frame.
func pace(r *rand.Rand) int64 {
	if r.IntN(8) == 0 {
		return step(r)
	}
	return r.Int64N(20e6)
}

// snapped returns a frame, or what a capture with a small snap length has of it.
func snapped(r *rand.Rand, f Frame) Frame {
	if r.IntN(60) == 0 {
		f.Wire = len(f.Data)
		f.Data = f.Data[:1+r.IntN(len(f.Data))]
	}
	return f
}

// session returns the frames of one connection, or of some datagrams.
func session(r *rand.Rand, f *fragmenter) (list [][]byte) {
	client, server := ends(r, uint16(2000+r.IntN(12)))
	e := newEnvelope(r, f)
	e.spoils = r.IntN(2) == 0
	if r.IntN(4) == 0 {
		return datagramsOf(r, &e, client, server)
	}
	t := newTalk(r, client, server)
	if r.IntN(5) > 0 {
		t.handshake(r.IntN(8) / 7 * r.IntN(100))
	}
	t.rounds(1 + r.IntN(3))
	switch r.IntN(4) {
	case 0, 1:
		t.close()
	case 2:
		t.add(r.IntN(2), rst|ack, t.bytes(r.IntN(2)*r.IntN(30)))
	}
	switch r.IntN(4) {
	case 0:
	case 1:
		t.shuffle()
	default:
		t.spoil()
	}
	return t.frames(&e)
}

// ends returns a client and a server, of few.
func ends(r *rand.Rand, port uint16) (client, server netip.AddrPort) {
	a, b := netip.AddrFrom4([4]byte{10, 1, 0, byte(1 + r.IntN(3))}), netip.AddrFrom4([4]byte{10, 1, 1, 1})
	if r.IntN(4) == 0 {
		a, b = netip.AddrFrom16([16]byte{0x20, 1, 15: byte(1 + r.IntN(3))}), netip.AddrFrom16([16]byte{0x20, 2, 15: 1})
	}
	return netip.AddrPortFrom(a, port), netip.AddrPortFrom(b, 80)
}

// datagramsOf returns some UDP datagrams, most of them in fragments.
func datagramsOf(r *rand.Rand, e *envelope, from, to netip.AddrPort) (list [][]byte) {
	t := talk{r: r}
	for range 1 + r.IntN(4) {
		packet := IP(from.Addr(), to.Addr(), 17, UDP(from.Port(), to.Port(), t.bytes(1+r.IntN(3000))))
		var packets [][]byte
		switch r.IntN(24) {
		case 0:
			packets = e.fragmenter.death(packet)
		case 1, 2, 3, 4:
			packets = e.fragmenter.cut(packet)
		default:
			packets = e.fragmenter.spoil(packet)
		}
		for _, p := range packets {
			if e.tunnel != plain {
				p = e.inside(p)
			}
			list = append(list, e.frame(p))
		}
	}
	return list
}

// Dialogues returns so many connections of which nothing is lost, although
// segments come out of order, more than once and in fragments, and what was said
// in them. The frames of several stand between each other.
func Dialogues(seed uint64, number int) (frames []Frame, said []Dialogue) {
	r := rand.New(rand.NewPCG(seed, 4))
	f := &fragmenter{r: r}
	nanos := int64(1_700_000_000e9)
	var open [][][]byte
	for len(said) < number || len(open) > 0 {
		if len(said) < number && len(open) < 5 {
			t := dialogue(r, uint16(2000+len(said)))
			e := newEnvelope(r, f)
			said = append(said, t.Dialogue)
			open = append(open, t.frames(&e))
			continue
		}
		at := r.IntN(len(open))
		if len(open[at]) == 0 {
			open = append(open[:at], open[at+1:]...)
			continue
		}
		nanos += r.Int64N(1e6)
		frames = append(frames, Frame{Nanos: nanos, Data: open[at][0]})
		open[at] = open[at][1:]
	}
	return frames, said
}

// dialogue returns a connection from a port that no other has.
func dialogue(r *rand.Rand, port uint16) *talk {
	client, server := ends(r, port)
	t := newTalk(r, client, server)
	if r.IntN(5) > 0 {
		t.handshake(0)
	}
	t.rounds(1 + r.IntN(4))
	if r.IntN(4) > 0 {
		t.close()
	}
	t.shuffle()
	return t
}

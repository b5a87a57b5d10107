package decoder

import (
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"github.com/pcappipe/pcappipe/capfile"
	"github.com/pcappipe/pcappipe/flow"
	"github.com/pcappipe/pcappipe/frame"
	"github.com/pcappipe/pcappipe/internal/capture"
)

// decode returns what a decoder finds in one frame.
func decode(d *Decoder, link frame.LinkType, data []byte, wire int) Result {
	var r Result
	d.Reset(&r)
	f := frame.Frame{Len: uint32(len(data)), Wire: uint32(wire), Link: link}
	d.Decode(&f, data, 0, &r)
	return r
}

// Whatever the bytes are, Decode must not panic, must keep its offsets inside the frame, and must
// depend neither on the frame it decoded before nor on what else it records.
func FuzzDecode(f *testing.F) {
	for _, row := range rows {
		f.Add(uint16(row.link), row.frame, uint32(len(row.frame)))
	}
	for _, path := range capture.Corpus(f, "..", 300, 16<<10) {
		n := 0
		for c, err := range capfile.Frames(path) {
			if n++; n > 3 || err != nil {
				break
			}
			f.Add(uint16(c.Link), slices.Clone(c.Data), c.Wire)
		}
	}
	used, bare := New(Config{Layers: true, Flows: true}), New(Config{Flows: true})
	f.Fuzz(func(t *testing.T, link uint16, data []byte, wire uint32) {
		got := decode(used, frame.LinkType(link), data, int(wire))
		fresh := decode(New(Config{Layers: true, Flows: true}), frame.LinkType(link), data, int(wire))
		if !same(&got, &fresh) || !reflect.DeepEqual(got.Layers, fresh.Layers) {
			t.Errorf("a used decoder gives %s, a new one %s", text(&got, 0), text(&fresh, 0))
		}
		without := decode(bare, frame.LinkType(link), data, int(wire))
		if !same(&got, &without) {
			t.Errorf("with layers %s, without %s", text(&got, 0), text(&without, 0))
		}
		checkBounds(t, &got, data)
	})
}

// same says whether two results are the same but for their layers.
func same(a, b *Result) bool {
	return reflect.DeepEqual(a.Packets, b.Packets) && reflect.DeepEqual(a.Stacks, b.Stacks) &&
		reflect.DeepEqual(a.Groups.Pieces, b.Groups.Pieces) && reflect.DeepEqual(a.Groups.List, b.Groups.List) &&
		reflect.DeepEqual(a.Scopes.List, b.Scopes.List) && slices.Equal(a.Fragments, b.Fragments)
}

// checkBounds holds that everything points into the frame, and layers stand one behind the other.
func checkBounds(t *testing.T, r *Result, data []byte) {
	t.Helper()
	p := &r.Packets[0]
	at, depth := uint32(0), uint8(0)
	for _, l := range r.Of(p) {
		if l.Start < at || l.Depth < depth || l.Protocol == 0 || l.Protocol >= Protocols {
			t.Errorf("layer %+v behind offset %d, depth %d", l, at, depth)
		}
		at, depth = l.Start+uint32(l.Len), l.Depth
	}
	if int(at) > len(data) {
		t.Errorf("layers end at %d of %d bytes", at, len(data))
	}
	if (p.Fault.Reason != 0) != (p.Status == Faulty) {
		t.Errorf("status %d with fault %+v", p.Status, p.Fault)
	}
	if p.Status == Faulty && (p.Fault.Layer >= p.Count || int(p.Fault.Offset) > len(data) || p.Fault.Reason != BadVersion && r.Of(p)[p.Fault.Layer].Protocol != p.Fault.Proto) {
		t.Errorf("fault %+v of %d layers, %d bytes", p.Fault, p.Count, len(data))
	}
	checkPieces(t, r, data)
	checkFragments(t, r, data)
	for i := range r.Groups.Pieces {
		checkHeader(t, r, &r.Groups.Pieces[i])
	}
}

// checkPieces holds that pieces point into the bytes.
func checkPieces(t *testing.T, r *Result, data []byte) {
	t.Helper()
	for _, piece := range r.Groups.Pieces {
		if int(piece.Offset) > len(data) || piece.Length > piece.IPLen {
			t.Errorf("payload of %d at %d: %d bytes of %d", piece.IPLen, piece.Offset, piece.Length, len(data))
		}
		if cut := int(piece.Offset)+int(piece.Length) > len(data); cut != (piece.Marks&flow.Cut != 0) {
			t.Errorf("payload of %d bytes at %d of %d marked %b", piece.Length, piece.Offset, len(data), piece.Marks)
		}
	}
}

// checkHeader holds that what stands before a piece's payload is its transport's layer.
func checkHeader(t *testing.T, r *Result, p *flow.Piece) {
	t.Helper()
	if p.Marks&flow.HasTransport == 0 {
		if p.Header != 0 {
			t.Errorf("a header of %d bytes before %d that was not read", p.Header, p.Offset)
		}
		return
	}
	transports := []Protocol{TCP, UDP, UDPLite, SCTP, ICMP, ICMPv6}
	if !slices.ContainsFunc(r.Layers, func(l Layer) bool {
		return l.Start == p.Offset-uint32(p.Header) && l.Len == uint16(p.Header) && slices.Contains(transports, l.Protocol)
	}) {
		t.Errorf("no layer of %d bytes before %d: %v", p.Header, p.Offset, r.Layers)
	}
}

// A frame cut anywhere keeps the layers in front of the cut.
func TestACutFrameKeepsWhatCameBefore(t *testing.T) {
	d := New(Config{Layers: true, Flows: true})
	for _, row := range rows {
		if row.cut != 0 {
			continue
		}
		whole := decode(d, row.link, row.frame, len(row.frame))
		all := whole.Of(&whole.Packets[0])
		if whole.Packets[0].Status == Faulty {
			all = all[:whole.Packets[0].Fault.Layer]
		}
		for n := range row.frame {
			r := decode(d, row.link, row.frame[:n], len(row.frame))
			checkBounds(t, &r, row.frame[:n])
			kept := r.Of(&r.Packets[0])
			for i, l := range all {
				if int(l.Start)+int(l.Len) > n {
					break
				}
				if i >= len(kept) || kept[i] != l {
					t.Errorf("%s, cut at %d: layer %d is lost: %v", row.name, n, i, kept)
					break
				}
			}
		}
	}
}

// Results say the same of a frame alone and of a frame among others.
func TestAFrameIsDecodedAloneAsAmongOthers(t *testing.T) {
	d := New(Config{Layers: true, Flows: true})
	var batch Result
	d.Reset(&batch)
	for i, row := range rows {
		f := frameOf(row.link, row.frame)
		d.Decode(&f, row.frame, uint32(i), &batch)
	}
	for i, row := range rows {
		if alone := decode(d, row.link, row.frame, len(row.frame)); text(&batch, i) != text(&alone, 0) {
			t.Errorf("%s:\n among others %s\n        alone %s", row.name, text(&batch, i), text(&alone, 0))
		}
	}
	frames := uint64(0)
	for _, s := range batch.Stacks {
		frames += s.Frames
	}
	if len(batch.Packets) != len(rows) || frames != uint64(len(rows)) {
		t.Errorf("%d packets and %d frames in stacks, want %d", len(batch.Packets), frames, len(rows))
	}
}

// More stacks than are kept are counted as few are.
func TestMoreStacksThanAreKept(t *testing.T) {
	d := New(Config{})
	var r Result
	d.Reset(&r)
	count := map[string]uint64{}
	random := rand.New(rand.NewPCG(1, 2))
	tags := [][]byte{u16(0x8100), u16(0x88a8)}
	for range 3 * maxTexts {
		data := make([]byte, 12)
		for range 13 {
			data = join(data, tags[random.IntN(2)], u16(1))
		}
		data = join(data, u16(0x0806), make([]byte, 28))
		f := ethernetOf(data)
		d.Decode(&f, data, 0, &r)
		count[r.Stacks[r.Packets[len(r.Packets)-1].Stack].Path]++
	}
	if len(count) <= maxTexts || len(r.Stacks) != len(count) {
		t.Fatalf("%d stacks listed, %d different", len(r.Stacks), len(count))
	}
	for _, s := range r.Stacks {
		if s.Frames != count[s.Path] {
			t.Errorf("%s: %d frames, want %d", s.Path, s.Frames, count[s.Path])
		}
	}
}

// A crafted frame of packets inside packets comes to an end that is a fault.
func TestNestingIsLimited(t *testing.T) {
	data := innerIP()
	for range 40 {
		data = ip4(protoIP, data)
	}
	data = ethernetFrame(0x0800, data)
	for _, c := range []struct{ limit, pieces int }{{0, 9}, {3, 4}, {100, 31}} {
		d := New(Config{Layers: true, Flows: true, MaxDepth: c.limit})
		r := decode(d, 1, data, len(data))
		if r.Packets[0].Fault.Reason != NestedTooDeep || len(r.Groups.Pieces) != c.pieces {
			t.Errorf("limit %d: fault %v after %d pieces, want %d", c.limit, r.Packets[0].Fault.Reason, len(r.Groups.Pieces), c.pieces)
		}
	}
	labels := make([]byte, 4*40)
	r := decode(New(Config{}), 1, ethernetFrame(0x8847, labels), 14+len(labels))
	if p := r.Packets[0]; p.Fault.Reason != NestedTooDeep || p.Count != maxLayers {
		t.Errorf("fault %v after %d layers, want %d", p.Fault.Reason, p.Count, maxLayers)
	}
}

func TestSkippedFramesHaveAPacket(t *testing.T) {
	d := New(Config{Layers: true, Flows: true})
	var r Result
	d.Reset(&r)
	f := ethernetOf(tcp4)
	d.Skip(&r)
	d.Decode(&f, tcp4, 1, &r)
	if text(&r, 0) != "filtered" || text(&r, 1) != tcp4OK || r.Packets[0].Stack != NoStack {
		t.Errorf("%s, %s", text(&r, 0), text(&r, 1))
	}
}

func TestVLANsCanBeLeftOutOfTheScope(t *testing.T) {
	data := ethernetFrame(0x8100, vlanTag(5, 0x0800, innerIP()))
	r := decode(New(Config{Flows: true, NoVLANs: true}), 1, data, len(data))
	if len(r.Scopes.List) != 0 || r.Groups.List[0].Key.Scope != 0 {
		t.Errorf("scopes %v", r.Scopes.List)
	}
}

// The check sequence of an Ethernet frame is no payload where the file says that it is there.
func TestCheckSequenceIsNoPayload(t *testing.T) {
	data := join(with(with(tcp4, 17, 0), 16, 0), u32(0xdeadbeef)) // total length 0: to the end of the frame
	f := ethernetOf(data)
	f.FCS = 4
	d := New(Config{Flows: true})
	var r Result
	d.Reset(&r)
	d.Decode(&f, data, 0, &r)
	if got := text(&r, 0); got != tcp4OK {
		t.Errorf("got %s\nwant %s", got, tcp4OK)
	}
}

// In the steady state, decoding allocates nothing; a scope costs its name, once a batch.
func TestDecodeDoesNotAllocate(t *testing.T) {
	for _, c := range []Config{{Layers: true, Flows: true}, {Layers: true}, {Flows: true}} {
		d := New(c)
		var r Result
		scopes := 0
		batch := func() {
			d.Reset(&r)
			for i, row := range rows {
				f := frameOf(row.link, row.frame)
				d.Decode(&f, row.frame, uint32(i), &r)
			}
			scopes = len(r.Scopes.List)
		}
		batch()
		if n := testing.AllocsPerRun(20, batch); n > float64(scopes) {
			t.Errorf("%+v: %v allocations in a batch of %d frames, %d scopes", c, n, len(rows), scopes)
		}
	}
}

func TestEveryProtocolAndReasonHasAName(t *testing.T) {
	for p := Protocol(1); p < Protocols; p++ {
		if p.String() == "" {
			t.Errorf("protocol %d has no name", p)
		}
	}
	for r := Reason(1); r < Reasons; r++ {
		if r.String() == "" {
			t.Errorf("reason %d has no text", r)
		}
	}
}

package decoder

import (
	"cmp"
	"fmt"
	"hash/crc32"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"github.com/pcappipe/pcappipe/flow"
)

// An ipPacket is an IP packet and what whoever cuts it up has to know.
type ipPacket struct {
	bytes  []byte
	header int // bytes that every fragment repeats
	nextAt int // where it says what follows them
}

func whole4(options int, proto int, payload []byte) ipPacket {
	n := 20 + options
	h := join([]byte{0x40 | byte(n/4), 0}, u16(n+len(payload)), u16(0), u16(0), []byte{64, byte(proto), 0, 0, 10, 0, 0, 1, 10, 0, 0, 2}, slices.Repeat([]byte{1}, options))
	return ipPacket{join(h, payload), n, 9}
}

// whole6 has these extension headers, of so many times eight bytes, of which the first
// so many stand before a fragment header.
func whole6(extensions []int, size, before, proto int, payload []byte) ipPacket {
	p := ipPacket{header: 40, nextAt: 6}
	var chain []byte
	for i := range extensions {
		next := proto
		if i+1 < len(extensions) {
			next = extensions[i+1]
		}
		if i < before {
			p.nextAt = 40 + len(chain)
			p.header = p.nextAt + 8*size
		}
		chain = join(chain, []byte{byte(next), byte(size - 1), 1, byte(8*size - 4)}, make([]byte, 8*size-4))
	}
	first := proto
	if len(extensions) > 0 {
		first = extensions[0]
	}
	p.bytes = ip6(first, join(chain, payload))
	return p
}

// cutUp returns p as fragments of multiples of eight bytes, whose lengths are
// random; or as it is, where there is too little to cut.
func (p ipPacket) cutUp(random *rand.Rand, id int) [][]byte {
	payload := p.bytes[p.header:]
	var parts [][]byte
	for at := 0; at < len(payload); {
		n := 8 * (1 + random.IntN(1+len(payload)/16))
		end := min(at+n, len(payload))
		if at == 0 && end == len(payload) {
			return [][]byte{p.bytes}
		}
		parts = append(parts, p.part(at, end, id))
		at = end
	}
	return parts
}

func (p ipPacket) part(at, end, id int) []byte {
	h, payload := slices.Clone(p.bytes[:p.header]), p.bytes[p.header:]
	more := end < len(payload)
	if h[0]>>4 == 4 {
		if at > 0 { // the options are the first fragment's
			h = h[:20]
			h[0] = 0x45
		}
		copy(h[2:], u16(len(h)+end-at))
		copy(h[4:], u16(id))
		copy(h[6:], u16(at/8|map[bool]int{true: 0x2000}[more]))
		return join(h, payload[at:end])
	}
	f := join([]byte{h[p.nextAt], 0}, u16(at|map[bool]int{true: 1}[more]), u32(id<<16))
	h[p.nextAt] = protoFragment
	copy(h[4:], u16(len(h)-40+8+end-at))
	return join(h, f, payload[at:end])
}

// tunnels put an IP packet into another.
var tunnels = []func(ip []byte) ipPacket{
	func(ip []byte) ipPacket {
		return whole4(0, protoUDP, udpDatagram(50000, 4789, join(u32(0x08000000), u32(77<<8), ethernetFrame(etherTypeOf(ip), ip))))
	},
	func(ip []byte) ipPacket {
		return whole6([]int{protoDestOpts}, 1, 1, protoUDP, udpDatagram(50000, 4789, join(u32(0x08000000), u32(78<<8), ethernetFrame(0x8100, vlanTag(6, etherTypeOf(ip), ip)))))
	},
	func(ip []byte) ipPacket { return whole4(8, protoGRE, join(u16(0), u16(etherTypeOf(ip)), ip)) },
	func(ip []byte) ipPacket { return whole4(0, protoOf(ip), ip) },
	func(ip []byte) ipPacket { return whole6(nil, 0, 0, protoOf(ip), ip) },
}

func etherTypeOf(ip []byte) int { return map[byte]int{4: etherIPv4, 6: etherIPv6}[ip[0]>>4] }
func protoOf(ip []byte) int     { return map[byte]int{4: protoIP, 6: protoIPv6}[ip[0]>>4] }

// contents returns an IP packet that is no tunnel's, or one that carries some.
func contents(random *rand.Rand) ipPacket {
	fill := make([]byte, random.IntN(3000))
	transports := []struct {
		proto int
		bytes []byte
	}{
		{protoTCP, tcpSegment(40000, 80, 0x18, len(fill))},
		{protoTCP, with(tcpSegment(80, 40000, 0x12, 20+len(fill)), 12, 0xa0)},
		{protoUDP, udpDatagram(40000, 53, fill)},
		{protoSCTP, join(u16(7), u16(9), make([]byte, 8), fill)},
		{89, fill},
		{protoICMP, icmpMessage(8, 0, fill)},
		{protoICMP, icmpMessage(3, 1, ip4Part(protoUDP, 0x2000, fill))},
		{protoIPv6, ip6(protoTCP, tcpSegment(1, 2, 0x10, len(fill)))},
	}
	c := transports[random.IntN(len(transports))]
	switch random.IntN(4) {
	case 0:
		return whole4(0, c.proto, c.bytes)
	case 1:
		return whole4(4*(1+random.IntN(10)), c.proto, c.bytes)
	case 2:
		return whole6(nil, 0, 0, c.proto, c.bytes)
	}
	chain := []int{protoHopByHop, protoDestOpts, protoRouting, protoDestOpts}
	from := random.IntN(len(chain))
	chain = chain[from:]
	return whole6(chain, 1+random.IntN(3), random.IntN(1+len(chain)), c.proto, c.bytes)
}

// A puzzle is a datagram that is put together from fragments, plainly.
type puzzle struct {
	key   string
	parts []Fragment
	bytes [][]byte // what each stands in
}

// addTo puts fragment f of r, which stands in data, to its datagram's others, and
// returns the packet when it is whole.
func addTo(all *[]puzzle, r *Result, f Fragment, data []byte) (packet []byte) {
	var scope flow.Scope
	if f.Scope != 0 {
		scope = r.Scopes.List[f.Scope-1]
	}
	key := fmt.Sprintf("%x %d %d", string(scope), f.Kind, f.ID)
	i := slices.IndexFunc(*all, func(p puzzle) bool { return p.key == key })
	if i < 0 {
		i = len(*all)
		*all = append(*all, puzzle{key: key})
	}
	p := &(*all)[i]
	p.parts, p.bytes = append(p.parts, f), append(p.bytes, data)
	return p.solve()
}

func (p *puzzle) solve() []byte {
	order := make([]int, len(p.parts))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(p.parts[a].Offset, p.parts[b].Offset) })
	var packet []byte
	have := uint32(0)
	for n, i := range order {
		f, data := p.parts[i], p.bytes[i]
		if f.Offset != have || f.More == (n == len(order)-1) {
			return nil
		}
		if n == 0 {
			packet = slices.Clone(data[f.Start:][:f.Header])
			packet[f.NextAt] = f.Next
		}
		packet = append(packet, data[f.Payload:][:f.Length]...)
		have += f.Length
	}
	if packet[0]>>4 == 4 {
		copy(packet[2:], u16(len(packet)))
		copy(packet[6:], u16(0))
	} else {
		copy(packet[4:], u16(len(packet)-40))
	}
	return packet
}

// found tells of the pieces of r that have at least so many IP packets around,
// and of the bytes of data from their transport header on.
func found(r *Result, level uint8, data []byte) (all []string) {
	for i := range r.Groups.Pieces {
		if p := &r.Groups.Pieces[i]; p.Level >= level {
			all = append(all, fmt.Sprintf("%s header %d bytes %x in scope %x", pieceText(r, p), p.Header, crc32.ChecksumIEEE(data[p.Offset-uint32(p.Header):]), scopeOf(r, p)))
		}
	}
	return all
}

func scopeOf(r *Result, p *flow.Piece) string {
	if n := r.Groups.List[p.Group].Key.Scope; n != 0 {
		return string(r.Scopes.List[n-1])
	}
	return ""
}

// A packet that is cut into fragments, in tunnels whose packets are cut again,
// and put together from what the decoder says of the fragments, gives the pieces
// that it gives when it comes whole.
func TestWhatIsPutTogetherIsFoundAsIfItHadComeWhole(t *testing.T) {
	random := rand.New(rand.NewPCG(9, 10))
	d := New(Config{Layers: true, Flows: true, Reassemble: flow.IPv4 | flow.IPv6})
	resumed := 0
	for range 500 {
		packet := contents(random)
		whole, around := packet.bytes, uint8(0)
		id := 0 // of the datagram that is cut next
		parts := packet.cutUp(random, id)
		for range random.IntN(4) {
			tunnel := tunnels[random.IntN(len(tunnels))]
			var next [][]byte
			for _, part := range parts {
				id++
				next = append(next, tunnel(part).cutUp(random, id)...)
			}
			parts, whole = next, tunnel(whole).bytes
			around++
		}
		link := func(ip []byte) []byte { return ethernetFrame(etherTypeOf(ip), ip) }
		if random.IntN(2) == 0 {
			link = func(ip []byte) []byte { return ethernetFrame(0x8100, vlanTag(9, etherTypeOf(ip), ip)) }
		}
		frame := link(whole)
		r := decode(d, linkEthernet, frame, len(frame))
		want := found(&r, around, frame)

		var frames [][]byte
		for _, part := range parts {
			frames = append(frames, link(part))
		}
		random.Shuffle(len(frames), func(i, j int) { frames[i], frames[j] = frames[j], frames[i] })
		got, n := resumeAll(t, d, frames, around)
		resumed += n
		if n == 0 && len(frames) == 1 {
			continue // nothing was cut
		}
		if !slices.Equal(got, want) {
			t.Fatalf("% x in %d frames:\n got %q\nwant %q", whole, len(frames), got, want)
		}
	}
	if resumed < 500 {
		t.Errorf("only %d packets were put together", resumed)
	}
}

// resumeAll decodes frames and what is put together from them, and tells of the pieces
// that have at least so many IP packets around, and how many packets were resumed.
func resumeAll(t *testing.T, d *Decoder, frames [][]byte, level uint8) (got []string, resumed int) {
	t.Helper()
	var all []puzzle
	var take func(r *Result, data []byte)
	take = func(r *Result, data []byte) {
		checkPieces(t, r, data)
		checkFragments(t, r, data)
		for _, f := range r.Fragments {
			packet := addTo(&all, r, f, data)
			if packet == nil {
				continue
			}
			var scope flow.Scope
			if f.Scope != 0 {
				scope = r.Scopes.List[f.Scope-1]
			}
			var next Result
			if fault := d.Resume(packet, scope, f.Level, f.Depth, f.Frame, &next); fault != (Fault{}) {
				t.Errorf("% x: %+v", packet, fault)
			}
			resumed++
			got = append(got, found(&next, level, packet)...)
			take(&next, packet)
		}
	}
	for _, frame := range frames {
		r := decode(d, linkEthernet, frame, len(frame))
		got = append(got, found(&r, level, frame)...)
		take(&r, frame)
	}
	return got, resumed
}

// Whatever the bytes are: a resumed packet is what it is as a frame of a link without a
// header, there is no packet, layer or stack of it, and nothing depends on what
// was decoded before.
func FuzzResume(f *testing.F) {
	for _, row := range rows {
		if len(row.frame) > 14 {
			f.Add(row.frame[14:], uint8(0), uint8(0))
		}
	}
	c := Config{Layers: true, Flows: true, Reassemble: flow.IPv4 | flow.IPv6}
	used := New(c)
	f.Fuzz(func(t *testing.T, packet []byte, level, depth uint8) {
		var got, again Result
		fault := used.Resume(packet, nil, 0, 0, 0, &got)
		checkPieces(t, &got, packet)
		checkFragments(t, &got, packet)
		if int(fault.Offset) > len(packet) || len(got.Packets)+len(got.Layers)+len(got.Stacks) != 0 {
			t.Errorf("fault %+v, packets %v, layers %v, stacks %v", fault, got.Packets, got.Layers, got.Stacks)
		}
		if fresh := New(c).Resume(packet, nil, 0, 0, 0, &again); fresh != fault || !same(&got, &again) {
			t.Errorf("a used decoder finds %+v and %v, a new one %+v and %v", fault, got.Groups, fresh, again.Groups)
		}
		checkResumedAsFrame(t, used, packet, &got, fault)
		var deep Result
		used.Resume(packet, flow.Scope(nil).AppendVLAN(3), level, depth, 5, &deep)
		checkDeep(t, &deep, level, depth)
	})
}

// checkResumedAsFrame holds what was found in a packet against what is found in
// a frame of the same bytes.
func checkResumedAsFrame(t *testing.T, d *Decoder, packet []byte, got *Result, fault Fault) {
	t.Helper()
	if len(packet) == 0 || packet[0]>>4 != 4 && packet[0]>>4 != 6 {
		if fault.Reason == 0 || len(got.Groups.Pieces) != 0 {
			t.Errorf("%v with fault %+v in % x", got.Groups.Pieces, fault, packet)
		}
		return
	}
	r := decode(d, 101, packet, len(packet))
	if len(r.Layers) != int(r.Packets[0].Count) {
		t.Errorf("behind a resumed packet, %d layers of a frame are %v", r.Packets[0].Count, r.Layers)
	}
	if r.Packets[0].Count >= maxLayers-1 { // the link counts as one
		return
	}
	if !slices.Equal(got.Groups.Pieces, r.Groups.Pieces) || !slices.Equal(got.Groups.List, r.Groups.List) ||
		!reflect.DeepEqual(got.Scopes.List, r.Scopes.List) || !slices.Equal(got.Fragments, r.Fragments) {
		t.Errorf("% x:\nresumed %q\nframe   %q", packet, found(got, 0, packet), found(&r, 0, packet))
	}
	if want := r.Packets[0].Fault; fault.Reason != want.Reason || fault.Offset != want.Offset || fault.Proto != want.Proto && want.Reason != BadVersion {
		t.Errorf("% x: fault %+v, in a frame %+v", packet, fault, want)
	}
}

// checkDeep holds that what is inside a packet is at least as deep as the packet,
// and bears its frame and scope.
func checkDeep(t *testing.T, r *Result, level, depth uint8) {
	t.Helper()
	for i := range r.Groups.Pieces {
		p := &r.Groups.Pieces[i]
		if p.Frame != 5 || p.Level-level > maxDepth || len(scopeOf(r, p)) < 3 || scopeOf(r, p)[0] != 'v' {
			t.Errorf("%+v of level %d, depth %d, scope %x", p, level, depth, scopeOf(r, p))
		}
	}
	for _, f := range r.Fragments {
		if f.Frame != 5 || f.Scope == 0 || f.Depth > maxDepth || f.Depth < min(depth, maxDepth) {
			t.Errorf("%+v of level %d, depth %d", f, level, depth)
		}
	}
}

// What is inside a packet that stood in tunnels is bounded as in a frame.
func TestResumedTunnelsAreBounded(t *testing.T) {
	packet := innerIP()
	for range 20 {
		packet = ip4(protoIP, packet)
	}
	d := New(Config{Flows: true, MaxDepth: 5})
	for depth, pieces := range []int{6, 5, 4, 3, 2, 1, 1, 1} {
		var r Result
		fault := d.Resume(packet, nil, uint8(depth), uint8(depth), 0, &r)
		if fault.Reason != NestedTooDeep || len(r.Groups.Pieces) != pieces {
			t.Errorf("%d packets around: %+v after %d pieces, want %d", depth, fault, len(r.Groups.Pieces), pieces)
		}
	}
}

// A packet longer than its length can say has 0 there: all of it counts.
func TestResumedPacketsBeyondTheirLengthField(t *testing.T) {
	payload := make([]byte, 70000)
	segment := tcpSegment(1, 2, 0x10, len(payload))
	tests := []struct {
		name   string
		packet []byte
	}{
		{"IPv4", with(with(ip4(protoTCP, segment), 2, 0), 3, 0)},
		{"IPv6", with(with(ip6(protoTCP, segment), 4, 0), 5, 0)},
		{"IPv6 with a destination option", with(with(ip6(protoDestOpts, join([]byte{protoTCP, 0, 1, 4, 0, 0, 0, 0}, segment)), 4, 0), 5, 0)},
	}
	d := New(Config{Flows: true})
	for _, tt := range tests {
		var r Result
		fault := d.Resume(tt.packet, nil, 0, 0, 0, &r)
		if p := r.Groups.Pieces[0]; fault != (Fault{}) || p.Length != uint32(len(payload)) || p.IPLen != uint32(len(tt.packet)) || int(p.Offset) != len(tt.packet)-len(payload) {
			t.Errorf("%s: %+v, fault %+v", tt.name, p, fault)
		}
	}
}

// In the steady state, fragments and resumed packets allocate nothing; a scope costs its name, once a batch.
func TestResumeDoesNotAllocate(t *testing.T) {
	d := New(Config{Layers: true, Flows: true, Reassemble: flow.IPv4 | flow.IPv6})
	scope := flow.Scope(nil).AppendVLAN(3)
	var r Result
	batch := func() {
		d.Reset(&r)
		for i, row := range rows {
			f := frameOf(row.link, row.frame)
			d.Decode(&f, row.frame, uint32(i), &r)
			d.Resume(row.frame[min(14, len(row.frame)):], scope, 1, 1, uint32(i), &r)
		}
	}
	batch()
	if n := testing.AllocsPerRun(20, batch); n > float64(len(r.Scopes.List)) {
		t.Errorf("%v allocations in a batch, %d scopes", n, len(r.Scopes.List))
	}
}

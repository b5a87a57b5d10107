package decoder

import (
	"math/rand/v2"
	"reflect"
	"testing"

	"github.com/pcappipe/pcappipe/frame"
)

// bothWays decodes frames as they come and by the walk.
type bothWays struct {
	decoder        *Decoder
	direct, walked Result
}

func newBothWays() *bothWays { return &bothWays{decoder: New(Config{Layers: true, Flows: true})} }

// check holds the two against each other and says whether the frame was decoded directly.
func (b *bothWays) check(t *testing.T, f *frame.Frame, data []byte) (took bool) {
	t.Helper()
	b.decoder.Reset(&b.walked)
	took = b.decoder.direct(f, data, 3, &b.walked)
	b.decoder.Reset(&b.walked)
	b.decoder.roundabout(f, data, 3, &b.walked)
	b.decoder.Reset(&b.direct)
	b.decoder.Decode(f, data, 3, &b.direct)
	if !same(&b.direct, &b.walked) || !reflect.DeepEqual(b.direct.Layers, b.walked.Layers) {
		t.Errorf("% x of %d:\ndirect %s %+v\nwalked %s %+v", data, f.Wire, text(&b.direct, 0), b.direct.Layers, text(&b.walked, 0), b.walked.Layers)
	}
	return took
}

// What is decoded directly is what the walk finds, whatever the bytes are.
func FuzzDirect(f *testing.F) {
	for _, row := range rows {
		if row.link == linkEthernet {
			f.Add(row.frame, uint32(len(row.frame)), uint8(0))
		}
	}
	both := newBothWays()
	f.Fuzz(func(t *testing.T, data []byte, wire uint32, fcs uint8) {
		both.check(t, &frame.Frame{Len: uint32(len(data)), Wire: wire, Link: linkEthernet, FCS: fcs % 31}, data)
	})
}

// The same of frames that differ in few bytes from ordinary ones, cut anywhere;
// and ordinary frames are decoded directly.
func TestDirectIsTheWalk(t *testing.T) {
	both, random := newBothWays(), rand.New(rand.NewPCG(5, 6))
	ordinary := map[string][]byte{
		"tcp":  tcp4,
		"udp":  ethernetFrame(etherIPv4, ip4(protoUDP, udpDatagram(40000, 53, []byte("payload")))),
		"tcp6": ethernetFrame(etherIPv6, ip6(protoTCP, tcpSegment(40000, 80, 0x18, 5))),
		"udp6": ethernetFrame(etherIPv6, ip6(protoUDP, udpDatagram(40000, 53, []byte("payload")))),
	}
	for name, data := range ordinary {
		f := ethernetOf(data)
		if !both.check(t, &f, data) {
			t.Errorf("%s is left to the walk", name)
		}
		for range 10000 {
			changed := append([]byte(nil), data...)
			for range random.IntN(3) {
				changed[random.IntN(min(80, len(changed)))] = byte(random.IntN(256) >> random.IntN(8))
			}
			wire := len(changed) + random.IntN(3) - 1
			changed = changed[:len(changed)-random.IntN(2)*random.IntN(len(changed))]
			both.check(t, &frame.Frame{Len: uint32(len(changed)), Wire: uint32(wire), Link: linkEthernet}, changed)
		}
	}
}

// No port of a tunnel is taken for one that cannot be.
func TestEveryPortDirectly(t *testing.T) {
	both := newBothWays()
	for port := range 1 << 16 {
		data := ethernetFrame(etherIPv4, ip4(protoUDP, udpDatagram(port, 40000, make([]byte, 40))))
		f := ethernetOf(data)
		both.check(t, &f, data)
	}
}

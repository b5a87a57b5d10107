package decoder

import (
	"testing"
)

// BenchmarkDecode decodes what most frames are, as a batch of a thousand of them.
func BenchmarkDecode(b *testing.B) {
	for _, c := range []struct {
		name  string
		frame []byte
	}{
		{"tcp4", ethernetFrame(0x0800, ip4(protoTCP, tcpSegment(40000, 80, 0x18, 512)))},
		{"udp4", ethernetFrame(0x0800, ip4(protoUDP, udpDatagram(40000, 53, make([]byte, 64))))},
		{"tcp6", ethernetFrame(0x86dd, ip6(protoTCP, tcpSegment(40000, 80, 0x18, 512)))},
	} {
		b.Run(c.name, func(b *testing.B) {
			d, f := New(Config{Flows: true}), ethernetOf(c.frame)
			var r Result
			b.SetBytes(int64(len(c.frame)))
			d.Reset(&r)
			for i := uint32(0); b.Loop(); i++ {
				if i == 1000 {
					i = 0
					d.Reset(&r)
				}
				d.Decode(&f, c.frame, i, &r)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N), "ns/frame")
		})
	}
}

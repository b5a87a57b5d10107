//go:build promises

package promises

import (
	"bufio"
	"encoding/binary"
	"io"
)

// A traffic is frames that are made while they are written: millions of them
// stand nowhere.
type traffic struct {
	frames int
	link   uint32 // default: Ethernet
	cut    int    // bytes of each frame that the capture lacks
	time   func(n int) int64
	frame  func(n int, b []byte) []byte // appends frame n
}

// pcap writes the traffic as a nanosecond pcap.
func (t traffic) pcap(to io.Writer) error {
	w := bufio.NewWriterSize(to, 1<<18)
	w.Write(pcapHeader(max(t.link, 1)))
	le := binary.LittleEndian
	var b []byte
	for n := range t.frames {
		b = append(b[:0], make([]byte, 16)...)
		b = t.frame(n, b)
		nanos := int64(n) * 1000
		if t.time != nil {
			nanos = t.time(n)
		}
		nanos += begin
		le.PutUint32(b, uint32(nanos/1e9))
		le.PutUint32(b[4:], uint32(nanos%1e9))
		le.PutUint32(b[8:], uint32(len(b)-16))
		le.PutUint32(b[12:], uint32(len(b)-16+t.cut))
		if _, err := w.Write(b); err != nil {
			return err
		}
	}
	return w.Flush()
}

// begin is when all traffic begins.
const begin = int64(1_700_000_000e9)

func pcapHeader(link uint32) []byte {
	le := binary.LittleEndian
	b := le.AppendUint32(nil, 0xa1b23c4d)
	b = le.AppendUint16(b, 2)
	b = le.AppendUint16(b, 4)
	b = append(b, make([]byte, 8)...)
	b = le.AppendUint32(b, 262144)
	return le.AppendUint32(b, link)
}

// scatter is a number that looks random, the same in every run (splitmix64).
func scatter(n int) uint64 {
	x := uint64(n+1) * 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// ethernet, ipv4, udp and tcp append headers; lengths are of what follows.

func ethernet(b []byte, etherType uint16) []byte {
	b = append(b, 2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2)
	return binary.BigEndian.AppendUint16(b, etherType)
}

func ipv4(b []byte, src, dst uint32, proto uint8, length int) []byte {
	be := binary.BigEndian
	b = append(b, 0x45, 0)
	b = be.AppendUint16(b, uint16(20+length))
	b = append(b, 0, 1, 0, 0, 64, proto, 0, 0)
	return be.AppendUint32(be.AppendUint32(b, src), dst)
}

func udp(b []byte, sport, dport uint16, length int) []byte {
	be := binary.BigEndian
	b = be.AppendUint16(be.AppendUint16(b, sport), dport)
	return append(be.AppendUint16(b, uint16(8+length)), 0, 0)
}

func tcp(b []byte, sport, dport uint16, flags uint8, seq, ack uint32) []byte {
	be := binary.BigEndian
	b = be.AppendUint16(be.AppendUint16(b, sport), dport)
	b = be.AppendUint32(be.AppendUint32(b, seq), ack)
	return append(b, 0x50, flags, 0x20, 0, 0, 0, 0, 0)
}

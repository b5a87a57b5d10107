package bench

import (
	"bufio"
	"encoding/binary"
	"errors"
	"net/netip"
	"os"

	"github.com/pcappipe/pcappipe/internal/capture"
)

// A side is who sends in a TCP connection.
type side int

const (
	client side = iota
	server
)

const (
	syn  = 0x02
	ack  = 0x10
	push = 0x18 // with ACK
	fin  = 0x11 // with ACK
)

// A segment is a record of a nanosecond pcap with one TCP segment. It is changed
// from one frame to the next, so that making a capture allocates nothing: what
// the bench itself has once held counts as the memory of what it starts.
type segment struct {
	record   []byte
	payload  int
	ip, port int // where the client's address and port stand
}

// Where things stand in a segment.
const (
	recordHeader = 16
	ipHeader     = recordHeader + 14
	tcpHeader    = ipHeader + 20
	headers      = 54 // bytes before the payload in a frame
	leastFrame   = 60 // shorter ones are padded, as Ethernet does
)

func newSegment(from side, payload int) segment {
	s := segment{payload: payload, ip: ipHeader + 12, port: tcpHeader}
	src, dst, sport, dport := netip.AddrFrom4([4]byte{10}), netip.AddrFrom4([4]byte{192, 0, 2, 1}), uint16(0), uint16(443)
	if from == server {
		src, dst, sport, dport = dst, src, dport, sport
		s.ip, s.port = s.ip+4, s.port+2
	}
	tcp := capture.TCP(sport, dport, 0, 0, 0, make([]byte, payload))
	frame := capture.Ethernet(0x0800, capture.IP(src, dst, 6, tcp))
	s.record = append(make([]byte, recordHeader), frame...)
	s.record = append(s.record, make([]byte, max(0, leastFrame-len(frame)))...)
	size := uint32(len(s.record) - recordHeader)
	binary.LittleEndian.PutUint32(s.record[8:], size)
	binary.LittleEndian.PutUint32(s.record[12:], size)
	const window = 0xffff // what is on its way and late stays within it
	binary.BigEndian.PutUint16(s.record[tcpHeader+14:], window)
	return s
}

// of makes it frame n, of this connection: a microsecond after the frame before,
// from one of 256 ports of an address.
func (s *segment) of(n, connection int) *segment {
	const second = 1_000_000
	binary.LittleEndian.PutUint32(s.record, uint32(n/second))
	binary.LittleEndian.PutUint32(s.record[4:], uint32(n%second*1000))
	binary.BigEndian.PutUint16(s.record[s.ip+2:], uint16(connection>>8))
	binary.BigEndian.PutUint16(s.record[s.port:], uint16(40000+connection&0xff))
	return s
}

// says gives it flags, and what is sent and acknowledged.
func (s *segment) says(flags uint8, seq, acked uint32) *segment {
	binary.BigEndian.PutUint32(s.record[tcpHeader+4:], seq)
	binary.BigEndian.PutUint32(s.record[tcpHeader+8:], acked)
	s.record[tcpHeader+13] = flags
	return s
}

// A captureFile is a capture that is being written.
type captureFile struct {
	*bufio.Writer
	file   *os.File
	frames int
}

func createCapture(path string) (*captureFile, error) {
	file, err := os.Create(path)
	if err != nil {
		return nil, err
	}
	c := &captureFile{Writer: bufio.NewWriterSize(file, 1<<20), file: file}
	c.Write(capture.Pcap(nil))
	return c, nil
}

// add writes a segment as the next frame of a connection. An error is that of close.
func (c *captureFile) add(s *segment, connection int) {
	c.Write(s.of(c.frames, connection).record)
	c.frames++
}

func (c *captureFile) close() error { return errors.Join(c.Flush(), c.file.Close()) }

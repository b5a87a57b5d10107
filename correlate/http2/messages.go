package http2

import "encoding/binary"

// messagePrefix is what gRPC puts before each message: a flag, and its length.
const messagePrefix = 5

// Messages counts gRPC's messages in the content of one side of a stream (gRPC over HTTP2,
// Length-Prefixed-Message). The zero value is ready.
type Messages struct {
	count  uint64
	left   uint32 // of the message that has begun
	prefix [messagePrefix]byte
	has    uint8 // of the prefix
	lost   bool
}

// Count returns how many messages came as a whole.
func (m *Messages) Count() uint64 { return m.count }

// Lost says that it is not known where messages begin, so that Count is too low: by a gap, or
// since the content is no gRPC.
func (m *Messages) Lost() bool { return m.lost }

// Data takes content that follows what came before.
func (m *Messages) Data(b []byte) {
	for len(b) > 0 && !m.lost {
		if m.has < messagePrefix {
			n := copy(m.prefix[m.has:], b)
			m.has += uint8(n)
			b = b[n:]
			m.begin()
			continue
		}
		n := min(m.left, uint32(min(len(b), 1<<30)))
		b = b[n:]
		m.take(n)
	}
}

// Gap takes notice of n bytes that are missing. A message whose length is known ends
// where it says.
func (m *Messages) Gap(n uint64) {
	switch {
	case n == 0 || m.lost:
	case m.has == messagePrefix && n <= uint64(m.left):
		m.take(uint32(n))
	default:
		m.lost = true
	}
}

// begin reads a prefix that is whole.
func (m *Messages) begin() {
	if m.has < messagePrefix {
		return
	}
	if m.prefix[0] > 1 {
		m.lost = true
		return
	}
	m.left = binary.BigEndian.Uint32(m.prefix[1:])
	m.take(0)
}

func (m *Messages) take(n uint32) {
	if m.left -= n; m.left == 0 {
		m.count++
		m.has = 0
	}
}

package reassembly

import (
	"testing"

	"github.com/pcappipe/pcappipe/flow"
)

// Urgent data is data in its place (RFC 6093, 3.1): no byte is taken out of the stream.
func TestUrgentDataIsData(t *testing.T) {
	heard := &streamListener{t: t}
	a, c := NewAssembler(StreamConfig{}), Connection{}
	for _, s := range []Segment{
		{Seq: 9, Flags: flow.SYN},
		{Seq: 10, Flags: flow.ACK, Payload: []byte("ab"), Length: 2},
		{Seq: 12, Flags: flow.ACK | flow.URG | flow.PSH, Payload: []byte("cd"), Length: 2},
		{Seq: 14, Flags: flow.ACK, Payload: []byte("ef"), Length: 2},
	} {
		a.Add(&c, flow.FromA, &s, heard)
	}
	a.Close(&c, false, heard)
	if got := heard.text(flow.FromA); got != "abcdef" {
		t.Errorf("%q", got)
	}
	if s := c.Stats(flow.FromA); s.Delivered != 6 || s.Seen != s.Sum() {
		t.Errorf("%+v", s.Bytes)
	}
}

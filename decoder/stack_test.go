package decoder

import (
	"bytes"
	"testing"

	"github.com/pcappipe/pcappipe/frame"
)

// A deep stack and one that is its last eight layers are two, whichever comes first.
func TestDeepStacksAreToldApart(t *testing.T) {
	packet := inIPv4(17, []byte{0, 1, 0, 2, 0, 8, 0, 0})
	for range 6 {
		packet = inIPv4(4, packet)
	}
	deep := append(bytes.Repeat([]byte{2}, 12), append([]byte{8, 0}, packet...)...)
	frames := []struct {
		link frame.LinkType
		data []byte
		want string
	}{
		{1, deep, "eth:ip:ip:ip:ip:ip:ip:ip:udp"},
		{228, packet, "ip:ip:ip:ip:ip:ip:ip:udp"},
	}
	for _, order := range [][2]int{{0, 1}, {1, 0}} {
		d := New(Config{})
		var r Result
		d.Reset(&r)
		for n, i := range order {
			f := frames[i]
			d.Decode(&frame.Frame{Link: f.link, Len: uint32(len(f.data)), Wire: uint32(len(f.data))}, f.data, uint32(n), &r)
			if got := r.Stacks[r.Packets[n].Stack].Path; got != f.want {
				t.Errorf("%s after the other, want %s", got, f.want)
			}
		}
	}
}

// inIPv4 puts an IPv4 header before a payload.
func inIPv4(proto uint8, payload []byte) []byte {
	n := 20 + len(payload)
	return append([]byte{0x45, 0, byte(n >> 8), byte(n), 0, 0, 0, 0, 64, proto, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2}, payload...)
}

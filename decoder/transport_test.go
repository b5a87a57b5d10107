package decoder

import "testing"

// A piece says how many bytes of its transport's header stand before the
// payload: the options too, as far as captured.
func TestTheTransportHeaderStandsBeforeThePayload(t *testing.T) {
	options := overIP4(protoTCP, with(tcpSegment(40000, 80, 0x18, 25), 12, 0xa0))
	tests := []struct {
		name     string
		frame    []byte
		captured int
		want     uint8
	}{
		{"TCP", tcp4, len(tcp4), 20},
		{"TCP with options", options, len(options), 40},
		{"TCP with options that are cut", options, 14 + 20 + 33, 33},
		{"TCP that is cut in its fixed part", options, 14 + 20 + 19, 0},
		{"TCP whose options lie beyond the packet", with(tcp4, 46, 0xf0), len(tcp4), 0},
		{"TCP in a VLAN", ethernetFrame(0x8100, vlanTag(5, 0x0800, tcp4[14:])), len(tcp4) + 4, 20},
		{"UDP", overUDP4(53, []byte("query")), 47, 8},
		{"SCTP", overIP4(protoSCTP, make([]byte, 16)), 50, 12},
		{"ICMP", overIP4(protoICMP, icmpMessage(8, 0, nil)), 42, 8},
		{"GRE", overIP4(protoGRE, u32(0)), 38, 0},
	}
	d := New(Config{Flows: true})
	for _, tt := range tests {
		r := decode(d, linkEthernet, tt.frame[:tt.captured], len(tt.frame))
		if got := r.Groups.Pieces[0].Header; got != tt.want {
			t.Errorf("%s: %d bytes, want %d", tt.name, got, tt.want)
		}
	}
}

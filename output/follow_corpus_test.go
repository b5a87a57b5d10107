//go:build corpus

package output

import (
	"math/rand/v2"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pcappipe/pcappipe/internal/capture"
)

// A dialogue makes a capture of one connection, and what Follow says of it.
type dialogue struct {
	*rand.Rand
	nodes  [2]netip.AddrPort
	next   [2]uint32 // sequence numbers
	frames []capture.Frame
	hands  []func(f *Follow, dst []byte) []byte // what is handed on, in order
}

func (d *dialogue) segment(node int, flags uint8, payload []byte) {
	src, dst := d.nodes[node], d.nodes[1-node]
	packet := capture.IP(src.Addr(), dst.Addr(), 6, capture.TCP(src.Port(), dst.Port(), flags, d.next[node], d.next[1-node], payload))
	d.frames = append(d.frames, capture.Frame{Nanos: int64(len(d.frames)+1) * 1e6, Data: capture.Ethernet(capture.EtherTypeOf(packet), packet)})
	d.next[node] += uint32(len(payload))
}

const tcpFIN, tcpSYN, tcpPSH, tcpACK = 1, 2, 8, 16

func newDialogue(seed uint64, nodes [2]netip.AddrPort) *dialogue {
	d := &dialogue{Rand: rand.New(rand.NewPCG(seed, 1)), nodes: nodes, next: [2]uint32{1000, 1<<32 - 500}}
	d.segment(0, tcpSYN, nil)
	d.next[0]++
	d.segment(1, tcpSYN|tcpACK, nil)
	d.next[1]++
	d.segment(0, tcpACK, nil)
	for range 60 {
		d.talk(d.IntN(2))
	}
	return d
}

// talk sends some bytes, of which some may be lost before the others.
func (d *dialogue) talk(node int) {
	if d.IntN(8) == 0 {
		lost := 1 + d.IntN(3000)
		d.next[node] += uint32(lost)
		d.hands = append(d.hands, func(f *Follow, dst []byte) []byte { return f.Gap(dst, node, uint64(lost)) })
	}
	payload := make([]byte, 1+d.IntN([]int{20, 300, 9000}[d.IntN(3)]))
	for i := range payload {
		payload[i] = byte(d.Uint32()) >> d.IntN(3)
	}
	d.hands = append(d.hands, func(f *Follow, dst []byte) []byte { return f.Data(dst, node, payload) })
	d.segment(node, tcpPSH|tcpACK, payload)
	d.segment(1-node, tcpACK, nil)
}

// TestFollowAgreesWithTshark has tshark follow random dialogues.
func TestFollowAgreesWithTshark(t *testing.T) {
	for name, nodes := range map[string][2]string{
		"ipv4": {"10.0.0.1:40000", "10.0.0.2:80"}, "ipv6": {"[2001:db8::1]:40000", "[fe80::2:0:0:1]:81"},
	} {
		d := newDialogue(uint64(len(name)), [2]netip.AddrPort{netip.MustParseAddrPort(nodes[0]), netip.MustParseAddrPort(nodes[1])})
		path := filepath.Join(t.TempDir(), name+".pcap")
		if err := os.WriteFile(path, capture.Pcap(d.frames), 0o666); err != nil {
			t.Fatal(err)
		}
		for mode, format := range map[string]FollowFormat{"ascii": FollowText, "hex": FollowHex} {
			want, err := exec.Command("tshark", "-n", "-r", path, "-q", "-z", "follow,tcp,"+mode+",0").Output()
			if err != nil {
				t.Fatal(err)
			}
			f := NewFollow(format, 7, d.nodes)
			dst := f.Begin(nil)
			for _, hand := range d.hands {
				dst = hand(f, dst)
			}
			got := strings.Replace(string(f.End(dst)), "pcappipe.flow eq 7", "tcp.stream eq 0", 1)
			difference(t, name+" "+mode, got, string(want))
		}
	}
}

// difference reports the first line that is not the same.
func difference(t *testing.T, name, got, want string) {
	t.Helper()
	if got == want {
		return
	}
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range min(len(g), len(w)) {
		if g[i] != w[i] {
			t.Errorf("%s: line %d is\n%q, tshark's\n%q", name, i+1, g[i], w[i])
			return
		}
	}
	t.Errorf("%s: %d lines, tshark has %d", name, len(g), len(w))
}

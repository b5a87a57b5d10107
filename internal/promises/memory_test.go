//go:build promises

package promises

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
)

const (
	syn = 2
	ack = 16

	mib = int64(1) << 20
)

// floods are traffic that wants as many flows as there are frames, or as few
// bytes for a frame as can be.
var floods = map[string]traffic{
	"one-packet flows": {frames: 10_000_000, frame: func(n int, b []byte) []byte {
		b = ipv4(ethernet(b, 0x0800), 0x0a000000+uint32(n), 0xc0a80001, 17, 8)
		return udp(b, uint16(n), 53, 0)
	}},
	"SYN flood": {frames: 1_000_000, frame: func(n int, b []byte) []byte {
		r := scatter(n)
		b = ipv4(ethernet(b, 0x0800), uint32(r), 0xc0a80001, 6, 20)
		return tcp(b, uint16(r>>32), 80, syn, uint32(r>>16), 0)
	}},
	"open flows": {frames: 4_000_000, frame: func(n int, b []byte) []byte {
		const most = 1_000_000
		flow, round := uint32(n%most), n/most
		client, server, flags, seq, acks := 0x0a000000+flow, uint32(0xc0a80001), uint8(ack), uint32(round), uint32(1)
		sport, dport := uint16(flow), uint16(443)
		switch round {
		case 0:
			flags, acks = syn, 0
		case 1:
			client, server, sport, dport, flags = server, client, dport, sport, syn|ack
			seq, acks = 0, 1
		}
		b = ipv4(ethernet(b, 0x0800), client, server, 6, 20)
		return tcp(b, sport, dport, flags, seq, acks)
	}},
	"a quiet minute": {frames: 800_001, time: func(n int) int64 {
		if n == 800_000 {
			return 100e9
		}
		return int64(n) * 1000
	}, frame: func(n int, b []byte) []byte {
		b = ipv4(ethernet(b, 0x0800), 0x0a000000+uint32(n), 0xc0a80001, 17, 8)
		return udp(b, uint16(n), 53, 0)
	}},
	"a tunnel a frame": {frames: 700_000, frame: func(n int, b []byte) []byte {
		b = udp(ipv4(ethernet(b, 0x0800), 0x0a000001, 0x0a000002, 17, 8+8+14+20+8), 5000, 4789, 8+14+20+8)
		b = append(b, 8, 0, 0, 0, byte(n>>16), byte(n>>8), byte(n), 0)
		return udp(ipv4(ethernet(b, 0x0800), 0x0a000003, 0x0a000004, 17, 8), 1, 2, 0)
	}},
	"VLANs in VLANs": {frames: 250_000, frame: func(n int, b []byte) []byte {
		b = ethernet(b, 0x88a8)
		r := scatter(n)
		for i := range 10 {
			b = append(b, byte(r>>(i*6)&0xf), byte(r>>i), 0x81, 0)
		}
		b = append(b, 0, 1, 8, 0)
		return udp(ipv4(b, uint32(r), 0x0a000004, 17, 8), 1, 2, 0)
	}},
	"packets in packets": {frames: 80_000, frame: func(n int, b []byte) []byte {
		b = ethernet(b, 0x0800)
		for i := range 8 {
			b = ipv4(b, scatter32(n+i), scatter32(n-i), 4, 20*(8-i))
		}
		return ipv4(b, scatter32(n), 2, 17, 0)
	}},
	"frames of no bytes": {frames: 5_000_000, frame: func(_ int, b []byte) []byte { return b }},
	"the largest frames": {frames: 800, frame: func(n int, b []byte) []byte {
		b = udp(ipv4(ethernet(b, 0x0800), scatter32(n), 0xc0a80001, 17, 8), 1, 2, 0)
		return append(b, make([]byte, 256<<10-42)...)
	}},
}

func scatter32(n int) uint32 { return uint32(scatter(n)) }

// within says what memory a run may have.
func within(memory int64, workers int) int64 {
	return memory + 128*mib + 4*mib*int64(max(0, workers-8))
}

func TestMemoryIsBoundedWhateverFlowsThereAre(t *testing.T) {
	for _, row := range []struct {
		flood   string
		memory  int64
		workers int
		args    string
	}{
		{"one-packet flows", 64 * mib, 8, "--emit flows -f csv"},
		{"one-packet flows", 256 * mib, 8, "--emit flows"},
		{"one-packet flows", 1024 * mib, 8, "--emit flows"},
		{"SYN flood", 64 * mib, 8, "--emit frames,flows"},
		{"SYN flood", 64 * mib, 64, "--emit frames,flows -E server"},
		{"open flows", 1024 * mib, 8, "--emit flows"},
		{"a quiet minute", 1024 * mib, 8, "--emit frames,flows"},
		{"a tunnel a frame", 64 * mib, 8, "--emit frames,flows"},
		{"VLANs in VLANs", 64 * mib, 8, "--emit frames,flows"},
		{"packets in packets", 64 * mib, 8, "--emit frames,flows"},
		{"frames of no bytes", 64 * mib, 8, "--emit frames"},
		{"the largest frames", 64 * mib, 8, "--emit frames --payload"},
	} {
		t.Run(fmt.Sprintf("%s, %d MiB, %d workers", row.flood, row.memory/mib, row.workers), func(t *testing.T) {
			flood := floods[row.flood]
			if row.memory == 256*mib {
				flood.frames /= 3 // enough to hit it
			}
			args := append(strings.Fields(row.args), "--memory", strconv.FormatInt(row.memory, 10), "--workers", strconv.Itoa(row.workers), "-")
			if !strings.Contains(row.args, "-E") {
				args = append([]string{"-E", "pipeline"}, args...)
			}
			end, peak := measured(t, flood.pcap, args...)
			if end.code != 0 {
				t.Errorf("exit status %d\n%s", end.code, end.stderr)
			}
			if most := within(row.memory, row.workers); peak > most {
				t.Errorf("%d MiB, %d are promised", peak/mib, most/mib)
			}
			t.Logf("%d MiB of %d", peak/mib, within(row.memory, row.workers)/mib)
		})
	}
}

//go:build promises

package promises

import (
	"encoding/binary"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// segment appends a TCP segment of connection c, from its client or from its
// server, with so many bytes of payload.
func segment(b []byte, c int, server bool, flags uint8, seq, acks uint32, payload int) []byte {
	client, to := 0x0a000000+uint32(c), uint32(0xc0a80001)
	sport, dport := uint16(40000), uint16(443)
	if server {
		client, to, sport, dport = to, client, dport, sport
	}
	b = tcp(ipv4(ethernet(b, 0x0800), client, to, 6, 20+payload), sport, dport, flags, seq, acks)
	for n := range payload {
		b = append(b, byte(seq)+byte(n))
	}
	return b
}

// fragment appends an IPv4 fragment of datagram n, at an offset that 8 divides,
// with so many bytes of payload.
func fragment(b []byte, n int, offset int, more bool, payload int) []byte {
	at := len(b) + 14
	b = ipv4(ethernet(b, 0x0800), 0x0a000000+uint32(n>>8), 0xc0a80001, 17, payload)
	field := uint16(offset / 8)
	if more {
		field |= 0x2000
	}
	binary.BigEndian.PutUint16(b[at+4:], uint16(n))
	binary.BigEndian.PutUint16(b[at+6:], field)
	return append(b, make([]byte, payload)...)
}

// openConnections are connections that all are open and all say something.
func openConnections(number int) traffic {
	return traffic{frames: 4 * number, frame: func(n int, b []byte) []byte {
		switch c := n % number; n / number {
		case 0:
			return segment(b, c, false, syn, 99, 0, 0)
		case 1:
			return segment(b, c, true, syn|ack, 499, 100, 0)
		case 2:
			return segment(b, c, false, ack, 100, 500, 100)
		default:
			return segment(b, c, true, ack, 500, 200, 100)
		}
	}}
}

// exchanges are connections whose ends say something in turn, in rounds.
func exchanges(number, rounds int) traffic {
	return traffic{frames: rounds * number, frame: func(n int, b []byte) []byte {
		round := uint32(n / number)
		return segment(b, n%number, round%2 == 1, ack, round/2*200, (round+1)/2*200, 200)
	}}
}

// pieces are traffic that wants its parts to be kept for ever.
var pieces = map[string]traffic{
	"holes in one flow": {frames: 1_000_000, frame: func(n int, b []byte) []byte {
		return segment(b, 0, false, ack, uint32(n)*1000, 1, 200*min(n, 1)+1)
	}},
	"holes of a byte": {frames: 2_000_000, frame: func(n int, b []byte) []byte {
		return segment(b, 0, n&1 != 0, ack, uint32(n)*2, 1, 1)
	}},
	"holes in many flows": {frames: 1_000_000, frame: func(n int, b []byte) []byte {
		const flows = 100_000
		return segment(b, n%flows, false, ack, uint32(n/flows)*2000, 1, 300)
	}},
	"first fragments": {frames: 500_000, frame: func(n int, b []byte) []byte {
		return fragment(b, n, 0, true, 1480)
	}},
	"last fragments": {frames: 1_500_000, frame: func(n int, b []byte) []byte {
		return fragment(b, n, 1480, false, 16)
	}},
	"fragments at the farthest offset": {frames: 1_500_000, frame: func(n int, b []byte) []byte {
		return fragment(b, n, 65528, n%2 == 0, 8)
	}},
	"fragments of one datagram": {frames: 1_500_000, frame: func(n int, b []byte) []byte {
		return fragment(b, 0, 8*(2+n*2%8000), true, 8)
	}},
	"open connections":       openConnections(1_000_000),
	"a few open connections": openConnections(200_000),
	"everything out of order": {frames: 1_000_000, frame: func(n int, b []byte) []byte {
		const flows, window = 1000, 32
		round := n / flows
		round = round/window*window + window - 1 - round%window
		return segment(b, n%flows, false, ack, uint32(round)*500, 1, 500)
	}},
	"a turn without end": {frames: 400_000, frame: func(n int, b []byte) []byte {
		return segment(b, 0, false, ack, uint32(n)*1000, 1, 1000)
	}},
	"turns without end": {frames: 400_000, frame: func(n int, b []byte) []byte {
		const flows = 2000
		return segment(b, n%flows, false, ack, uint32(n/flows)*1000, 1, 1000)
	}},
	"a turn a segment": {frames: 2_000_000, frame: func(n int, b []byte) []byte {
		const flows = 10
		round := uint32(n / flows)
		return segment(b, n%flows, round%2 == 1, ack, round/2, (round+1)/2, 1)
	}},
	"what the capture cut": {frames: 1_000_000, cut: 900, frame: func(n int, b []byte) []byte {
		const flows = 1000
		b = segment(b, n%flows, false, ack, uint32(n/flows)*1000, 1, 1000)
		return b[:len(b)-900]
	}},
	"streams in files":       exchanges(50_000, 2),
	"a few streams in files": exchanges(3000, 6),
}

func TestMemoryIsBoundedWhateverIsPutTogether(t *testing.T) {
	const kinds = "--emit datagrams,turns,streams,flows --payload"
	for _, row := range []struct {
		pieces  string
		memory  int64
		workers int
		args    string
	}{
		{"holes in one flow", 64 * mib, 8, kinds},
		{"holes in one flow", 1024 * mib, 2, "--tcp"},
		{"holes of a byte", 256 * mib, 8, kinds},
		{"holes in many flows", 64 * mib, 8, kinds},
		{"holes in many flows", 256 * mib, 8, kinds + " -E server"},
		{"first fragments", 64 * mib, 8, kinds},
		{"first fragments", 1024 * mib, 8, "--emit datagrams"},
		{"last fragments", 64 * mib, 8, kinds},
		{"fragments at the farthest offset", 64 * mib, 8, kinds},
		{"fragments of one datagram", 64 * mib, 8, kinds},
		{"a few open connections", 64 * mib, 8, kinds},
		{"open connections", 1024 * mib, 8, "--emit flows --tcp"},
		{"everything out of order", 64 * mib, 8, kinds},
		{"everything out of order", 256 * mib, 64, kinds},
		{"a turn without end", 64 * mib, 8, kinds},
		{"turns without end", 64 * mib, 8, kinds},
		{"turns without end", 1024 * mib, 8, kinds},
		{"a turn a segment", 64 * mib, 8, kinds},
		{"what the capture cut", 64 * mib, 8, kinds},
		{"a few streams in files", 2 * mib, 8, "--streams DIR"},
		{"streams in files", 1024 * mib, 8, "--streams DIR --emit streams"},
	} {
		t.Run(fmt.Sprintf("%s, %d MiB, %d workers, %s", row.pieces, row.memory/mib, row.workers, row.args), func(t *testing.T) {
			args := append(strings.Fields(row.args), "-q", "--memory", strconv.FormatInt(row.memory, 10), "--workers", strconv.Itoa(row.workers), "-")
			for i := range args {
				if args[i] == "DIR" {
					args[i] = filepath.Join(t.TempDir(), "streams")
				}
			}
			if !strings.Contains(row.args, "-E") {
				args = append([]string{"-E", "pipeline"}, args...)
			}
			end, peak := measured(t, pieces[row.pieces].pcap, args...)
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

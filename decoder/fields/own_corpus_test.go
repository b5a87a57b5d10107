//go:build corpus

package fields

import (
	"encoding/binary"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/pcappipe/pcappipe/frame"
)

// differently names, for a field, the frames in which tshark's is another, and
// says why that is right.
var differently = map[string][]string{
	// tshark takes all that is left for the check value, padding too.
	"macsec.ICV": {"authenticated, and padded"},
	// tshark takes the type of the next header to it.
	"gtp.ext_hdr.ran_cont": {"gtp with containers"}, "gtp.ext_hdr.xw_ran_cont": {"gtp with containers"},
	// RFC 9008 gave the option another number than RFC 6553.
	"ipv6.opt.rpl.flag": rpl, "ipv6.opt.rpl.flag.o": rpl, "ipv6.opt.rpl.flag.r": rpl, "ipv6.opt.rpl.flag.f": rpl,
	"ipv6.opt.rpl.flag.rsv": rpl, "ipv6.opt.rpl.instance_id": rpl, "ipv6.opt.rpl.sender_rank": rpl, "ipv6.opt.unknown": rpl,
	// What is there is given, though what follows is cut off.
	"tcp.seq_raw": {"cut inside the tcp header"}, "tcp.option_kind": long, "tcp.option_len": long,
	// tshark reads it where the connection began with asking for checksums; the length tells it too.
	"tcp.options.mptcp.checksum": {"tcp multipath data sequence", "tcp multipath data sequence, 8 bytes"},
	// tshark computes one for UDP-Lite, which has none.
	"udp.length": {"udp-lite", "udp-lite with coverage"},
}

var (
	rpl  = []string{"hop-by-hop rpl"}
	long = []string{"tcp with an option longer than its header"}
)

// own writes the capture of our own frames.
func own(t *testing.T) string {
	path := filepath.Join(t.ArtifactDir(), "own.pcapng")
	if err := os.WriteFile(path, pcapng(t), 0o666); err != nil {
		t.Fatal(err)
	}
	return path
}

// pcapng returns a capture of the frames that the tests of this package have,
// each of an interface of its link type.
func pcapng(t *testing.T) []byte {
	le := binary.LittleEndian
	block := func(b []byte, kind uint32, body []byte) []byte {
		for len(body)%4 != 0 {
			body = append(body, 0)
		}
		size := uint32(12 + len(body))
		b = le.AppendUint32(le.AppendUint32(b, kind), size)
		return le.AppendUint32(append(b, body...), size)
	}
	b := block(nil, 0x0a0d0d0a, []byte{0x4d, 0x3c, 0x2b, 0x1a, 1, 0, 0, 0, 255, 255, 255, 255, 255, 255, 255, 255})
	var links []frame.LinkType
	for _, c := range frames {
		if !slices.Contains(links, c.link) {
			links = append(links, c.link)
			b = block(b, 1, []byte{byte(c.link), byte(c.link >> 8), 0, 0, 0, 0, 4, 0})
		}
	}
	for _, c := range frames {
		data, whole := unhex(t, c.hex), unhex(t, strings.ReplaceAll(c.hex, "|", ""))
		body := le.AppendUint32(nil, uint32(slices.Index(links, c.link)))
		body = append(body, make([]byte, 8)...)
		body = le.AppendUint32(le.AppendUint32(body, uint32(len(data))), uint32(len(whole)))
		b = block(b, 6, append(body, data...))
	}
	return b
}

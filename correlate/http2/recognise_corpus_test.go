//go:build corpus

package http2

import (
	"cmp"
	"encoding/binary"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/pcappipe/pcappipe/capfile"
)

// withHTTP2 are the captures of the corpus that have HTTP/2 in the clear.
var withHTTP2 = []string{
	"deepflow/agent/resources/test/flow_generator/http/grpc-segmented.pcap",
	"deepflow/agent/resources/test/flow_generator/http/grpc-unary.pcap",
	"deepflow/agent/resources/test/flow_generator/http/h2c_ascii.pcap",
	"deepflow/agent/resources/test/flow_generator/http/http2-multi.pcap",
	"live-netns/h1-pipelined-h2load.nsec.pcap",
	"live-netns/trace-2if.pcapng",
	"live-netns/trace-mixed-small.pcap",
	"pcap_file_ex/test/fixtures/http2_sample.pcap",
	"pcap_file_ex/test/fixtures/http2_sample.pcapng",
	"pcap_file_ex/test/fixtures/mixed_traffic_sample.pcap",
	"pcap_file_ex/test/fixtures/mixed_traffic_sample.pcapng",
	"suricata-verify/tests/dns-over-http2/dns_over_https.pcap",
	"suricata-verify/tests/http2-continuation/input.pcap",
	"suricata-verify/tests/http2-deflate/http2_deflate.pcap",
	"suricata-verify/tests/http2-keywords2/input.pcap",
}

// Wherever a capture begins in a connection, HTTP/2 is found in those that have it, and in no
// other: each segment is looked at as if it were the first.
func TestHTTP2IsFoundInTheMiddleOfConnectionsThatSpeakIt(t *testing.T) {
	root := cmp.Or(os.Getenv("PCAPPIPE_CORPUS"), "../../../shared/corpus")
	recognised, taken := map[string]bool{}, map[string]bool{}
	segments, bytes := 0, 0
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		name, _ := filepath.Rel(root, path)
		for c, err := range capfile.Frames(path) {
			if err != nil {
				continue
			}
			s, is := segmentIn(c.Data)
			if !is || len(s.payload) == 0 {
				continue
			}
			b := s.payload
			segments, bytes = segments+1, bytes+len(b)
			if _, _, v := Recognise(b, false); v == Yes {
				recognised[name] = true
			}
			if found(b, true) || found(b, false) {
				taken[name] = true
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d segments, %d bytes", segments, bytes)
	for _, names := range []map[string]bool{recognised, taken} {
		if got := slices.Sorted(maps.Keys(names)); !slices.Equal(got, withHTTP2) {
			t.Errorf("found in %q", got)
		}
	}
}

// A segment is what TCP carries, and where.
type segment struct {
	from, to uint16
	seq      uint32
	payload  []byte
}

// segmentIn returns a frame's, where IPv4 begins at one of the usual places.
func segmentIn(b []byte) (s segment, is bool) {
	for _, at := range []int{0, 4, 14, 16, 18, 20, 22} {
		if len(b) < at+40 || b[at]>>4 != 4 || b[at]&15 < 5 || b[at+9] != 6 {
			continue
		}
		ip := b[at:]
		length := int(binary.BigEndian.Uint16(ip[2:]))
		head := int(ip[0]&15) * 4
		if length > len(ip) || length < head+20 {
			continue
		}
		tcp := ip[head:length]
		if offset := int(tcp[12]>>4) * 4; offset >= 20 && offset <= len(tcp) {
			return segment{binary.BigEndian.Uint16(tcp), binary.BigEndian.Uint16(tcp[2:]), binary.BigEndian.Uint32(tcp[4:]), tcp[offset:]}, true
		}
	}
	return s, false
}

package secondopinion

import (
	"bytes"
	"encoding/binary"
	"slices"

	"github.com/pcappipe/pcappipe/internal/capture"
)

// A plusCase is a capture of PcapPlusPlus's tests, what they do to it before
// they read it, and the files that they expect of it.
type plusCase struct {
	name     string
	capture  string                                // of the corpus
	change   func([]capture.Frame) []capture.Frame // nil: nothing
	expected []string
}

// Folders of the corpus.
const (
	plusFolder   = "PcapPlusPlus/Tests/Pcap++Test/PcapExamples/"
	plusExamples = "PcapPlusPlus/Tests/ExamplesTest/pcap_examples/"
	plusExpected = "PcapPlusPlus/Tests/ExamplesTest/expected_output/"
)

// plusStreams are the cases of TCP streams: a file has a connection's bytes,
// those of both ends in the order in which they were put together.
var plusStreams = []plusCase{
	{"plain", plusFolder + "one_tcp_stream.pcap", nil, []string{"one_tcp_stream_output.txt"}},
	{"sequence numbers that wrap", plusFolder + "one_tcp_stream_max_seq.pcap", nil, []string{"one_tcp_stream_output.txt"}},
	{"no SYN", plusFolder + "one_tcp_stream.pcap", removing(0, 0), []string{"one_tcp_stream_output.txt"}},
	{"retransmissions", plusFolder + "one_tcp_stream.pcap", retransmitted, []string{"one_tcp_stream_retransmission_output.txt"}},
	{"missing", plusFolder + "one_tcp_stream.pcap", lossy, []string{"one_tcp_stream_missing_data_output.txt"}},
	{"out of order", plusFolder + "one_tcp_stream.pcap", shuffled, []string{"one_tcp_stream_out_of_order_output.txt"}},
	{"out of order and missing", plusFolder + "one_tcp_stream.pcap", both(reversed, removing(29)), []string{"one_tcp_stream_missing_data_output_ooo.txt"}},
	{"FIN", plusFolder + "one_http_stream_fin.pcap", nil, []string{"one_http_stream_fin_output.txt"}},
	{"RST", plusFolder + "one_http_stream_rst.pcap", nil, []string{"one_http_stream_rst_output.txt"}},
	{"FIN with data", plusFolder + "one_http_stream_fin2.pcap", nil, []string{"one_http_stream_fin2_output.txt"}},
	{"missing before FIN", plusFolder + "one_http_stream_fin2.pcap", moving(6, 12), []string{"one_http_stream_fin2_output2.txt"}},
	{"three connections", plusFolder + "three_http_streams.pcap", nil,
		[]string{"three_http_streams_conn_1_output.txt", "three_http_streams_conn_2_output.txt", "three_http_streams_conn_3_output.txt"}},
	{"IPv6", plusFolder + "one_ipv6_http_stream.pcap", nil, []string{"one_ipv6_http_stream.txt"}},
	{"IPv6 out of order", plusFolder + "one_ipv6_http_stream.pcap", both(moving(10, 12), moving(15, 17)), []string{"one_ipv6_http_stream.txt"}},
	{"four connections of IPv6", plusFolder + "four_ipv6_http_streams.pcap", nil,
		[]string{"one_ipv6_http_stream4.txt", "one_ipv6_http_stream3.txt", "one_ipv6_http_stream2.txt"}},
}

// plusDatagrams are the cases of IP datagrams: a file has a whole frame in hex.
var plusDatagrams = []plusCase{
	{"plain", plusExamples + "frag_http_req.pcap", nil, []string{"frag_http_req_reassembled.txt"}},
	{"the first two swapped", plusExamples + "frag_http_req.pcap", swapping(0, 1), []string{"frag_http_req_reassembled.txt"}},
	{"others swapped", plusExamples + "frag_http_req.pcap", both(swapping(5, 9), swapping(2, 6)), []string{"frag_http_req_reassembled.txt"}},
	{"the last not at the end", plusExamples + "frag_http_req.pcap", swapping(5, 10), []string{"frag_http_req_reassembled.txt"}},
	{"the last first", plusExamples + "frag_http_req.pcap", moving(10, 0), []string{"frag_http_req_reassembled.txt"}},
	{"from behind", plusExamples + "frag_http_req.pcap", backwards, []string{"frag_http_req_reassembled.txt"}},
	{"the first six", plusExamples + "frag_http_req.pcap", first(6), []string{"frag_http_req_partial.txt"}},
	{"several", plusFolder + "ip4_fragments.pcap", nil, []string{"ip4_fragments_packet1.txt", "ip4_fragments_packet4.txt", "ip4_fragments_packet6.txt"}},
	{"several of IPv6", plusFolder + "ip6_fragments.pcap", nil, []string{"ip6_fragments_packet1.txt", "ip6_fragments_packet2.txt"}},
	{"IPv6 out of order", plusFolder + "ip6_fragments.pcap", both(swapping(0, 2), swapping(5, 6), first(7)), []string{"ip6_fragments_packet1.txt"}},
	{"the first five of IPv6", plusFolder + "ip6_fragments.pcap", first(5), []string{"ip6_fragments_packet1_partial.txt"}},
	{"padding", plusFolder + "frag_with_padding.pcap", nil, []string{"frag_with_padding_defragmented.dat"}},
}

// plusCaptures are the captures that PcapPlusPlus's example defragments, and the
// captures that it makes of them. Of what it was told to leave alone there is
// no count.
var plusCaptures = []struct {
	from, to string
	all      bool
}{
	{"frag_http_req.pcap", "http_req.pcap", true},
	{"ip-frag.pcap", "no-ip-frag.pcap", true},
	{"ip-frag.pcap", "no-ip-frag-all.pcap", true},
	{"ip-frag.pcap", "no-frag-ip-ids.pcap", false},
	{"ipv6-frag.pcap", "no-ipv6-frag.pcap", true},
}

// plusFolders are the captures whose connections PcapPlusPlus's example writes
// into files, and the folders of those.
var plusFolders = []struct{ from, to string }{
	{"tcp-reassembly.pcap", "tcpreassembly_sanity"},
	{"tcp-reassembly.pcap", "tcpreassembly_sides"},
	{"http-packets.pcap", "tcpreassembly_multiple_streams"},
	{"http-packets.pcap", "tcpreassembly_filter"},
}

// Changes to a capture. Places count from 0; each takes frames as the one before
// it left them.

func both(changes ...func([]capture.Frame) []capture.Frame) func([]capture.Frame) []capture.Frame {
	return func(f []capture.Frame) []capture.Frame {
		for _, change := range changes {
			f = change(f)
		}
		return f
	}
}

func removing(places ...int) func([]capture.Frame) []capture.Frame {
	return func(f []capture.Frame) []capture.Frame {
		for _, at := range places {
			f = slices.Delete(f, at, at+1)
		}
		return f
	}
}

func swapping(i, k int) func([]capture.Frame) []capture.Frame {
	return func(f []capture.Frame) []capture.Frame {
		f[i], f[k] = f[k], f[i]
		return f
	}
}

// moving takes a frame out, and puts it in at a place of what is left.
func moving(from, to int) func([]capture.Frame) []capture.Frame {
	return func(f []capture.Frame) []capture.Frame {
		moved := f[from]
		return slices.Insert(slices.Delete(f, from, from+1), to, moved)
	}
}

func first(n int) func([]capture.Frame) []capture.Frame {
	return func(f []capture.Frame) []capture.Frame { return f[:n] }
}

func backwards(f []capture.Frame) []capture.Frame {
	slices.Reverse(f)
	return f
}

// reversed has the second answer from behind.
func reversed(f []capture.Frame) []capture.Frame {
	slices.Reverse(f[24:36])
	return f
}

func shuffled(f []capture.Frame) []capture.Frame {
	return reversed(moving(18, 23)(swapping(9, 10)(f)))
}

func retransmitted(f []capture.Frame) []capture.Frame {
	copies := []struct {
		of, from, bytes, at int
	}{{4, 0, 1420, 5}, {10, 10, 1350, 12}, {13, 0, 1340, 16}, {21, 0, 1430, 25}, {28, 10, 1370, 33}, {34, 10, 91, 40}}
	again := make([]capture.Frame, len(copies))
	for i, c := range copies {
		again[i] = segmentOf(f[c.of], c.from, c.bytes)
	}
	for i, c := range copies {
		f = slices.Insert(f, c.at, again[i])
	}
	return f
}

func lossy(f []capture.Frame) []capture.Frame {
	f[3] = withoutHeader(f[3], 20)
	f[20] = segmentOf(f[20], 0, 1390)
	return removing(28, 30)(f)
}

// withoutHeader returns an HTTP message without its first bytes, as PcapPlusPlus
// does it: the header's layer is taken out, its body stays, and what the message
// is to have comes behind that.
func withoutHeader(f capture.Frame, from int) capture.Frame {
	message := f.Data[transport(f.Data):]
	_, body, _ := bytes.Cut(message, []byte("\r\n\r\n"))
	return segmentWith(f, from, append(bytes.Clone(body), message[from:]...))
}

// segmentOf returns a segment with a part of its bytes; what goes beyond them are
// stars.
func segmentOf(f capture.Frame, from, n int) capture.Frame {
	data := f.Data[transport(f.Data):]
	part := bytes.Clone(data[from:min(from+n, len(data))])
	return segmentWith(f, from, append(part, bytes.Repeat([]byte("*"), n-len(part))...))
}

// ipHeader is where Ethernet's header ends.
const ipHeader = 14

// transport returns where a segment's bytes begin in its frame: Ethernet, IPv4, TCP.
func transport(data []byte) int {
	tcp := ipHeader + int(data[ipHeader]&15)*4
	return tcp + int(data[tcp+12]>>4)*4
}

// segmentWith returns a segment with other bytes, so many later in its stream.
func segmentWith(f capture.Frame, later int, payload []byte) capture.Frame {
	data := append(bytes.Clone(f.Data[:transport(f.Data)]), payload...)
	binary.BigEndian.PutUint16(data[ipHeader+2:], uint16(len(data)-ipHeader))
	seq := data[ipHeader+int(data[ipHeader]&15)*4+4:]
	binary.BigEndian.PutUint32(seq, binary.BigEndian.Uint32(seq)+uint32(later))
	return capture.Frame{Nanos: f.Nanos, Data: data}
}

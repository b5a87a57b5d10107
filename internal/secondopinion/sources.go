package secondopinion

// A Source is what pcappipe is compared with, as the page tells it.
type Source struct {
	Name  string // as differences.txt has it
	Title string
	About string // what is compared with what
}

// Sources are all of them, in the order of the page.
var Sources = []Source{
	{"capinfos", "capinfos", `Every file of the corpus: whether it is a capture, how many frames it has, whether it is damaged.`},
	{"tshark", "tshark: frames", `Every frame of every capture: the values that a frame is known by (lengths, time, interface), its stack of
layers up to the first that pcappipe does not decode, and addresses and ports at every depth. tshark runs with ` + "`-n`" + `, with
defragmentation, desegmentation and sequence analysis off, since frame records describe a frame's own bytes.`},
	{"tshark fields", "tshark: fields", `The same frames: every other field that a frame record can have, by its name. ` + "`pcappipe --emit frames -f csv -e …`" + ` and
` + "`tshark -T fields -e …`" + ` are asked for the same list. A value is what one frame has under one name, all occurrences together.
Numbers are compared as numbers, addresses as addresses; a field that neither side has in a frame is not counted.`},
	{"tshark communityid", "tshark: Community IDs", `Every frame to which tshark gives a Community ID: whether one of the flows that the frame is of, outer to inner, has that ID.
Here, and for conversations, tshark puts IP datagrams together too.`},
	{"tshark conversations", "tshark: conversations", "`tshark -z conv,…`" + ` for tcp, udp, sctp, ip and ipv6 over every capture, against flow records that are added up by their ends: which
conversations there are, packets each way, bytes each way (of whole frames, from frame records, rounded as tshark rounds
them), the first frame's time and how long after it the last one came.`},
	{"tshark datagrams", "tshark: datagrams", `Every IP datagram that either side puts together: at which frame, of which frames, its bytes, and whether fragments
overlap and differ. tshark runs with defragmentation on, which knows no time-out and no VLANs. A value is one of
these of one datagram.`},
	{"tshark streams", "tshark: streams", "`tshark -z follow,tcp,raw,…`" + ` for every TCP connection of every capture, against stream records: which connections there are,
the frame that each begins with, the bytes that each end sent (by SHA-256), and what is missing between them. pcappipe runs
with ` + "`--vlan-scope=off`" + ` and an idle time of a century, since to tshark VLANs and silence make no difference. Where a
conversation has begun anew at other places, its bytes are added up.`},
	{"tshark made", "tshark: made streams", `Connections that are made at random, of which the capture lost some frames, has others twice, in other pieces, and in
another order: compared as streams are.`},
	{"tshark http", "tshark: HTTP", `Every HTTP request and response of every capture, HTTP/1 and HTTP/2, in order by client and server: method, target, version, host, user agent,
stream, status, gRPC status, and how long the content is after transfer coding and before decoding. tshark looks for HTTP/2 at the ports of HTTP;
it is told of others at which pcappipe has found it.`},
	{"zeek", "Zeek", `conn.log of every baseline of Zeek's tests that is of one capture of the corpus, Community IDs among them, against the flow
records of the same capture. Connections of one conversation are paired where both sides have as many, else packets and
bytes are added up. History is compared without the letters that need checksums or content. Not compared
are the columns that flow records do not have: uid (made of other things), local_orig, local_resp,
tunnel_parents; and service, of which see the next.`},
	{"zeek http", "Zeek: HTTP", `http.log of every baseline of Zeek's tests that is of one capture of the corpus, against exchange records: method, target, host, user agent,
status, and how long the content is. And of each connection in conn.log, whether its service is HTTP.`},
	{"ndpi", "nDPI", `The flows that ndpiReader lists for every capture of its tests, against frame records and flow records that are added up by
conversation.`},
	{"ipfixprobe", "ipfixprobe", `The flow records of ipfixprobe's functional tests: packets, bytes, TCP flags and Ethernet addresses each way, first and last time,
added up by conversation on both sides.`},
	{"pcapplusplus", "PcapPlusPlus", `What PcapPlusPlus's tests expect of reassembly: the bytes of TCP connections, datagrams, and captures that were
defragmented, of its captures as they are, and with frames taken out, moved, repeated and cut as its tests do.`},
	{"generator", "pcapng-test-generator", `What the generator of these pcapng files says of their blocks, against frames, interfaces, statistics and times.`},
	{"nginx", "nginx", `The log of the server, and one of its client, for captures of real traffic between them, HTTP/1.1 and HTTP/2: every line is an exchange record,
and every record a line, with the same ends, method, target, status, version, sizes, stream and trace headers. Sizes of messages are compared where nginx counts
all bytes: it leaves out the frame headers of a request of HTTP/2, and content that it does not read.`},
	{"deepflow", "DeepFlow", `What DeepFlow's tests expect of its captures of HTTP and gRPC, a line a segment, against exchange records; and that its captures of other
protocols have none.`},
	{"pcap2har", "pcap2har", `The HTTP Archives that pcap2har's tests expect.`},
	{"tcpdump", "tcpdump", "`pcappipe --filter`" + ` and tcpdump, with every expression of decoder/filter/testdata/expressions.txt on every frame of every capture: a verdict
each. Frames are sorted by link type and byte order into one capture each, which changes nothing that a verdict depends on.`},
	{"itself", "Itself", `Flow records against frame records of the same run, which come by different ways: packets, and the ends of every frame's flows.`},
}

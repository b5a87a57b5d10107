package output

import "github.com/pcappipe/pcappipe/record"

// A term is a value of a record that its log entry is made of.
type term uint8

const (
	noTerm term = iota

	// Of a packet: of those in a frame the innermost that is sent, not quoted by an ICMP error.
	termVersion
	termSource
	termDestination
	termTotal  // length with the header, of IPv4
	termHeader // length of the header, of IPv4
	termPayload
	termSourcePort
	termDestinationPort
	termSequence
	termAck
	termTCPHeader
	termFlags
	termType
	termCode
	packetTerms

	// Of several, the last.
	termTime
	termNumber
	termInterface
	termFile
	termProtocols
	termFrameLength
	termFlow
	termOrigHost
	termOrigPort
	termRespHost
	termRespPort
	termProto
	termService
	termState
	termOrigPackets
	termRespPackets
	termOrigBytes
	termRespBytes
	termDuration
	termDirection
	termStart
	termEnd
	termLength
	termMissed
	termComplete
	termOutcome
	termEndReason
	termHTTPVersion
	termMethod
	termMethodOriginal
	termScheme
	termServer
	termServerPort
	termPath
	termQuery
	termStatus
	termRequestSize
	termResponseSize
	termUserAgent
	termClient
	termPeer
	termRPC
	termRPCMethod
	termRPCStatus
	termSampled
	termContinued
	termMembers
	termFrames
	termBytes
	termFlows
	termDamage
	termInterrupted
	termBalances
	lastTerms

	// Of several, the first.
	termExchange
	termTrace
	termSpan
	termFault
	termFaultReason
	terms
)

// termNames are the fields that terms are taken from. A name has several lines where
// kinds of records mean different things by it: its type tells them apart.
var termNames = []struct {
	name string
	typ  record.Type
	term term
}{
	{"frame.number", record.Uint, termNumber},
	{"frame.time_epoch", record.Time, termTime},
	{"frame.len", record.Uint, termFrameLength},
	{"frame.interface_id", record.Uint, termInterface},
	{"pcappipe.file", record.Text, termFile},
	{"pcappipe.protocols", record.Text, termProtocols},
	{"pcappipe.flow", record.Uint, termFlow},
	{"pcappipe.exchange", record.Text, termExchange},
	{"pcappipe.trace_id", record.Text, termTrace},
	{"pcappipe.span_id", record.Text, termSpan},
	{"fault.layer", record.Text, termFault},
	{"fault.reason", record.Text, termFaultReason},
	{"arp.src.proto_ipv4", record.Address, termSource},
	{"arp.dst.proto_ipv4", record.Address, termDestination},
	{"ip.version", record.Uint, termVersion},
	{"ip.hdr_len", record.Uint, termHeader},
	{"ip.len", record.Uint, termTotal},
	{"ip.src", record.Address, termSource},
	{"ip.dst", record.Address, termDestination},
	{"ipv6.version", record.Uint, termVersion},
	{"ipv6.plen", record.Uint, termPayload},
	{"ipv6.src", record.Address, termSource},
	{"ipv6.dst", record.Address, termDestination},
	{"icmp.type", record.Uint, termType},
	{"icmp.code", record.Uint, termCode},
	{"icmpv6.type", record.Uint, termType},
	{"icmpv6.code", record.Uint, termCode},
	{"tcp.srcport", record.Uint, termSourcePort},
	{"tcp.dstport", record.Uint, termDestinationPort},
	{"tcp.seq_raw", record.Uint, termSequence},
	{"tcp.ack_raw", record.Uint, termAck},
	{"tcp.hdr_len", record.Uint, termTCPHeader},
	{"tcp.flags", record.Uint, termFlags},
	{"udp.srcport", record.Uint, termSourcePort},
	{"udp.dstport", record.Uint, termDestinationPort},
	{"sctp.srcport", record.Uint, termSourcePort},
	{"sctp.dstport", record.Uint, termDestinationPort},

	{"flow", record.Uint, termFlow},
	{"ts", record.Time, termTime},
	{"id.orig_h", record.Address, termOrigHost},
	{"id.orig_p", record.Uint, termOrigPort},
	{"id.resp_h", record.Address, termRespHost},
	{"id.resp_p", record.Uint, termRespPort},
	{"proto", record.Text, termProto},
	{"service", record.Text, termService},
	{"conn_state", record.Text, termState},
	{"duration", record.Duration, termDuration},
	{"orig_bytes", record.Uint, termOrigBytes},
	{"resp_bytes", record.Uint, termRespBytes},
	{"orig_pkts", record.Uint, termOrigPackets},
	{"resp_pkts", record.Uint, termRespPackets},
	{"end_reason", record.Text, termEndReason},

	{"src", record.Address, termOrigHost},
	{"dst", record.Address, termRespHost},
	{"length", record.Uint, termLength},
	{"complete", record.Bool, termComplete},
	{"outcome", record.Text, termOutcome},
	{"direction", record.Text, termDirection},
	{"missed", record.Uint, termMissed},
	{"start", record.Uint, termStart},
	{"end", record.Uint, termEnd},

	{"exchange", record.Text, termExchange},
	{"start", record.Time, termTime},
	{"network.protocol.version", record.Text, termHTTPVersion},
	{"http.request.method", record.Text, termMethod},
	{"http.request.method_original", record.Text, termMethodOriginal},
	{"url.scheme", record.Text, termScheme},
	{"server.address", record.Text, termServer},
	{"server.port", record.Uint, termServerPort},
	{"url.path", record.Text, termPath},
	{"url.query", record.Text, termQuery},
	{"http.response.status_code", record.Uint, termStatus},
	{"http.request.size", record.Uint, termRequestSize},
	{"http.response.size", record.Uint, termResponseSize},
	{"user_agent.original", record.Text, termUserAgent},
	{"client.address", record.Address, termClient},
	{"network.peer.address", record.Address, termPeer},
	{"rpc.system.name", record.Text, termRPC},
	{"rpc.method", record.Text, termRPCMethod},
	{"rpc.response.status_code", record.Text, termRPCStatus},
	{"trace.trace_id", record.Text, termTrace},
	{"trace.span_id", record.Text, termSpan},
	{"trace.sampled", record.Bool, termSampled},

	{"trace_id", record.Text, termTrace},
	{"exchanges", record.Text, termMembers},
	{"continued", record.Bool, termContinued},

	{"frames", record.Uint, termFrames},
	{"bytes", record.Uint, termBytes},
	{"last", record.Time, termTime},
	{"flows.total", record.Uint, termFlows},
	{"damage.file", record.Text, termDamage},
	{"interrupted", record.Bool, termInterrupted},
	{"ledger.balances", record.Bool, termBalances},
}

// termOf returns the term that a field is, or noTerm.
func termOf(f *record.Field) term {
	for _, n := range termNames {
		if n.name == f.Name && n.typ == f.Type {
			return n.term
		}
	}
	return noTerm
}

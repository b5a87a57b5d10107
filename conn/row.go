package conn

import (
	"github.com/pcappipe/pcappipe/flow"
	"github.com/pcappipe/pcappipe/record"
)

// Fields of a flow record, in the order in which they are written.
const (
	fieldFlow = iota
	fieldTime
	fieldUID
	fieldOrigHost
	fieldOrigPort
	fieldRespHost
	fieldRespPort
	fieldProto
	fieldIPProto
	fieldService
	fieldDuration
	fieldOrigBytes
	fieldRespBytes
	fieldConnState
	fieldMissed
	fieldHistory
	fieldOrigPackets
	fieldOrigIPBytes
	fieldRespPackets
	fieldRespIPBytes
	fieldVLAN
	fieldTunnel
	fieldCommunityID
	fieldFirstFrame
	fieldLastFrame
	fieldEndReason
	fieldOrigFlags
	fieldRespFlags
	fieldHandshake
	fieldOrigRetransmitted
	fieldRespRetransmitted
	fieldOrigReordered
	fieldRespReordered
)

const (
	zeek = "Zeek conn.log"
	own  = "pcappipe"
)

var layer = &record.Layer{Fields: []record.Field{
	fieldFlow:        {Name: "flow", Type: record.Uint, Source: own, Doc: "number of the flow, from 1, in order of first frame; fragments that never were complete make a flow when they are given up"},
	fieldTime:        {Name: "ts", Type: record.Time, Unit: "seconds", Source: zeek, Doc: "time of the first frame"},
	fieldUID:         {Name: "uid", Type: record.Text, Source: zeek, Doc: "name of the flow, derived from key, first frame and its time"},
	fieldOrigHost:    {Name: "id.orig_h", Type: record.Address, Source: zeek, Doc: "address of the originator"},
	fieldOrigPort:    {Name: "id.orig_p", Type: record.Uint, Source: zeek, Doc: "port of the originator; ICMP: type"},
	fieldRespHost:    {Name: "id.resp_h", Type: record.Address, Source: zeek, Doc: "address of the responder"},
	fieldRespPort:    {Name: "id.resp_p", Type: record.Uint, Source: zeek, Doc: "port of the responder; ICMP: type of the counterpart, or code"},
	fieldProto:       {Name: "proto", Type: record.Text, Source: zeek, Doc: "transport: tcp, udp, icmp (version 6 too) or unknown_transport"},
	fieldIPProto:     {Name: "ip_proto", Type: record.Uint, Source: zeek, Doc: "number of the IP protocol"},
	fieldService:     {Name: "service", Type: record.Text, Source: zeek, Doc: "application protocol that the content confirmed: http, where exchanges are looked for"},
	fieldDuration:    {Name: "duration", Type: record.Duration, Unit: "seconds", Source: zeek, Doc: "time from the first frame to the last, without those after both ends closed"},
	fieldOrigBytes:   {Name: "orig_bytes", Type: record.Uint, Unit: "bytes", Source: zeek, Doc: "payload that the originator sent; TCP: by sequence numbers"},
	fieldRespBytes:   {Name: "resp_bytes", Type: record.Uint, Unit: "bytes", Source: zeek, Doc: "payload that the responder sent; TCP: by sequence numbers"},
	fieldConnState:   {Name: "conn_state", Type: record.Text, Source: zeek, Doc: "what became of the connection: S0 S1 SF REJ S2 S3 RSTO RSTR RSTOS0 RSTRH SH SHR OTH"},
	fieldMissed:      {Name: "missed_bytes", Type: record.Uint, Unit: "bytes", Source: zeek, Doc: "payload that was acknowledged and had not been captured by then, between ends that were established and not reset; with --tcp"},
	fieldHistory:     {Name: "history", Type: record.Text, Source: zeek, Doc: "what happened, in letters: upper case by the originator; t (payload sent again) and g (payload missed) with --tcp"},
	fieldOrigPackets: {Name: "orig_pkts", Type: record.Uint, Source: zeek, Doc: "packets that the originator sent"},
	fieldOrigIPBytes: {Name: "orig_ip_bytes", Type: record.Uint, Unit: "bytes", Source: zeek, Doc: "bytes of these packets as IP announces them, headers included"},
	fieldRespPackets: {Name: "resp_pkts", Type: record.Uint, Source: zeek, Doc: "packets that the responder sent"},
	fieldRespIPBytes: {Name: "resp_ip_bytes", Type: record.Uint, Unit: "bytes", Source: zeek, Doc: "bytes of these packets as IP announces them, headers included"},
	fieldVLAN:        {Name: "vlan", Type: record.Uint, Source: zeek, Doc: "id of the outermost VLAN around the packet"},
	fieldTunnel:      {Name: "tunnel", Type: record.Text, Source: own, Doc: "innermost tunnel around the packet: ip gre erspan vxlan geneve gtpv1 l2tp teredo mpls nsh"},
	fieldCommunityID: {Name: "community_id", Type: record.Text, Source: "Community ID 1", Doc: "Community ID, version 1, seed 0"},
	fieldFirstFrame:  {Name: "first_frame", Type: record.Uint, Source: own, Doc: "number of the first frame"},
	fieldLastFrame:   {Name: "last_frame", Type: record.Uint, Source: own, Doc: "number of the last frame"},
	fieldEndReason:   {Name: "end_reason", Type: record.Text, Source: own, Doc: "why the flow is over: fin rst idle reuse evicted end"},
	fieldOrigFlags:   {Name: "orig_flags", Type: record.Uint, Source: own, Doc: "all TCP flags that the originator sent, as tcp.flags has them"},
	fieldRespFlags:   {Name: "resp_flags", Type: record.Uint, Source: own, Doc: "all TCP flags that the responder sent, as tcp.flags has them"},
	fieldHandshake:   {Name: "handshake_rtt", Type: record.Duration, Unit: "seconds", Source: own, Doc: "time from the SYN to the ACK of the SYN with ACK, where each came once"},

	fieldOrigRetransmitted: {Name: "orig_retrans", Type: record.Uint, Unit: "segments", Source: own, Doc: "segments of the originator with nothing but payload that had come before, without keep-alives and repeated probes of a zero window; with --tcp"},
	fieldRespRetransmitted: {Name: "resp_retrans", Type: record.Uint, Unit: "segments", Source: own, Doc: "segments of the responder with nothing but payload that had come before, without keep-alives and repeated probes of a zero window; with --tcp"},
	fieldOrigReordered:     {Name: "orig_reordered", Type: record.Uint, Unit: "segments", Source: own, Doc: "segments of the originator that filled a hole or part of one, late or sent again; with --tcp"},
	fieldRespReordered:     {Name: "resp_reordered", Type: record.Uint, Unit: "segments", Source: own, Doc: "segments of the responder that filled a hole or part of one, late or sent again; with --tcp"},
}}

// Schema is what a flow record holds.
var Schema = record.NewSchema("flow", "one conversation: who began it, what each end sent, how it ended", layer)

// tunnels are the names of tunnels, Zeek's Tunnel::Type in lower case where it has one.
var tunnels = [flow.Tunnels]string{
	flow.TunnelIP: "ip", flow.TunnelGRE: "gre", flow.TunnelERSPAN: "erspan", flow.TunnelVXLAN: "vxlan",
	flow.TunnelGeneve: "geneve", flow.TunnelGTPU: "gtpv1", flow.TunnelL2TP: "l2tp", flow.TunnelTeredo: "teredo",
	flow.TunnelMPLS: "mpls", flow.TunnelAYIYA: "ayiya", flow.TunnelCAPWAP: "capwap", flow.TunnelLISP: "lisp", flow.TunnelPIM: "pim",
}

// Row fills a row with the flow's record: r is what reassembly counted, nil
// where its streams are not reassembled.
func (c *Conn) Row(row *record.Row, key *flow.Key, scope flow.Scope, end End, r *Reassembled) {
	row.Begin(Schema, nil)
	row.Open(layer)
	c.identity(row, key, scope)
	c.volume(row)
	c.surroundings(row, key, scope)
	row.Uint(fieldFirstFrame, c.firstFrame)
	row.Uint(fieldLastFrame, c.lastFrame)
	row.String(fieldEndReason, end.String())
	c.tcpOnly(row)
	if r != nil {
		c.reassembly(row, r)
	}
	row.Close()
}

// identity adds which flow it is.
func (c *Conn) identity(row *record.Row, key *flow.Key, scope flow.Scope) {
	row.Uint(fieldFlow, c.number)
	if c.timed {
		row.Uint(fieldTime, uint64(c.start))
	}
	var room [flow.UIDLen]byte
	row.Own(fieldUID, key.AppendUID(room[:0], scope, c.firstFrame, c.origin()))
	orig, resp, origPort, respPort := key.A[:], key.B[:], key.PortA, key.PortB
	if c.orig == flow.FromB {
		orig, resp, origPort, respPort = resp, orig, respPort, origPort
	}
	n := key.AddressLen()
	row.Own(fieldOrigHost, orig[:n])
	row.Uint(fieldOrigPort, uint64(origPort))
	row.Own(fieldRespHost, resp[:n])
	row.Uint(fieldRespPort, uint64(respPort))
	row.String(fieldProto, protoName(key))
	row.Uint(fieldIPProto, uint64(key.Proto))
}

// UID returns the flow's name, which is known from its first frame on.
func (c *Conn) UID(key *flow.Key, scope flow.Scope) string {
	return key.UID(scope, c.firstFrame, c.origin())
}

// origin returns the time of the flow's first frame, as its name has it: what
// the name is made of must not change.
func (c *Conn) origin() int64 {
	if c.late {
		return 0
	}
	return c.start
}

// volume adds how much there was and how it went.
func (c *Conn) volume(row *record.Row) {
	if c.has(http) {
		row.String(fieldService, "http")
	}
	if nanos, known := c.duration(); known {
		row.Uint(fieldDuration, uint64(nanos))
		if c.kind != fragments {
			orig, resp := c.sizes()
			row.Uint(fieldOrigBytes, orig)
			row.Uint(fieldRespBytes, resp)
		}
	}
	row.String(fieldConnState, c.connState())
	if c.has(reassembled) {
		row.Uint(fieldMissed, c.ends[0].missed+c.ends[1].missed)
	}
	if c.history.n > 0 {
		row.String(fieldHistory, c.history.text())
	}
	orig, resp := &c.ends[c.orig], &c.ends[c.orig^1]
	row.Uint(fieldOrigPackets, orig.packets)
	row.Uint(fieldOrigIPBytes, orig.ipBytes)
	row.Uint(fieldRespPackets, resp.packets)
	row.Uint(fieldRespIPBytes, resp.ipBytes)
}

// surroundings adds what is around the flow's packets.
func (c *Conn) surroundings(row *record.Row, key *flow.Key, scope flow.Scope) {
	var ids [8]uint16
	vlans, tunnel := scope.Innermost(ids[:0])
	if len(vlans) > 0 {
		row.Uint(fieldVLAN, uint64(vlans[0]))
	}
	if tunnel != flow.TunnelNone && tunnel < flow.Tunnels {
		row.String(fieldTunnel, tunnels[tunnel])
	}
	var room [32]byte
	row.Own(fieldCommunityID, key.AppendCommunityID(room[:0]))
}

// tcpOnly adds what only TCP has.
func (c *Conn) tcpOnly(row *record.Row) {
	if flags, known := c.flags(c.orig); known {
		row.Uint(fieldOrigFlags, uint64(flags))
	}
	if flags, known := c.flags(c.orig ^ 1); known {
		row.Uint(fieldRespFlags, uint64(flags))
	}
	if c.step == measured {
		row.Uint(fieldHandshake, uint64(c.handshake))
	}
}

// protoName returns Zeek's name of the transport.
func protoName(key *flow.Key) string {
	switch key.Proto {
	case protoTCP:
		return "tcp"
	case protoUDP:
		return "udp"
	case protoICMP, protoICMPv6:
		return "icmp"
	}
	return "unknown_transport"
}

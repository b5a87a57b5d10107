// Package fields reads what a packet says: every field that stands in its
// bytes, under Wireshark's display-filter name, as a [record.Row].
//
// The decoder found where the layers stand; [Append] reads them, layer after
// layer, in the order of their bytes. Nothing is generated, resolved or
// remembered from other frames. A header that the capture or the layer around
// cuts short gives the fields whose bytes are there and no others, so every
// value that a row has was read, and every range that it has lies in the frame.
//
// A row refers to the frame's bytes and dies with them. Append allocates
// nothing once the row's memory has grown to its frames.
//
// Every protocol has one file: its layer (the definition of its fields, which
// the formats and the documentation are made from) and the function that reads
// it. Adding one is a line in [Schema], a line in layerOf, a line in
// (*walk).read and that file. A header that many frames have, with fields at fixed
// places, is declared with its layer ([record.Header]) and written as one value.
package fields

import (
	"github.com/pcappipe/pcappipe/decoder"
	"github.com/pcappipe/pcappipe/frame"
	"github.com/pcappipe/pcappipe/record"
)

// Schema is the frame record: the frame's own layer, the protocols from the
// link layer up, and last what Wireshark has no name for.
var Schema = record.NewSchema("frame",
	"One captured frame, as its own bytes tell it. Names, units and values are Wireshark's.",
	&frameLayer,
	&radiotapLayer, &wlanLayer, &aggregateLayer, &nflogLayer, &pktapLayer, &ppiLayer, &prismLayer, &wlancapLayer, &pflogLayer, &encLayer, &trLayer, &nullLayer, &sllLayer, &chdlcLayer, &frLayer, &fddiLayer, &islLayer,
	&ethLayer, &backboneLayer, &serviceTagLayer, &vlanLayer, &vntagLayer, &avspLayer, &macsecLayer, &llcLayer,
	&pppoeLayer, &pppoedLayer, &pppLayer, &mplsLayer, &pwethLayer, &pwachLayer, &nshLayer, &arpLayer,
	&ipLayer, &ipv6Layer, &ahLayer, &espLayer, &mobilityLayer, &hipLayer, &shim6Layer,
	&icmpLayer, &icmpv6Layer, &igmpLayer, &tcpLayer, &udpLayer, &sctpLayer, &pimLayer,
	&greLayer, &erspanLayer, &etheripLayer, &vxlanLayer, &geneveLayer, &gtpLayer, &gtp2Layer, &l2tpLayer, &teredoLayer,
	&ayiyaLayer, &capwapLayer, &lispLayer, &lispDataLayer,
	&faultLayer, &pcappipeLayer,
)

// layerOf says under which layer a protocol's fields are written. A protocol
// without one has no bytes of its own.
var layerOf = [decoder.Protocols]*record.Layer{
	decoder.Eth: &ethLayer, decoder.VLAN: &vlanLayer, decoder.IEEE8021ad: &serviceTagLayer,
	decoder.IEEE8021ah: &backboneLayer, decoder.VNTag: &vntagLayer, decoder.LLC: &llcLayer, decoder.MPLS: &mplsLayer,
	decoder.PW: &pwethLayer, decoder.PWACH: &pwachLayer,
	decoder.PPPoED: &pppoeLayer, decoder.PPPoES: &pppoeLayer, decoder.PPP: &pppLayer,
	decoder.CHDLC: &chdlcLayer, decoder.NSH: &nshLayer, decoder.Null: &nullLayer, decoder.Loop: &nullLayer,
	decoder.SLL: &sllLayer, decoder.Radiotap: &radiotapLayer, decoder.WLAN: &wlanLayer,
	decoder.WLANAggregate: &aggregateLayer, decoder.NFLOG: &nflogLayer, decoder.ARP: &arpLayer,
	decoder.IP: &ipLayer, decoder.IPv6: &ipv6Layer, decoder.HopByHop: &ipv6Layer,
	decoder.Routing: &ipv6Layer, decoder.FragmentHeader: &ipv6Layer, decoder.DestOpts: &ipv6Layer,
	decoder.AH: &ahLayer, decoder.ESP: &espLayer, decoder.Mobility: &mobilityLayer,
	decoder.HIP: &hipLayer, decoder.Shim6: &shim6Layer,
	decoder.ICMP: &icmpLayer, decoder.ICMPv6: &icmpv6Layer, decoder.IGMP: &igmpLayer,
	decoder.TCP: &tcpLayer, decoder.UDP: &udpLayer, decoder.UDPLite: &udpLayer, decoder.SCTP: &sctpLayer,
	decoder.GRE: &greLayer, decoder.EtherIP: &etheripLayer, decoder.ERSPAN: &erspanLayer,
	decoder.VXLAN: &vxlanLayer, decoder.VXLANGPE: &vxlanLayer, decoder.Geneve: &geneveLayer,
	decoder.GTP: &gtpLayer, decoder.L2TP: &l2tpLayer, decoder.Teredo: &teredoLayer,
	decoder.PPI: &ppiLayer, decoder.Prism: &prismLayer, decoder.WLANCap: &wlancapLayer,
	decoder.PFLog: &pflogLayer, decoder.Enc: &encLayer, decoder.TokenRing: &trLayer,
	decoder.PKTAP: &pktapLayer, decoder.FR: &frLayer, decoder.FDDI: &fddiLayer, decoder.ISL: &islLayer,
	decoder.AVSP: &avspLayer, decoder.MACsec: &macsecLayer, decoder.PIM: &pimLayer, decoder.GTPv2: &gtp2Layer,
	decoder.AYIYA: &ayiyaLayer, decoder.CAPWAP: &capwapLayer, decoder.CAPWAPControl: &capwapLayer,
	decoder.LISP: &lispLayer, decoder.LISPData: &lispDataLayer,
}

// read reads the layer l, whose record layer is open. The switch is a jump
// table; a table of functions would make the walk escape to the heap.
func (w *walk) read(l *decoder.Layer, at int) {
	switch l.Protocol {
	case decoder.Eth:
		w.eth(at)
	case decoder.VLAN:
		w.vlan(at)
	case decoder.IP:
		w.ip(at)
	case decoder.IPv6:
		w.ipv6(at)
	case decoder.HopByHop, decoder.Routing, decoder.FragmentHeader, decoder.DestOpts:
		w.ipv6Extension(l.Protocol, at)
	case decoder.TCP:
		w.tcp(at)
	case decoder.UDP:
		w.udp(at)
	case decoder.UDPLite:
		w.udplite(at)
	case decoder.ICMP:
		w.icmp(at)
	case decoder.ICMPv6:
		w.icmpv6(at)
	case decoder.IGMP:
		w.igmp(at)
	case decoder.SCTP:
		w.sctp(at)
	case decoder.ARP:
		w.arp(at)
	case decoder.IEEE8021ad:
		w.serviceTag(at)
	case decoder.IEEE8021ah:
		w.backbone(at)
	case decoder.VNTag:
		w.vntag(at)
	case decoder.LLC:
		w.llc(at)
	case decoder.MPLS:
		w.mpls(at)
	case decoder.PW:
		w.pweth(at)
	case decoder.PWACH:
		w.pwach(at)
	case decoder.PPPoED:
		w.pppoed(at)
	case decoder.PPPoES:
		w.pppoes(at)
	case decoder.PPP:
		w.ppp(at, int(l.Len))
	case decoder.CHDLC:
		w.chdlc(at)
	case decoder.NSH:
		w.nsh(at)
	case decoder.Null, decoder.Loop:
		w.null(at)
	case decoder.SLL:
		w.sll(at)
	case decoder.Radiotap:
		w.radiotap(at)
	case decoder.WLAN:
		w.wlan(at)
	case decoder.WLANAggregate:
		w.aggregate(at)
	case decoder.NFLOG:
		w.nflog(at)
	case decoder.AH:
		w.ah(at)
	case decoder.ESP:
		w.esp(at)
	case decoder.Mobility:
		w.mobility(at)
	case decoder.HIP:
		w.hip(at)
	case decoder.Shim6:
		w.shim6(at)
	case decoder.GRE:
		w.gre(at)
	case decoder.EtherIP:
		w.etherip(at)
	case decoder.ERSPAN:
		w.erspan(at, int(l.Len))
	case decoder.VXLAN:
		w.vxlan(at)
	case decoder.VXLANGPE:
		w.vxlanGPE(at)
	case decoder.Geneve:
		w.geneve(at)
	case decoder.GTP:
		w.gtp(at)
	case decoder.L2TP:
		w.l2tp(at)
	case decoder.Teredo:
		w.teredo(at)
	case decoder.PPI:
		w.ppi(at)
	case decoder.Prism:
		w.prism(at)
	case decoder.WLANCap:
		w.wlancap(at)
	case decoder.PFLog:
		w.pflog(at)
	case decoder.Enc:
		w.enc(at)
	case decoder.TokenRing:
		w.tokenRing(at)
	case decoder.PKTAP:
		w.pktap(at)
	case decoder.FR:
		w.frameRelay(at)
	case decoder.FDDI:
		w.fddi(at)
	case decoder.ISL:
		w.isl(at)
	case decoder.AVSP:
		w.avsp(at)
	case decoder.MACsec:
		w.macsec(at)
	case decoder.PIM:
		w.pim(at)
	case decoder.GTPv2:
		w.gtp2(at)
	case decoder.AYIYA:
		w.ayiya(at)
	case decoder.CAPWAP, decoder.CAPWAPControl:
		w.capwap(at)
	case decoder.LISP:
		w.lisp(at)
	case decoder.LISPData:
		w.lispData(at)
	}
}

// A Context is what a frame's bytes do not tell.
type Context struct {
	File         string   // as the user named it
	Offset       int64    // of the record in its decompressed file
	Number       uint64   // of the frame, from 1
	HasInterface bool     // the file numbers its interfaces (pcapng)
	Protocols    string   // the stack as decoded, "eth:ip:tcp"
	Flows        []uint64 // outer to inner; nil when flows are not tracked
	Payload      bool     // write payload bytes too
	Without      Without  // what need not be read

	Labels []Label // of the exchanges that the frame takes part in
	Late   bool    // these were not known in time
	// LabelsAt is, after Append, where the labels stand in the row's values, or
	// would; -1: the row has no place for them.
	LabelsAt int
}

// A Label is an exchange that a frame takes part in.
type Label struct {
	Flow, Number    uint64 // its name
	TraceID, SpanID string // of the trace that it belongs to; "": none
}

// Append makes row the record of one frame: its own layer, each of its layers
// as far as its bytes go, a packet inside the packet after Inner, and
// pcappipe's layer. The row refers to data. Layers and p are the decoder's for
// this frame.
func Append(row *record.Row, f *frame.Frame, data []byte, p *decoder.Packet, layers []decoder.Layer, c *Context) {
	row.Begin(Schema, data)
	appendFrame(row, f, c)
	w := walk{row: row, data: data, layers: layers, frame: f, packet: p, context: c, faulty: -1}
	w.announced = max(max(int(f.Wire), len(data))-int(f.FCS), 0)
	w.end = min(len(data), w.announced)
	if p.Status == decoder.Faulty {
		w.faulty = min(int(p.Fault.Layer), len(layers)-1)
		w.homeless = w.faulty < 0 || layerOf[layers[w.faulty].Protocol] == nil
	}
	w.all()
}

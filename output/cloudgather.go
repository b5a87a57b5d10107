package output

import "github.com/pcappipe/pcappipe/record"

// A transport is what a frame's message calls the innermost protocol that it knows.
type transport uint8

const (
	noTransport transport = iota
	arp
	icmpv4
	icmpv6
	tcp
	udp
	sctp
)

// transports are the layers that are transports.
var transports = map[string]transport{"arp": arp, "icmp": icmpv4, "icmpv6": icmpv6, "tcp": tcp, "udp": udp, "sctp": sctp}

func (t transport) String() string {
	return [...]string{"", "ARP", "ICMPv4", "ICMPv6", "TCP", "UDP", "SCTP"}[t]
}

// A gathering has the terms of one record, as values of its row.
type gathering struct {
	layers []termLayer

	row       *record.Row
	values    [terms]record.Value
	counts    [terms]uint32 // how many there are of each
	exchanges int           // where in the row the first of these is
	transport transport
	header    int // where in the frame the TCP header begins, if that is known; else negative

	open    []uint16 // layers
	quoting bool     // there was an ICMP header: what is inside of its packet is a quotation
	quoted  bool     // it has begun
}

// A termLayer says what of a layer is a term.
type termLayer struct {
	fields    []term // of each field
	headers   [][]termPart
	transport transport
}

// A termPart is a field of a header that is a term.
type termPart struct {
	word record.Word
	part record.Part
	term term
}

func newGathering(s *record.Schema) gathering {
	var g gathering
	for _, l := range s.Layers {
		layer := termLayer{fields: make([]term, len(l.Fields)), transport: transports[l.Key]}
		for i := range l.Fields {
			layer.fields[i] = termOf(&l.Fields[i])
		}
		for _, h := range l.Headers {
			var parts []termPart
			for _, w := range h.Words {
				for _, p := range w.Parts {
					if t := layer.fields[p.Field]; t != noTerm {
						parts = append(parts, termPart{w, p, t})
					}
				}
			}
			layer.headers = append(layer.headers, parts)
		}
		g.layers = append(g.layers, layer)
	}
	return g
}

// take finds the terms of a row.
func (g *gathering) take(r *record.Row) {
	clear(g.counts[:])
	g.row, g.open = r, g.open[:0]
	g.transport, g.header, g.quoting, g.quoted = noTransport, -1, false, false
	var l *termLayer
	for i := range r.Values {
		x := &r.Values[i]
		switch x.Op {
		case record.Open:
			g.open = append(g.open, x.Field)
			l = &g.layers[x.Field]
			if l.transport != noTransport {
				g.begin(l.transport)
			}
		case record.Close:
			last := len(g.open) - 1
			if g.open = g.open[:last]; last > 0 {
				l = &g.layers[g.open[last-1]]
			}
		case record.Inner:
			g.quoted = g.quoting
		case record.Fixed:
			g.fixed(l, x)
		default:
			if t := l.fields[x.Field]; t != noTerm {
				if t == termExchange && g.counts[t] == 0 {
					g.exchanges = i
				}
				g.put(t, *x)
			}
		}
	}
}

// begin takes note of a transport's layer.
func (g *gathering) begin(t transport) {
	if g.quoted {
		return
	}
	if t == arp {
		clear(g.counts[:packetTerms])
	}
	g.transport, g.header = t, -1
	g.quoting = g.quoting || t == icmpv4 || t == icmpv6
}

// fixed takes the terms of a header.
func (g *gathering) fixed(l *termLayer, x *record.Value) {
	const sequence = 4 // where it stands in a TCP header
	parts := l.headers[x.Field]
	for i := range parts {
		p := &parts[i]
		if p.term == termSequence && !g.quoted {
			g.header = int(x.Num) + p.word.At - sequence
		}
		word := p.word.Read(g.row.Data, int(x.Num))
		g.put(p.term, p.word.Value(&p.part, word, int(x.Num)))
	}
}

// put takes a term. With the version of IP another packet begins.
func (g *gathering) put(t term, v record.Value) {
	if t < packetTerms {
		if g.quoted {
			return
		}
		if t == termVersion {
			clear(g.counts[:packetTerms])
			g.transport, g.header = noTransport, -1
		}
	}
	if g.counts[t]++; g.counts[t] == 1 || t < lastTerms {
		g.values[t] = v
	}
}

// has says whether all of these terms are there.
func (g *gathering) has(all ...term) bool {
	for _, t := range all {
		if g.counts[t] == 0 {
			return false
		}
	}
	return true
}

// number returns a term that is a number, 0 where it is not there.
func (g *gathering) number(t term) uint64 {
	if g.counts[t] == 0 {
		return 0
	}
	return g.values[t].Num
}

// bytes returns a term that is none, nothing where it is not there.
func (g *gathering) bytes(t term) []byte {
	if g.counts[t] == 0 {
		return nil
	}
	return g.row.Of(&g.values[t])
}

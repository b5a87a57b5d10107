package secondopinion

import (
	"cmp"
	"fmt"
	"net/netip"
	"strconv"
	"strings"
)

// Connections are all records of one conversation, of one program. Programs
// begin a connection anew by their own clocks, so that several are added up.
type Connections struct {
	Count   int
	Packets Sides
	IPBytes Sides
	Bytes   Sides
	// Of the first:
	Originator string
	State      string
	History    string
	Duration   string
}

// Sides are one number for each end, lower end first; those a program leaves
// open are "-".
type Sides [2]string

func (s *Sides) add(fromA bool, number string) {
	side := &s[1]
	if fromA {
		side = &s[0]
	}
	a, errA := strconv.ParseUint(cmp.Or(*side, "-"), 10, 64)
	b, errB := strconv.ParseUint(number, 10, 64)
	if errA != nil && errB != nil {
		*side = "-"
		return
	}
	*side = strconv.FormatUint(a+b, 10)
}

func (s Sides) String() string { return s[0] + " " + s[1] }

// A link is what a record of either program gives to Connections.
type link struct {
	proto                    uint8
	orig, resp               netip.AddrPort
	state, history, duration string

	origPkts, origIPBytes, origBytes string
	respPkts, respIPBytes, respBytes string
}

func join(all map[Talk]*Connections, l link) {
	talk, fromA := NewTalk(l.proto, l.orig, l.resp)
	c := all[talk]
	if c == nil {
		c = &Connections{Originator: l.orig.String(), State: l.state, History: l.history, Duration: l.duration}
		all[talk] = c
	}
	c.Count++
	c.Packets.add(fromA, l.origPkts)
	c.Packets.add(!fromA, l.respPkts)
	c.IPBytes.add(fromA, l.origIPBytes)
	c.IPBytes.add(!fromA, l.respIPBytes)
	c.Bytes.add(fromA, l.origBytes)
	c.Bytes.add(!fromA, l.respBytes)
}

// zeekProtocols are for the logs that have no column ip_proto.
var zeekProtocols = map[string]uint8{"tcp": tcp, "udp": udp, "icmp": icmp}

// ZeekConnections reads the rows of a conn.log.
func ZeekConnections(rows []ZeekRow) (map[Talk]*Connections, error) {
	all := make(map[Talk]*Connections)
	for _, row := range rows {
		l := link{
			state: row["conn_state"], history: comparableHistory(row["history"]), duration: row["duration"],
			origPkts: row["orig_pkts"], origIPBytes: row["orig_ip_bytes"], origBytes: row["orig_bytes"],
			respPkts: row["resp_pkts"], respIPBytes: row["resp_ip_bytes"], respBytes: row["resp_bytes"],
		}
		var err error
		if l.orig, err = zeekEnd(row["id.orig_h"], row["id.orig_p"]); err != nil {
			return nil, err
		}
		if l.resp, err = zeekEnd(row["id.resp_h"], row["id.resp_p"]); err != nil {
			return nil, err
		}
		if l.proto, err = zeekProto(row, l.orig.Addr()); err != nil {
			return nil, err
		}
		join(all, l)
	}
	return all, nil
}

func zeekEnd(addr, port string) (netip.AddrPort, error) {
	a, err := netip.ParseAddr(addr)
	if err != nil {
		return netip.AddrPort{}, err
	}
	p, err := strconv.ParseUint(port, 10, 16)
	return netip.AddrPortFrom(a, uint16(p)), err
}

func zeekProto(row ZeekRow, addr netip.Addr) (uint8, error) {
	if n, has := row["ip_proto"]; has {
		p, err := strconv.ParseUint(n, 10, 8)
		return uint8(p), err
	}
	p, known := zeekProtocols[row["proto"]]
	if !known {
		return 0, fmt.Errorf("unknown protocol %q", row["proto"])
	}
	if p == icmp && addr.Is6() {
		p = icmpv6
	}
	return p, nil
}

// comparableHistory leaves out what only reassembly can tell (gaps,
// retransmissions), what pcappipe does not judge (checksums) and where Zeek gave
// up analysing content.
func comparableHistory(h string) string {
	h = strings.Map(func(r rune) rune {
		if strings.ContainsRune("GgTtCcXx", r) {
			return -1
		}
		return r
	}, h)
	return cmp.Or(strings.TrimPrefix(h, "-"), "-")
}

// Connections reads the run's flow records.
func (r *Run) Connections() (map[Talk]*Connections, error) {
	all := make(map[Talk]*Connections)
	for i := range r.Flows {
		f := &r.Flows[i]
		l := link{
			proto: f.IPProto, state: cmp.Or(f.ConnState, "-"), history: comparableHistory(f.History),
			duration: microseconds(f.Duration.String()),
			origPkts: number(&f.OrigPkts), origIPBytes: number(&f.OrigIPBytes), origBytes: number(f.OrigBytes),
			respPkts: number(&f.RespPkts), respIPBytes: number(&f.RespIPBytes), respBytes: number(f.RespBytes),
		}
		var err error
		if l.orig, l.resp, err = f.Ends(); err != nil {
			return nil, err
		}
		join(all, l)
	}
	return all, nil
}

func number(n *uint64) string {
	if n == nil {
		return "-"
	}
	return strconv.FormatUint(*n, 10)
}

// microseconds cuts a duration of nine decimals to the six that Zeek has.
func microseconds(d string) string {
	if whole, fraction, ok := strings.Cut(d, "."); ok && len(fraction) == 9 {
		return whole + "." + fraction[:6]
	}
	return cmp.Or(d, "-")
}

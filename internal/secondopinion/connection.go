package secondopinion

import (
	"cmp"
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"strconv"
	"strings"
)

// zeekColumns are the columns of conn.log that flow records have too, with
// Zeek's meaning. The others are uid, which is made of other things; service,
// local_orig and local_resp, which flow records do not have; and tunnel_parents,
// which are uids.
var zeekColumns = []string{
	"ts", "id.orig_h", "id.orig_p", "id.resp_h", "id.resp_p", "proto", "ip_proto",
	"duration", "orig_bytes", "resp_bytes", "conn_state", "missed_bytes", "history",
	"orig_pkts", "orig_ip_bytes", "resp_pkts", "resp_ip_bytes", "vlan", "community_id",
}

// Row returns a flow record as a row of conn.log.
func (f *Flow) ZeekRow() Row {
	return Row{
		"ts":        microseconds(f.Start.String()),
		"id.orig_h": f.Orig, "id.orig_p": strconv.FormatUint(f.OrigPort, 10),
		"id.resp_h": f.Resp, "id.resp_p": strconv.FormatUint(f.RespPort, 10),
		"proto": f.Proto, "ip_proto": strconv.Itoa(int(f.IPProto)),
		"duration":   microseconds(f.Duration.String()),
		"orig_bytes": number(f.OrigBytes), "resp_bytes": number(f.RespBytes),
		"conn_state": cmp.Or(f.ConnState, "-"), "history": cmp.Or(f.History, "-"),
		"missed_bytes": number(f.missed()),
		"orig_pkts":    number(&f.OrigPkts), "orig_ip_bytes": number(&f.OrigIPBytes),
		"resp_pkts": number(&f.RespPkts), "resp_ip_bytes": number(&f.RespIPBytes),
		"vlan": number(f.VLAN), "community_id": f.CommunityID,
	}
}

// missed returns missed_bytes. To Zeek a conversation without streams misses none.
func (f *Flow) missed() *uint64 {
	if f.IPProto != tcp && f.MissedBytes == nil {
		return new(uint64)
	}
	return f.MissedBytes
}

func number(n *uint64) string {
	if n == nil {
		return "-"
	}
	return strconv.FormatUint(*n, 10)
}

// microseconds cuts a time of nine decimals to the six that Zeek has.
func microseconds(d string) string {
	if whole, fraction, ok := strings.Cut(d, "."); ok && len(fraction) == 9 {
		return whole + "." + fraction[:6]
	}
	return cmp.Or(d, "-")
}

// comparableHistory leaves out what pcappipe does not judge (checksums) and where
// Zeek gave up analysing content.
func comparableHistory(h string) string {
	h = strings.Map(func(r rune) rune {
		if strings.ContainsRune("CcXx", r) {
			return -1
		}
		return r
	}, h)
	return cmp.Or(strings.TrimPrefix(h, "-"), "-")
}

// Connections are the rows of each conversation.
type Connections map[Talk][]Row

// ReadConnections sorts rows by conversation.
func ReadConnections(rows []Row) (Connections, error) {
	all := make(Connections)
	for _, row := range rows {
		talk, _, err := row.Talk()
		if err != nil {
			return nil, err
		}
		all[talk] = append(all[talk], row)
	}
	return all, nil
}

// Connections returns the run's flow records.
func (r *Run) Connections() (Connections, error) {
	rows := make([]Row, len(r.Flows))
	for i := range r.Flows {
		rows[i] = r.Flows[i].ZeekRow()
	}
	return ReadConnections(rows)
}

// zeekProtocols are for the logs that have no column ip_proto.
var zeekProtocols = map[string]uint8{"tcp": tcp, "udp": udp, "icmp": icmp}

// Talk returns the conversation that a row is of, and whether its originator is the lower end.
func (row Row) Talk() (t Talk, origIsA bool, err error) {
	orig, err := zeekEnd(row["id.orig_h"], row["id.orig_p"])
	if err != nil {
		return t, false, err
	}
	resp, err := zeekEnd(row["id.resp_h"], row["id.resp_p"])
	if err != nil {
		return t, false, err
	}
	proto, err := row.protocol(orig.Addr())
	if err != nil {
		return t, false, err
	}
	t, origIsA = NewTalk(proto, orig, resp)
	return t, origIsA, nil
}

func zeekEnd(addr, port string) (netip.AddrPort, error) {
	a, err := netip.ParseAddr(addr)
	if err != nil {
		return netip.AddrPort{}, err
	}
	p, err := strconv.ParseUint(port, 10, 16)
	return netip.AddrPortFrom(a, uint16(p)), err
}

func (row Row) protocol(addr netip.Addr) (uint8, error) {
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

// CompareConnections compares all conversations of which either side knows. log
// names where theirs stand.
func (s *Sheet) CompareConnections(log string, ours, theirs Connections) {
	talks := maps.Clone(theirs)
	maps.Copy(talks, ours)
	for _, talk := range slices.SortedFunc(maps.Keys(talks), Talk.Compare) {
		a, b, where := ours[talk], theirs[talk], log+" "+talk.String()
		s.Value(where, "connections", logged(talk, a), logged(talk, b))
		switch {
		case len(a) == 0 || len(b) == 0:
		case len(a) == len(b):
			s.pairs(where, a, b)
		default:
			s.sums(where, a, b)
			s.Apart("connections that begin anew at other places: packets and bytes were added up, nothing else compared", len(b))
		}
	}
}

func logged(t Talk, rows []Row) string {
	if len(rows) == 0 {
		return "none"
	}
	return t.String()
}

// pairs compares connections of one conversation, each of theirs with the one of
// ours that is most like it.
func (s *Sheet) pairs(where string, ours, theirs []Row) {
	left := slices.Clone(ours)
	for _, b := range theirs {
		best := 0
		for i := range left {
			if left[i].unlike(b) < left[best].unlike(b) {
				best = i
			}
		}
		s.row(where, left[best], b)
		left = slices.Delete(left, best, best+1)
	}
}

// row compares the columns that both have.
func (s *Sheet) row(where string, ours, theirs Row) {
	for _, column := range zeekColumns {
		switch value, has := theirs[column]; {
		case !has:
		case masked(value):
			s.Apart("values of "+column+" that Zeek's baselines mask", 1)
		default:
			s.Value(where, column, ours.comparable(column), theirs.comparable(column))
		}
	}
}

// masked says whether a value is one that Zeek's tests take out of their
// baselines, since it changes.
func masked(value string) bool { return strings.HasPrefix(value, "XXXX") }

// unlike counts the columns in which two rows differ.
func (row Row) unlike(theirs Row) (n int) {
	for _, column := range zeekColumns {
		if _, has := theirs[column]; has && row.comparable(column) != theirs.comparable(column) {
			n++
		}
	}
	return n
}

func (row Row) comparable(column string) string {
	if column == "history" {
		return comparableHistory(row[column])
	}
	return row[column]
}

// sums compares what can be added up over the connections of a conversation,
// for each of its ends.
func (s *Sheet) sums(where string, ours, theirs []Row) {
	for _, what := range []string{"pkts", "ip_bytes", "bytes"} {
		_, orig := theirs[0]["orig_"+what]
		_, resp := theirs[0]["resp_"+what]
		if orig && resp {
			s.Value(where, "sums of "+what, sum(ours, what), sum(theirs, what))
		}
	}
}

// sum adds up a column of all rows, lower end first.
func sum(rows []Row, what string) string {
	var a, b uint64
	for _, row := range rows {
		_, origIsA, _ := row.Talk() // it was read before
		orig, _ := strconv.ParseUint(row["orig_"+what], 10, 64)
		resp, _ := strconv.ParseUint(row["resp_"+what], 10, 64) // none counts as zero
		if !origIsA {
			orig, resp = resp, orig
		}
		a, b = a+orig, b+resp
	}
	return fmt.Sprint(a, b)
}

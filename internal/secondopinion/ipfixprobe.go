package secondopinion

import (
	"encoding/csv"
	"errors"
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"
)

// An Export is what one program says of a conversation, as ipfixprobe's columns
// have it, every record of the conversation added up.
type Export struct {
	PacketsA, PacketsB uint64
	BytesA, BytesB     uint64 // of IP packets
	FlagsA, FlagsB     uint64 // all TCP flags
	First, Last        int64  // nanoseconds
	MACA, MACB         string // of the first packet
	parts              int
}

// part is one record's share, in its own direction.
type part struct {
	from, to        netip.AddrPort
	proto           uint8
	packets, bytes  [2]uint64
	flags           [2]uint64
	macs            [2]string
	vlan            string
	firstAt, lastAt int64
}

func addPart(all map[Talk]*Export, p part) {
	talk, fromA := NewTalk(p.proto, p.from, p.to)
	a, b := 0, 1
	if !fromA {
		a, b = 1, 0
	}
	e := all[talk]
	if e == nil {
		e = &Export{First: p.firstAt, Last: p.lastAt, MACA: p.macs[a], MACB: p.macs[b]}
		all[talk] = e
	}
	if p.firstAt < e.First {
		e.First, e.MACA, e.MACB = p.firstAt, p.macs[a], p.macs[b]
	}
	e.Last = max(e.Last, p.lastAt)
	e.PacketsA += p.packets[a]
	e.PacketsB += p.packets[b]
	e.BytesA += p.bytes[a]
	e.BytesB += p.bytes[b]
	e.FlagsA |= p.flags[a]
	e.FlagsB |= p.flags[b]
	e.parts++
}

// ParseIPFIXProbe reads the CSV of ipfixprobe's tests. Its lines are sorted, so
// that the one with the columns' types and names may be the last. Its plugins may
// write a record several times, for each thing that they found in it: such
// count once.
func ParseIPFIXProbe(text string) (map[Talk]*Export, error) {
	lines := csv.NewReader(strings.NewReader(text))
	lines.LazyQuotes = true
	rows, err := lines.ReadAll()
	if err != nil {
		return nil, err
	}
	head := slices.IndexFunc(rows, func(row []string) bool { return row[0] == "ipaddr DST_IP" })
	if head < 0 {
		return nil, errors.New("no line with the names of columns")
	}
	place := make(map[string]int)
	for i, column := range rows[head] {
		_, name, _ := strings.Cut(column, " ")
		place[name] = i
	}
	all := make(map[Talk]*Export)
	seen := make(map[part]bool)
	for i, row := range rows {
		if i == head {
			continue
		}
		p, err := ipfixPart(row, place)
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", i+1, err)
		}
		if !seen[p] {
			seen[p] = true
			addPart(all, p)
		}
	}
	return all, nil
}

func ipfixPart(row []string, place map[string]int) (p part, err error) {
	text := func(name string) string {
		i, there := place[name]
		if !there && err == nil {
			err = fmt.Errorf("no column %s", name)
		}
		return row[i]
	}
	number := func(name string, bits int) uint64 {
		n, bad := strconv.ParseUint(text(name), 10, bits)
		err = errors.Join(err, bad)
		return n
	}
	address := func(name string) netip.Addr {
		a, bad := netip.ParseAddr(text(name))
		err = errors.Join(err, bad)
		return a
	}
	instant := func(name string) int64 {
		t, bad := time.Parse("2006-01-02T15:04:05.999999", text(name))
		err = errors.Join(err, bad)
		return t.UnixNano()
	}
	p = part{
		from:    netip.AddrPortFrom(address("SRC_IP"), uint16(number("SRC_PORT", 16))),
		to:      netip.AddrPortFrom(address("DST_IP"), uint16(number("DST_PORT", 16))),
		proto:   uint8(number("PROTOCOL", 8)),
		packets: [2]uint64{number("PACKETS", 32), number("PACKETS_REV", 32)},
		bytes:   [2]uint64{number("BYTES", 64), number("BYTES_REV", 64)},
		flags:   [2]uint64{number("TCP_FLAGS", 8), number("TCP_FLAGS_REV", 8)},
		macs:    [2]string{text("SRC_MAC"), text("DST_MAC")},
		firstAt: instant("TIME_FIRST"), lastAt: instant("TIME_LAST"),
	}
	if i, there := place["VLAN_ID"]; there {
		p.vlan = row[i]
	}
	return p, err
}

// Exports adds the run's flow records up in the same way.
func (r *Run) Exports() (map[Talk]*Export, error) {
	all := make(map[Talk]*Export)
	for i := range r.Flows {
		f := &r.Flows[i]
		p := part{
			proto:   f.IPProto,
			packets: [2]uint64{f.OrigPkts, f.RespPkts},
			bytes:   [2]uint64{f.OrigIPBytes, f.RespIPBytes},
			flags:   [2]uint64{f.OrigFlags, f.RespFlags},
		}
		var err error
		if p.from, p.to, err = f.Ends(); err != nil {
			return nil, err
		}
		if p.firstAt, p.lastAt, err = r.times(f); err != nil {
			return nil, err
		}
		p.macs = r.macs(f)
		addPart(all, p)
	}
	return all, nil
}

// macs returns whose Ethernet addresses the flow's first frame bears: its
// originator's, then its responder's.
func (r *Run) macs(f *Flow) [2]string {
	first := r.frame(f.FirstFrame)
	if first == nil || len(first.Packets) == 0 || first.Packets[0].Eth == nil {
		return [2]string{}
	}
	eth := first.Packets[0].Eth
	if from, _, err := first.Ends(0); err == nil && from.Addr().String() != f.Orig {
		return [2]string{eth.Dst, eth.Src}
	}
	return [2]string{eth.Src, eth.Dst}
}

// CompareExports compares the conversations that ipfixprobe exported: its
// plugins may leave others out.
func (s *Sheet) CompareExports(ours, theirs map[Talk]*Export) {
	for _, talk := range slices.SortedFunc(maps.Keys(theirs), Talk.Compare) {
		a, b, where := ours[talk], theirs[talk], talk.String()
		s.Value(where, "conversations", exported(a), exported(b))
		if a == nil {
			continue
		}
		s.Value(where, "PACKETS", fmt.Sprint(a.PacketsA, a.PacketsB), fmt.Sprint(b.PacketsA, b.PacketsB))
		s.Value(where, "BYTES", fmt.Sprint(a.BytesA, a.BytesB), fmt.Sprint(b.BytesA, b.BytesB))
		if talk.Proto == tcp {
			s.Value(where, "TCP_FLAGS", fmt.Sprint(a.FlagsA, a.FlagsB), fmt.Sprint(b.FlagsA, b.FlagsB))
		}
		s.Value(where, "TIME_FIRST", fmt.Sprint(a.First/1000), fmt.Sprint(b.First/1000)) // microseconds
		s.Value(where, "TIME_LAST", fmt.Sprint(a.Last/1000), fmt.Sprint(b.Last/1000))
		if a.MACA+a.MACB == "" {
			s.Apart("conversations without Ethernet, of which ipfixprobe makes addresses up", 1)
		} else {
			s.Value(where, "MAC", a.MACA+" "+a.MACB, b.MACA+" "+b.MACB)
		}
	}
	left := 0
	for talk := range ours {
		if theirs[talk] == nil {
			left++
		}
	}
	s.Apart("conversations that ipfixprobe's plugin of the test does not export", left)
}

func exported(e *Export) string {
	if e == nil {
		return "none"
	}
	return "exported"
}

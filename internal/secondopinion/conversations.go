package secondopinion

import (
	"errors"
	"fmt"
	"maps"
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

const sctp = 132

// A Conversation is one of a capture's, as tshark's statistics have them: what
// went each way, when it began and how long it took. Of one that began anew all
// parts are added up.
type Conversation struct {
	PacketsA, PacketsB uint64
	BytesA, BytesB     uint64 // of whole frames
	SizeA, SizeB       string // the bytes as tshark writes them
	Start, End         int64  // nanoseconds; tshark's begin with the capture's first frame
	Timeless           bool   // Start and End are unknown
	Fragments          bool   // of its packets some are IP fragments, whose flow has no ports
	Disorder           bool   // its frames are not in the order of their times
	parts              int
}

// A table of conversations: by IP protocol, or between addresses, which has
// protocol 0 and no ports.
var tables = map[string]uint8{"TCP": tcp, "UDP": udp, "SCTP": sctp, "IPv4": 0, "IPv6": 0}

var conversationLine = regexp.MustCompile(`^(\S+) +<-> (\S+) +(\d+) (-?\d+ \w+) +(\d+) (-?\d+ \w+) +\d+ -?\d+ \w+ +(-?[\d.]+) +(-?[\d.]+)$`)

// ParseConversations reads tshark's tables of conversations. An end that has
// several lines with another has them added up; their sizes are unknown then,
// since tshark rounds them.
func ParseConversations(text []byte) (map[Talk]*Conversation, error) {
	all := make(map[Talk]*Conversation)
	var proto uint8
	for line := range strings.Lines(string(text)) {
		line = strings.TrimRight(line, "\r\n ")
		if name, is := strings.CutSuffix(line, " Conversations"); is {
			p, known := tables[name]
			if !known {
				return nil, fmt.Errorf("an unknown table: %q", line)
			}
			proto = p
			continue
		}
		if !strings.Contains(line, "<->") {
			continue
		}
		if err := addConversation(all, proto, line); err != nil {
			return nil, fmt.Errorf("%w: %q", err, line)
		}
	}
	return all, nil
}

func addConversation(all map[Talk]*Conversation, proto uint8, line string) error {
	m := conversationLine.FindStringSubmatch(line)
	if m == nil {
		return fmt.Errorf("not a conversation")
	}
	a, err := conversationEnd(proto, m[1])
	if err != nil {
		return err
	}
	b, err := conversationEnd(proto, m[2])
	if err != nil {
		return err
	}
	fromB, err := strconv.ParseUint(m[3], 10, 64)
	if err != nil {
		return err
	}
	fromA, err := strconv.ParseUint(m[5], 10, 64)
	if err != nil {
		return err
	}
	start, errStart := nanos(m[7])
	duration, errDuration := nanos(m[8])
	talk, inOrder := NewTalk(proto, a, b)
	sizeA, sizeB := m[6], m[4]
	if !inOrder {
		fromA, fromB, sizeA, sizeB = fromB, fromA, sizeB, sizeA
	}
	c := conversation(all, talk)
	c.PacketsA += fromA
	c.PacketsB += fromB
	c.SizeA, c.SizeB = sizeA, sizeB
	c.Timeless = c.Timeless || errStart != nil || errDuration != nil // centuries from now
	c.last(start, start+duration)
	return nil
}

// conversationEnd reads an address, and the port that the tables of protocols
// have behind it.
func conversationEnd(proto uint8, s string) (netip.AddrPort, error) {
	port := "0"
	if i := strings.LastIndexByte(s, ':'); proto != 0 && i >= 0 {
		s, port = s[:i], s[i+1:]
	}
	addr, err := netip.ParseAddr(strings.Trim(s, "[]"))
	if err != nil {
		return netip.AddrPort{}, err
	}
	n, err := strconv.ParseUint(port, 10, 16)
	return netip.AddrPortFrom(addr, uint16(n)), err
}

// nanos reads seconds with up to nine decimals.
func nanos(seconds string) (int64, error) {
	if seconds == "" {
		return 0, errors.New("no time")
	}
	text, negative := strings.CutPrefix(seconds, "-")
	whole, fraction, _ := strings.Cut(text, ".")
	if len(fraction) > 9 {
		return 0, fmt.Errorf("more than nine decimals: %s", seconds)
	}
	n, err := strconv.ParseInt(whole+(fraction + "000000000")[:9], 10, 64)
	if negative {
		n = -n
	}
	return n, err
}

func conversation(all map[Talk]*Conversation, t Talk) *Conversation {
	if all[t] == nil {
		all[t] = new(Conversation)
	}
	return all[t]
}

// last adds a part's first and last time.
func (c *Conversation) last(start, end int64) {
	if c.parts == 0 {
		c.Start, c.End = start, end
	}
	c.Start, c.End = min(c.Start, start), max(c.End, end)
	c.parts++
}

// Conversations adds the run's flow records up as tshark's tables do, and the
// lengths of their frames. Flows of fragments have no ports, so they stand in no
// table of a protocol.
func (r *Run) Conversations() (map[Talk]*Conversation, error) {
	all := make(map[Talk]*Conversation)
	var fragments []Talk
	for i := range r.Flows {
		f := &r.Flows[i]
		orig, resp, err := f.Ends()
		if err != nil {
			return nil, err
		}
		start, end, errTimes := r.times(f)
		for _, talk := range tablesOf(f.IPProto, orig, resp) {
			if talk.portless() {
				fragments = append(fragments, talk)
				continue
			}
			c := conversation(all, talk)
			c.packets(talk.from(orig), f.OrigPkts)
			c.packets(talk.from(resp), f.RespPkts)
			c.Timeless = c.Timeless || errTimes != nil
			c.last(start, end)
		}
	}
	for talk, c := range all {
		c.Fragments = slices.ContainsFunc(fragments, talk.like)
	}
	return all, r.addFrames(all)
}

// tablesOf returns the conversations that a packet counts in.
func tablesOf(proto uint8, from, to netip.AddrPort) []Talk {
	addresses, _ := NewTalk(0, netip.AddrPortFrom(from.Addr(), 0), netip.AddrPortFrom(to.Addr(), 0))
	if proto != tcp && proto != udp && proto != sctp {
		return []Talk{addresses}
	}
	ports, _ := NewTalk(proto, from, to)
	return []Talk{addresses, ports}
}

// portless says whether a conversation of a protocol that has ports has none.
func (t Talk) portless() bool { return t.Proto != 0 && t.A.Port() == 0 && t.B.Port() == 0 }

// like says whether two conversations are between the same addresses, by the same protocol.
func (t Talk) like(u Talk) bool {
	return t.Proto == u.Proto && (t.A.Addr() == u.A.Addr() && t.B.Addr() == u.B.Addr() || t.A.Addr() == u.B.Addr() && t.B.Addr() == u.A.Addr())
}

// from says whether an end is the conversation's A.
func (t Talk) from(end netip.AddrPort) bool {
	return end.Addr() == t.A.Addr() && (t.Proto == 0 || end.Port() == t.A.Port())
}

func (c *Conversation) packets(fromA bool, n uint64) {
	if fromA {
		c.PacketsA += n
	} else {
		c.PacketsB += n
	}
}

// times returns when a flow's first and last frame were captured. (Its duration
// is Zeek's, which lets the last acknowledgement of TCP out.)
func (r *Run) times(f *Flow) (start, end int64, err error) {
	first, last := r.frame(f.FirstFrame), r.frame(f.LastFrame)
	if first == nil || last == nil {
		return 0, 0, fmt.Errorf("flow %d has no frames %d and %d", f.Number, f.FirstFrame, f.LastFrame)
	}
	if start, err = nanos(first.Time); err != nil {
		return 0, 0, err
	}
	end, err = nanos(last.Time)
	return start, end, err
}

// addFrames adds the length of every frame to the conversations that it is of.
func (r *Run) addFrames(all map[Talk]*Conversation) error {
	latest := make(map[Talk]int64)
	for i := range r.Frames {
		f := &r.Frames[i]
		for level, number := range f.Flows {
			flow := r.flow(number)
			if flow == nil {
				return fmt.Errorf("frame %d is of flow %d, which has no record", f.Number, number)
			}
			from, to, err := f.Ends(level)
			if err != nil {
				return err
			}
			for _, talk := range tablesOf(flow.IPProto, from, to) {
				c := all[talk]
				if c == nil {
					continue // fragments, and source routes
				}
				c.bytes(talk.from(from), f.Len)
				if at, err := nanos(f.Time); err == nil {
					last, known := latest[talk]
					c.Disorder = c.Disorder || known && at < last
					latest[talk] = max(at, last)
				}
			}
		}
	}
	return nil
}

func (c *Conversation) bytes(fromA bool, n uint64) {
	if fromA {
		c.BytesA += n
	} else {
		c.BytesB += n
	}
}

// size writes a number of bytes as tshark does: cut to the largest unit of
// which there are ten.
func size(n uint64) string {
	for _, unit := range []struct {
		name string
		of   uint64
	}{{"TB", 1e12}, {"GB", 1e9}, {"MB", 1e6}, {"kB", 1e3}} {
		if n/unit.of >= 10 {
			return fmt.Sprintf("%d %s", n/unit.of, unit.name)
		}
	}
	if n == 1 {
		return "1 byte"
	}
	return fmt.Sprintf("%d bytes", n)
}

// CompareConversations compares all conversations of a capture: packets and
// bytes each way, first frame and last.
func (s *Sheet) CompareConversations(run *Run, tables []byte) error {
	theirs, err := ParseConversations(tables)
	if err != nil {
		return err
	}
	ours, err := run.Conversations()
	if err != nil {
		return err
	}
	begin, timed := run.begin()
	talks := maps.Clone(theirs)
	maps.Copy(talks, ours)
	for _, talk := range slices.SortedFunc(maps.Keys(talks), Talk.Compare) {
		a, b := ours[talk], theirs[talk]
		where := conversationName(talk, a, run)
		s.Value(where, tableName(talk)+" conversations", listed(a), listed(b))
		if a == nil || b == nil {
			continue
		}
		s.Value(where, "packets", fmt.Sprint(a.PacketsA, a.PacketsB), fmt.Sprint(b.PacketsA, b.PacketsB))
		if b.parts > 1 {
			s.Apart("bytes and durations of conversations that tshark lists in rounded parts", 2)
		} else {
			s.Value(where, "bytes", size(a.BytesA)+", "+size(a.BytesB), b.SizeA+", "+b.SizeB)
		}
		if !timed || a.Timeless || b.Timeless {
			s.Apart("times of conversations whose frames have none", 2)
			continue
		}
		s.Value(where, "start", fmt.Sprintf("%.9f", double(a.Start-begin)), fmt.Sprintf("%.9f", double(b.Start)))
		if b.parts == 1 {
			s.Value(where, "duration", fmt.Sprintf("%.4f", double(a.End-begin)-double(a.Start-begin)), fmt.Sprintf("%.4f", double(b.End-b.Start)))
		}
	}
	return nil
}

// conversationName names a conversation, and what is unusual about it here.
func conversationName(talk Talk, c *Conversation, r *Run) string {
	name := tableName(talk) + " " + talk.String()
	if c == nil {
		if r.fragments(talk) {
			name += " (fragments)"
		}
		return name
	}
	if c.Fragments {
		name += " (fragments)"
	}
	if c.Disorder {
		name += " (disorder)"
	}
	return name
}

// fragments says whether there is a flow of fragments between the ends of a conversation.
func (r *Run) fragments(talk Talk) bool {
	return slices.ContainsFunc(r.Flows, func(f Flow) bool {
		orig, resp, err := f.Ends()
		own, _ := NewTalk(f.IPProto, orig, resp)
		return err == nil && f.portless() && own.like(talk)
	})
}

// portless says whether a flow has no ports though its protocol has: it is of
// fragments, or of packets that end before them.
func (f *Flow) portless() bool {
	return (f.IPProto == tcp || f.IPProto == udp || f.IPProto == sctp) && f.OrigPort == 0 && f.RespPort == 0
}

// double is what tshark makes of a time.
func double(nanos int64) float64 { return float64(nanos/1e9) + float64(nanos%1e9)/1e9 }

// begin returns the time of the first frame, which tshark's are relative to.
func (r *Run) begin() (int64, bool) {
	if len(r.Frames) == 0 || r.Frames[0].Time == "" {
		return 0, false
	}
	n, err := nanos(r.Frames[0].Time)
	return n, err == nil
}

func listed(c *Conversation) string {
	if c == nil {
		return "none"
	}
	return "listed"
}

func tableName(t Talk) string {
	switch {
	case t.Proto == tcp:
		return "tcp"
	case t.Proto == udp:
		return "udp"
	case t.Proto == sctp:
		return "sctp"
	case t.A.Addr().Is4():
		return "ip"
	}
	return "ipv6"
}

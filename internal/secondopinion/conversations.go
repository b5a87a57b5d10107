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
	Fragments          bool   // of its packets some came as IP fragments
	Inside             bool   // of its packets some came in fragments of another, so that no frame has them
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
		if talk.Proto == 0 && a.Fragments {
			s.Apart("conversations of addresses between which IP fragments went: each counts in them, and in a flow their datagram once", 1)
			continue
		}
		s.Value(where, "packets", fmt.Sprint(a.PacketsA, a.PacketsB), fmt.Sprint(b.PacketsA, b.PacketsB))
		if a.Inside {
			s.Apart("bytes, beginnings and durations of conversations inside IP fragments, which stand in no frame", 3)
			continue
		}
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

// double is what tshark makes of a time.
func double(nanos int64) float64 { return float64(nanos/1e9) + float64(nanos%1e9)/1e9 }

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

package secondopinion

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/pcappipe/pcappipe/record"
)

// A Dissection is what both programs say of one capture.
type Dissection struct {
	Ours   []byte // csv, of Columns
	Theirs []byte // tshark's lines
	Run    *Run
}

// Sheets of one dissection.
type Sheets struct {
	Frames *Sheet // the record's own values, the stack, addresses and ports
	Fields *Sheet // all other fields
}

// frameColumns are those that every frame is known by.
var frameColumns = words(`
	frame.protocols frame.len frame.cap_len frame.time_epoch frame.interface_id
	ip.src ip.dst ipv6.src ipv6.dst tcp.srcport tcp.dstport udp.srcport udp.dstport sctp.srcport sctp.dstport`)

// Compare compares every value of every frame that both sides have. How many
// frames there are is for capinfos to say.
func (d *Dissection) Compare(s Sheets) error {
	records := csv.NewReader(bytes.NewReader(d.Ours))
	records.ReuseRecord = true
	if _, err := records.Read(); err != nil && err != io.EOF {
		return err
	}
	next, stop := iter.Pull2(TsharkFrames(d.Theirs))
	defer stop()
	for n := 0; ; n++ {
		ours, err := records.Read()
		if err != nil && err != io.EOF {
			return err
		}
		theirs, bad, more := next()
		if bad != nil {
			return bad
		}
		switch {
		case err == io.EOF && !more:
			return nil
		case err == io.EOF || !more:
			s.Frames.Apart("frames that only one side reads", 1)
			continue
		case n >= len(d.Run.Frames):
			return errors.New("csv has more frames than JSON Lines")
		}
		s.values(ours, theirs)
	}
}

// CompareIDs compares the Community IDs of all frames that both sides have, in the
// lines of a tshark that puts IP datagrams together.
func (s *Sheet) CompareIDs(run *Run, lines []byte) error {
	waiting := run.waiting()
	n := 0
	for theirs, err := range TsharkFrames(lines) {
		if err != nil {
			return err
		}
		if n == len(run.Frames) {
			return nil
		}
		f := &run.Frames[n]
		n++
		if waiting[f.Number] && len(f.Flows) == 0 {
			s.Apart("frames of IP fragments that complete no datagram, which are of no flow", 1)
			continue
		}
		s.communityID(run, f, theirs)
	}
	return nil
}

// waiting returns the frames that have a fragment.
func (r *Run) waiting() map[uint64]bool {
	frames := make(map[uint64]bool)
	for i := range r.Datagrams {
		for _, f := range r.Datagrams[i].Frames {
			frames[f] = true
		}
	}
	return frames
}

// values compares all columns of one frame. A column in which neither side has
// a value is not counted.
func (s *Sheets) values(ours, theirs []string) {
	where := ""
	for i := range Columns {
		a, b := ours[i], theirs[i]
		if nothing(a) && nothing(b) {
			continue // tshark's text does not tell an empty value from none
		}
		c := &Columns[i]
		switch i {
		case numberColumn:
			continue // counted here, for both sides
		case stackColumn:
			a, b = Stack(a), Stack(b)
		case ipVersionColumn: // tshark hides an alias of it in every IPv6 header
			b = without(b, "6")
		}
		sheet := s.Fields
		if frameColumns[c.Name] {
			sheet = s.Frames
		}
		equal := a == b || a == asOurs(c.Type, b)
		if !equal && where == "" {
			where = place(theirs)
		}
		if a != "" || b != "" {
			sheet.Judge(where, c.Name, a, b, equal)
		}
	}
}

// place names a frame by its number and tshark's stack.
func place(theirs []string) string {
	return "frame " + theirs[numberColumn] + " " + strings.TrimSuffix(theirs[stackColumn], ":communityid")
}

// nothing says whether a column has no value that could be seen.
func nothing(s string) bool { return strings.Trim(s, ",") == "" }

// without takes the values away that are v.
func without(list, v string) string {
	return strings.Join(slices.DeleteFunc(strings.Split(list, ","), func(s string) bool { return s == v }), ",")
}

// asOurs gives tshark's values pcappipe's form: numbers decimal, bytes without
// colons, addresses as RFC 5952 has them. A text may have commas of its own.
func asOurs(kind record.Type, list string) string {
	switch kind {
	case record.Text:
		return list
	case record.Time: // written out, with a comma of its own, but for the frame's
		if t, err := time.Parse("Jan _2, 2006 15:04:05.999999999 MST", list); err == nil {
			return fmt.Sprintf("%d.%09d", t.Unix(), t.Nanosecond())
		}
		return list
	}
	values := strings.Split(list, ",")
	for i, v := range values {
		values[i] = valueAsOurs(kind, v)
	}
	return strings.Join(values, ",")
}

func valueAsOurs(kind record.Type, v string) string {
	switch kind {
	case record.Uint, record.Int, record.Bool:
		if n, err := strconv.ParseUint(strings.TrimLeft(v, "0"), 10, 64); err == nil {
			return strconv.FormatUint(n, 10)
		}
		if n, err := strconv.ParseUint(v, 0, 64); err == nil {
			return strconv.FormatUint(n, 10)
		}
	case record.Address:
		if a, err := netip.ParseAddr(v); err == nil {
			return a.String()
		}
	case record.MAC: // to tshark one of another length is bytes
		if len(v)%2 == 0 && len(v) > 2 && !strings.Contains(v, ":") {
			return pairs(v)
		}
	case record.Bytes:
		if strings.HasPrefix(v, "<") { // <MISSING>: there, and empty
			return ""
		}
		return strings.ReplaceAll(v, ":", "")
	}
	return v
}

// pairs puts colons between pairs of hex digits.
func pairs(hex string) string {
	var b strings.Builder
	for i := 0; i+2 <= len(hex); i += 2 {
		if i > 0 {
			b.WriteByte(':')
		}
		b.WriteString(hex[i : i+2])
	}
	return b.String()
}

// communityID compares the Community ID that tshark gives a frame with those of
// the flows that the frame is of, outer to inner: tshark has one at most.
func (s *Sheet) communityID(run *Run, f *Frame, theirs []string) {
	id, where := theirs[communityColumn], place(theirs)
	var ours []string
	for _, number := range f.Flows {
		if flow := run.flow(number); flow != nil {
			ours = append(ours, flow.CommunityID)
			if flow.portless() {
				where += " (no ports)"
			}
		}
	}
	switch {
	case id == "" && len(ours) == 0:
		s.Apart("frames to which neither side gives an ID", 1)
	case id == "":
		s.Apart("frames to which tshark gives no ID", 1)
	default:
		s.Judge(where, "community_id", strings.Join(ours, " "), id, slices.Contains(ours, id))
	}
}

// checkTshark says whether tshark understood what it was asked.
func checkTshark(r Reply) error {
	if r.Status == 1 {
		return fmt.Errorf("tshark: %s", r.Stderr)
	}
	return nil
}

package secondopinion

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"iter"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/pcappipe/pcappipe/internal/capture"
)

// plusMissing is the text that PcapPlusPlus puts where bytes are missing.
var plusMissing = regexp.MustCompile(`\[(\d+) bytes missing\]`)

// withoutMissing parts a file of PcapPlusPlus's into bytes that were there and the
// lengths of what was not, the shortest first.
func withoutMissing(text []byte) (there []byte, gaps []uint64) {
	for _, m := range plusMissing.FindAllSubmatch(text, -1) {
		n, _ := strconv.ParseUint(string(m[1]), 10, 64) // digits, and few
		gaps = append(gaps, n)
	}
	slices.Sort(gaps)
	return plusMissing.ReplaceAll(text, nil), gaps
}

// interleaved says how many bytes of a text can be had by taking bytes from a and
// b, from each in order: all of them, or as many as fit. Bytes that are left over
// in a or b fit nothing.
func interleaved(text, a, b []byte) int {
	taken := []int{0} // from a, by the ways that are possible so far
	for n, c := range text {
		var next []int
		for _, i := range taken {
			if k := n - i; k < len(b) && b[k] == c && (len(next) == 0 || next[len(next)-1] != i) {
				next = append(next, i)
			}
			if i < len(a) && a[i] == c {
				next = append(next, i+1)
			}
		}
		if len(next) == 0 {
			return n
		}
		taken = next
	}
	return len(text)
}

// A wholeSide is a connection's bytes and the lengths of its gaps.
type wholeSide struct {
	a, b []byte
	gaps []uint64 // that have bytes behind them, the shortest first
}

// whole returns all connections of a run, by flow.
func (r *Reassembled) whole() (list []wholeSide, err error) {
	sides, err := r.Sides()
	if err != nil {
		return nil, err
	}
	all, err := r.Reassembly()
	if err != nil {
		return nil, err
	}
	for i := range all.Streams {
		d := &all.Streams[i]
		w := wholeSide{a: sides[d.Number][0], b: sides[d.Number][1]}
		for k := range d.Sides {
			for _, g := range d.Sides[k].Gaps {
				if g.After < d.Sides[k].Bytes {
					w.gaps = append(w.gaps, g.Length)
				}
			}
		}
		slices.Sort(w.gaps)
		list = append(list, w)
	}
	return list, nil
}

// CompareFile compares a file that PcapPlusPlus writes of one connection, or of
// one end of it, with the connection that is most like it.
func (s *Sheet) CompareFile(where string, text []byte, list []wholeSide) {
	want, gaps := withoutMissing(text)
	best := wholeSide{}
	fit := -1
	for _, w := range list {
		for _, one := range []wholeSide{w, {a: w.a, gaps: w.gaps}, {b: w.b, gaps: w.gaps}} {
			n := interleaved(want, one.a, one.b)
			if n == len(want) && len(one.a)+len(one.b) == n {
				n++ // nothing is left over
			}
			if n > fit {
				best, fit = one, n
			}
		}
	}
	theirs := fmt.Sprintf("%d bytes", len(want))
	ours := fmt.Sprintf("%d bytes", len(best.a)+len(best.b))
	if fit < len(want) {
		ours += fmt.Sprintf(", others from %d on", fit)
	}
	s.Value(where, "streams", ours, theirs)
	s.Value(where, "gaps", fmt.Sprint(best.gaps), fmt.Sprint(gaps))
}

// ComparePacket compares a frame that PcapPlusPlus has made of a datagram, in hex,
// with the datagram that is most like it.
func (s *Sheet) ComparePacket(where string, text []byte, list []datagramRecord) error {
	data, err := hex.DecodeString(strings.Join(strings.Fields(string(text)), ""))
	if err != nil {
		return err
	}
	want, ok := ipPayload(data)
	if !ok {
		return fmt.Errorf("no IP packet: %.40x", data)
	}
	ours := "none"
	for i := range list {
		got, err := list[i].bytes()
		if err != nil {
			return err
		}
		if bytes.Equal(got, want) {
			ours = plusName(got)
			break
		}
		if ours == "none" || len(got) == len(want) {
			ours = plusName(got)
		}
	}
	s.Value(where, "datagrams", ours, plusName(want))
	return nil
}

func plusName(payload []byte) string {
	var d Datagram
	d.hash(payload)
	return d.same()
}

// ipPayload returns what follows the IP header of an Ethernet frame, behind as
// many VLAN tags as there are. The IPv6 packets that PcapPlusPlus puts together
// say the length of their first fragment, so that all bytes are taken.
func ipPayload(data []byte) ([]byte, bool) {
	at := 12
	for at+4 <= len(data) && binary.BigEndian.Uint16(data[at:]) == 0x8100 {
		at += 4
	}
	if at+2 > len(data) {
		return nil, false
	}
	packet := data[at+2:]
	switch kind := binary.BigEndian.Uint16(data[at:]); {
	case kind == 0x0800 && len(packet) >= 20:
		header, length := int(packet[0]&15)*4, int(binary.BigEndian.Uint16(packet[2:]))
		if header < 20 || header > length || length > len(packet) {
			return nil, false
		}
		return packet[header:length], true
	case kind == 0x86dd && len(packet) >= 40:
		return packet[40:], true
	}
	return nil, false
}

// CompareDefragmented compares a capture that PcapPlusPlus has defragmented with
// the datagrams that were put together of the capture that it was made from.
// What the two captures both have was whole before.
func (s *Sheet) CompareDefragmented(where string, from, to []capture.Frame, list []datagramRecord, all bool) error {
	before := make(map[string]bool)
	for _, f := range from {
		before[string(f.Data)] = true
	}
	ours := make(map[string]int)
	complete := 0
	for i := range list {
		if !list[i].Complete {
			continue
		}
		payload, err := list[i].bytes()
		if err != nil {
			return err
		}
		ours[string(payload)]++
		complete++
	}
	theirs := 0
	for payload := range defragmented(to, before) {
		theirs++
		name, found := plusName(payload), "none"
		if ours[string(payload)] > 0 {
			ours[string(payload)]--
			found = name
		}
		s.Value(fmt.Sprintf("%s, packet %d", where, theirs), "datagrams", found, name)
	}
	if all {
		s.Value(where, "number of datagrams", fmt.Sprint(complete), fmt.Sprint(theirs))
	}
	return nil
}

// defragmented returns the payloads of the packets that were not there before.
func defragmented(frames []capture.Frame, before map[string]bool) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		for _, f := range frames {
			if before[string(f.Data)] {
				continue
			}
			if payload, ok := ipPayload(f.Data); ok && !yield(payload) {
				return
			}
		}
	}
}

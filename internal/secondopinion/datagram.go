package secondopinion

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// A Datagram is an IP datagram that was put together.
type Datagram struct {
	Version int      `json:"version"`
	Frame   uint64   `json:"frame"`  // that completed it
	Frames  []uint64 `json:"frames"` // each once, in ascending order
	Length  uint64   `json:"length"` // of its payload
	SHA256  string   `json:"sha256"` // of its payload
	Overlap string   `json:"overlap,omitempty"`
	Faults  []string `json:"faults,omitempty"`
}

// Places in datagramColumns.
const (
	fragmentFrames = iota
	fragmentCounts
	fragmentErrors
	fragmentOverlaps
	fragmentConflicts
	fragmentTails
	fragmentTooLong
	reassembledLengths
	reassembledBytes
	numDatagramColumns
)

// datagramColumns are tshark's fields of the datagrams that a frame completes, for
// one version of IP.
func datagramColumns(ip string) []string {
	return []string{
		ip + ".fragment", ip + ".fragment.count", ip + ".fragment.error",
		ip + ".fragment.overlap", ip + ".fragment.overlap.conflict",
		ip + ".fragment.multipletails", ip + ".fragment.toolongfragment",
		ip + ".reassembled.length", ip + ".reassembled.data",
	}
}

// tsharkDatagrams reads datagramColumns of one frame. Where the frame completes
// several (one inside the other), their frames are told apart by their counts,
// and what is wrong with them is not.
func tsharkDatagrams(version int, frame uint64, c *counter, values []string) ([]Datagram, error) {
	if values[reassembledBytes] == "" {
		return nil, nil
	}
	lists := make([][]string, numDatagramColumns)
	for i := range lists {
		if values[i] != "" {
			lists[i] = strings.Split(values[i], ",")
		}
	}
	n := len(lists[reassembledBytes])
	if len(lists[reassembledLengths]) != n || len(lists[fragmentCounts]) != n {
		return nil, fmt.Errorf("%d datagrams, %d lengths, %d counts", n, len(lists[reassembledLengths]), len(lists[fragmentCounts]))
	}
	all := make([]Datagram, n)
	frames := append(lists[fragmentFrames], lists[fragmentErrors]...)
	for i := range all {
		d := &all[i]
		count, err := strconv.Atoi(lists[fragmentCounts][i])
		if err != nil || count > len(frames) {
			return nil, fmt.Errorf("%s fragments of %d: %v", lists[fragmentCounts][i], len(frames), err)
		}
		if i == n-1 {
			count = len(frames) // and the errors
		}
		d.Version, d.Frame = version, frame
		if err := d.read(c, frames[:count], lists[reassembledLengths][i], lists[reassembledBytes][i]); err != nil {
			return nil, err
		}
		frames = frames[count:]
	}
	if n == 1 {
		all[0].mark(lists)
	}
	return all, nil
}

func (d *Datagram) read(c *counter, frames []string, length, bytes string) error {
	for _, s := range frames {
		f, err := strconv.ParseUint(s, 10, 64)
		if err != nil {
			return err
		}
		d.Frames = append(d.Frames, c.ours(f))
	}
	d.once()
	payload, err := hex.DecodeString(strings.ReplaceAll(bytes, ":", ""))
	if err != nil {
		return err
	}
	d.hash(payload)
	if n, err := strconv.ParseUint(length, 10, 64); err != nil || n != d.Length {
		return errors.Join(err, fmt.Errorf("%s bytes, but %d", length, d.Length))
	}
	return nil
}

// once leaves each frame once, in order.
func (d *Datagram) once() {
	slices.Sort(d.Frames)
	d.Frames = slices.Compact(d.Frames)
}

func (d *Datagram) hash(payload []byte) {
	sum := sha256.Sum256(payload)
	d.Length, d.SHA256 = uint64(len(payload)), hex.EncodeToString(sum[:])
}

// mark says what tshark finds unusual about the only datagram of a frame.
func (d *Datagram) mark(lists [][]string) {
	has := func(column int) bool { return slices.Contains(lists[column], "1") }
	d.Overlap = "none"
	switch {
	case has(fragmentConflicts):
		d.Overlap = "conflict"
	case has(fragmentOverlaps):
		d.Overlap = "identical"
	}
	if has(fragmentTails) {
		d.Faults = append(d.Faults, "tails")
	}
	if has(fragmentTooLong) {
		d.Faults = append(d.Faults, "too long")
	}
	if lists[fragmentErrors] != nil {
		d.Faults = append(d.Faults, "error")
	}
}

// CompareDatagrams compares what was completed, frame by frame.
func (s *Sheet) CompareDatagrams(ours, theirs []Datagram) {
	type place struct {
		frame   uint64
		version int
	}
	at := make(map[place][2][]Datagram)
	for side, list := range [][]Datagram{ours, theirs} {
		for _, d := range list {
			p := place{d.Frame, d.Version}
			both := at[p]
			both[side] = append(both[side], d)
			at[p] = both
		}
	}
	places := make([]place, 0, len(at))
	for p := range at {
		places = append(places, p)
	}
	slices.SortFunc(places, func(a, b place) int {
		if a.frame != b.frame {
			return int(a.frame) - int(b.frame)
		}
		return a.version - b.version
	})
	for _, p := range places {
		a, b := at[p][0], at[p][1]
		for i := range max(len(a), len(b)) {
			s.datagram(fmt.Sprintf("frame %d IPv%d", p.frame, p.version), nth(a, i), nth(b, i))
		}
	}
}

// nth returns an element, nil where there are fewer.
func nth(list []Datagram, i int) *Datagram {
	if i < len(list) {
		return &list[i]
	}
	return nil
}

func (s *Sheet) datagram(where string, a, b *Datagram) {
	for _, d := range []*Datagram{a, b} {
		if d != nil && d.Faults != nil {
			where += " (" + strings.Join(d.Faults, ", ") + ")"
		}
	}
	s.Value(where, "datagrams", a.complete(), b.complete())
	if a == nil || b == nil {
		return
	}
	s.Value(where, "bytes", a.same(), b.same())
	s.Value(where, "frames", fmt.Sprint(a.Frames), fmt.Sprint(b.Frames))
	if b.Overlap == "" {
		s.Apart("overlaps of datagrams inside others that the same frame completes", 1)
		return
	}
	s.Value(where, "overlap", a.Overlap, b.Overlap)
}

func (d *Datagram) complete() string {
	if d == nil {
		return "none"
	}
	return "complete"
}

func (d *Datagram) same() string { return fmt.Sprintf("%d bytes, %.12s", d.Length, d.SHA256) }

package secondopinion

import (
	"bytes"
	"cmp"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/netip"
	"slices"
	"strings"
)

// A datagramRecord is what is compared of a datagram record.
type datagramRecord struct {
	Version  int      `json:"ip.version"`
	Src      string   `json:"src"`
	Dst      string   `json:"dst"`
	ID       uint64   `json:"id"`
	Proto    uint8    `json:"proto"`
	Complete bool     `json:"complete"`
	Length   uint64   `json:"length"`
	Frames   []uint64 `json:"frames"`
	Cut      bool     `json:"frames_truncated"`
	Overlap  string   `json:"overlap"`
	Payload  string   `json:"payload"`
}

// talk returns the conversation that a datagram is of, without ports.
func (d *datagramRecord) talk() (t Talk, err error) {
	src, err := netip.ParseAddr(d.Src)
	if err != nil {
		return t, err
	}
	dst, err := netip.ParseAddr(d.Dst)
	t, _ = NewTalk(d.Proto, netip.AddrPortFrom(src, 0), netip.AddrPortFrom(dst, 0))
	return t, err
}

// bytes returns the payload, as much as there is.
func (d *datagramRecord) bytes() ([]byte, error) { return hex.DecodeString(d.Payload) }

// A streamRecord is what is compared of a stream record.
type streamRecord struct {
	Flow      uint64      `json:"flow"`
	Direction string      `json:"direction"`
	Length    uint64      `json:"length"`
	Delivered uint64      `json:"delivered"`
	Gaps      [][2]uint64 `json:"gaps"`
	MoreGaps  bool        `json:"gaps_truncated"`
	Missed    uint64      `json:"missed"`
	SHA256    string      `json:"sha256"`
	streamLosses
}

// streamLosses are the bytes of segments that were not handed on.
type streamLosses struct {
	Conflicting uint64 `json:"conflicting"`
	OutOfWindow uint64 `json:"out_of_window"`
	AfterClose  uint64 `json:"after_close"`
	Evicted     uint64 `json:"evicted"`
	Cut         uint64 `json:"cut"`
}

// notes names what is unusual about a stream.
func (l *streamLosses) notes() (list []string) {
	for _, class := range []struct {
		name  string
		bytes uint64
	}{
		{"conflict", l.Conflicting}, {"out of window", l.OutOfWindow}, {"after close", l.AfterClose},
		{"evicted", l.Evicted}, {"cut", l.Cut},
	} {
		if class.bytes > 0 {
			list = append(list, class.name)
		}
	}
	return list
}

// A turnRecord is what is needed of a turn record: a part of a stream's bytes.
type turnRecord struct {
	Flow      uint64 `json:"flow"`
	Direction string `json:"direction"`
	Start     uint64 `json:"start"`
	Payload   string `json:"payload"`
	Cut       bool   `json:"payload_truncated"`
}

// Reassembled is what pcappipe puts together of a capture.
type Reassembled struct {
	Run
	streams []streamRecord
	turns   []turnRecord
}

// RunReassembly runs the program over one capture and reads records of these
// kinds; options are further ones.
func RunReassembly(program string, c Capture, kinds string, options ...string) (*Reassembled, error) {
	reply, err := ask(program, append([]string{"--emit", kinds, "--tcp", "--payload", "--format", "jsonl", c.Path}, options...))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", c.Name, err)
	}
	r := &Reassembled{Run: Run{Status: reply.Status}}
	if err := r.read(reply.Stdout); err != nil {
		return nil, fmt.Errorf("%s: %w", c.Name, err)
	}
	return r, nil
}

// read reads records, one on each line.
func (r *Reassembled) read(records []byte) error {
	for line := range bytes.Lines(records) {
		if err := r.record(line); err != nil {
			return fmt.Errorf("%w: %.200s", err, line)
		}
	}
	slices.SortFunc(r.Flows, func(a, b Flow) int { return cmp.Compare(a.Number, b.Number) })
	return nil
}

func (r *Reassembled) record(line []byte) error {
	var kind struct{ Record string }
	if err := json.Unmarshal(line, &kind); err != nil {
		return err
	}
	switch kind.Record {
	case "stream":
		return appendRecord(&r.streams, line)
	case "turn":
		return appendRecord(&r.turns, line)
	}
	return r.Run.record(line)
}

func appendRecord[T any](list *[]T, line []byte) error {
	var v T
	err := json.Unmarshal(line, &v)
	*list = append(*list, v)
	return err
}

// Reassembly returns what was put together, as it is compared.
func (r *Reassembled) Reassembly() (all Reassembly, err error) {
	for i := range r.Datagrams {
		if d := &r.Datagrams[i]; d.Complete {
			c, err := d.compared()
			if err != nil {
				return all, err
			}
			all.Datagrams = append(all.Datagrams, c)
		}
	}
	byFlow := make(map[uint64][]*streamRecord)
	for i := range r.streams {
		s := &r.streams[i]
		byFlow[s.Flow] = append(byFlow[s.Flow], s)
	}
	for i := range r.Flows {
		f := &r.Flows[i]
		if f.IPProto != tcp || f.OrigPort|f.RespPort == 0 && byFlow[f.Number] == nil {
			continue // or of fragments that were never whole, and of headers that are cut before their ports
		}
		d, err := f.duplex(byFlow[f.Number])
		if err != nil {
			return all, err
		}
		all.Streams = append(all.Streams, d)
	}
	return all, nil
}

// compared returns a record as it is compared.
func (d *datagramRecord) compared() (c Datagram, err error) {
	payload, err := d.bytes()
	if err != nil {
		return c, err
	}
	c = Datagram{Version: d.Version, Frames: slices.Clone(d.Frames), Overlap: d.Overlap}
	if len(c.Frames) > 0 {
		c.Frame = c.Frames[len(c.Frames)-1]
	}
	c.once()
	c.hash(payload)
	if c.Length != d.Length {
		return c, fmt.Errorf("a complete datagram of %d bytes has %d", d.Length, c.Length)
	}
	return c, nil
}

// duplex returns a TCP flow's streams.
func (f *Flow) duplex(streams []*streamRecord) (d Duplex, err error) {
	d = Duplex{Number: f.Number, First: f.FirstFrame}
	if d.Ends[0], d.Ends[1], err = f.Ends(); err != nil {
		return d, err
	}
	for _, s := range streams {
		side, is := map[string]*Side{"orig": &d.Sides[0], "resp": &d.Sides[1]}[s.Direction]
		if !is {
			return d, fmt.Errorf("flow %d: a stream of direction %q", f.Number, s.Direction)
		}
		*side = s.side()
	}
	return d, nil
}

func (s *streamRecord) side() Side {
	side := Side{Bytes: s.Delivered, SHA256: s.SHA256, Notes: s.notes()}
	missed := uint64(0)
	for _, g := range s.Gaps {
		side.Gaps = append(side.Gaps, Gap{After: g[0] - missed, Length: g[1] - g[0]})
		missed += g[1] - g[0]
	}
	return side
}

// Sides returns the bytes of all streams, from turns: the originator's first.
// Where turns do not have all bytes, none are returned.
func (r *Reassembled) Sides() (map[uint64][2][]byte, error) {
	all := make(map[uint64][2][]byte)
	slices.SortStableFunc(r.turns, func(a, b turnRecord) int { return cmp.Compare(a.Start, b.Start) })
	var short []uint64
	for i := range r.turns {
		t := &r.turns[i]
		b, err := hex.DecodeString(t.Payload)
		if err != nil {
			return nil, fmt.Errorf("flow %d: %w", t.Flow, err)
		}
		if t.Cut {
			short = append(short, t.Flow)
		}
		both := all[t.Flow]
		n := strings.Index("origresp", t.Direction) / len("orig")
		both[n] = append(both[n], b...)
		all[t.Flow] = both
	}
	for _, flow := range short {
		delete(all, flow)
	}
	return all, nil
}

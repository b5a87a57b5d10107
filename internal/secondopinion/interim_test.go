//go:build interim

package secondopinion

import (
	"errors"
	"fmt"
	"encoding/binary"
	"net/netip"
	"strings"
	"testing"
	"sort"

	"github.com/pcappipe/pcappipe/capfile"
	"github.com/pcappipe/pcappipe/decoder"
	"github.com/pcappipe/pcappipe/frame"
)

func interim(c Capture) (*Run, error) {
	r := &Run{}
	s, err := capfile.Open(capfile.Config{Inputs: []string{c.Path}})
	if err != nil {
		r.Status = 1; r.Stderr = err.Error()
		return r, nil
	}
	defer s.Close()
	d := decoder.New(decoder.Config{Layers: true, Flows: true})
	var p capfile.Piece
	var res decoder.Result
	n := uint64(0)
	for {
		ok, err := s.Take(&p)
		if err != nil { return nil, err }
		if !ok { break }
		s.Read(&p); s.Verify(&p)
		if p.Damage != nil { r.Status = 2; r.Stderr = p.Damage.Error() }
		d.Reset(&res)
		for i := range p.Frames {
			n++
			f := &p.Frames[i]
			data := p.Data(i)
			d.Decode(f, data, uint32(i), &res)
			pk := &res.Packets[i]
			fr := Frame{Number: p.Number(i), Len: uint64(f.Wire), CapLen: uint64(f.Len), Protocols: ""}
			if pk.Stack != decoder.NoStack { fr.Protocols = res.Stacks[pk.Stack].Path }
			if f.Flags&frame.Timeless == 0 { fr.Time = fmt.Sprintf("%d.%09d", f.Nanos/1e9, f.Nanos%1e9); if f.Nanos<0 {fr.Time="neg"} }
			if p.File.Interfaces { fr.Interface = fmt.Sprint(f.Interface) }
			fr.Faulty = pk.Status == decoder.Faulty
			cur := Packet{}
			depth := uint8(0)
			for _, l := range res.Of(pk) {
				if l.Depth != depth { fr.Packets = append(fr.Packets, cur); cur = Packet{}; depth = l.Depth }
				h := data[l.Start:min(int(l.Start)+int(l.Len), len(data))]
				two := func(at int) *uint64 { if len(h) < at+2 { return nil }; v := uint64(binary.BigEndian.Uint16(h[at:])); return &v }
				switch l.Protocol {
				case decoder.IP:
					a := &addresses{}
					if len(h) >= 16 { a.Src = netip.AddrFrom4([4]byte(h[12:16])).String() }
					if len(h) >= 20 { a.Dst = netip.AddrFrom4([4]byte(h[16:20])).String() }
					cur.IP = a
				case decoder.IPv6:
					a := &addresses{}
					if len(h) >= 24 { a.Src = netip.AddrFrom16([16]byte(h[8:24])).String() }
					if len(h) >= 40 { a.Dst = netip.AddrFrom16([16]byte(h[24:40])).String() }
					cur.IPv6 = a
				case decoder.TCP:
					cur.TCP = &ports{two(0), two(2)}
				case decoder.UDP, decoder.UDPLite:
					cur.UDP = &ports{two(0), two(2)}
				case decoder.SCTP:
					cur.SCTP = &ports{two(0), two(2)}
				}
			}
			fr.Packets = append(fr.Packets, cur)
			r.Frames = append(r.Frames, fr)
		}
	}
	return r, nil
}

var _ = errors.New

func TestInterim(t *testing.T) {
	captures, _, err := List("/work/shared/corpus")
	if err != nil { t.Fatal(err) }
	ts, _ := NewTool("tshark", TsharkArgs()...)
	ci, _ := NewTool("capinfos", CapinfosArgs()...)
	var tally Tally
	classes := map[string]int{}
	example := map[string]string{}
	diff := func(field, class, ex string) { k := field + " | " + class; classes[k]++; if example[k] == "" { example[k] = ex } }
	for _, c := range captures {
		reply, err := ts.Ask(c); if err != nil { t.Fatal(err) }
		theirs, err := ParseTshark(reply.Stdout); if err != nil { t.Fatal(err) }
		creply, _ := ci.Ask(c)
		info, _ := ParseCapinfos(creply)
		run, err := interim(c)
		if err != nil { t.Error(c.Name, err); continue }
		opened := run.Status != 1
		if !tally.Compare("opened", opened == info.Reads()) { t.Log("OPENED", c.Name, opened, run.Stderr, "|", info.Damage) }
		if opened && info.Reads() {
			if !tally.Compare("count", len(run.Frames) == int(info.Frames)) { t.Log("COUNT", c.Name, len(run.Frames), run.Stderr, "|", info.Frames, info.Damage) }
			if !tally.Compare("damage", (run.Status == 2) == (info.Damage != "")) { t.Log("DAMAGE", c.Name, run.Stderr, "|", info.Damage) }
		}
		for i := range min(len(run.Frames), len(theirs)) {
			mine := run.Frames[i].Columns()
			for _, col := range TsharkFields {
				a, b := mine[col], theirs[i][col]
				if col == "frame.protocols" { a, b = Stack(a), Stack(b) }
				if a == "" && b == "" { continue }
				if !tally.Compare(col, a == b) {
					class := theirs[i]["frame.protocols"] + " | ours " + mine["frame.protocols"]
					if !strings.HasPrefix(col, "frame.protocols") && (strings.HasPrefix(col, "frame.")) { class = a + " != " + b }
					diff(col, class, fmt.Sprintf("%s frame %d: %q theirs %q", c.Name, i+1, a, b))
				}
			}
		}
	}
	keys := []string{}
	for k := range classes { keys = append(keys, k) }
	sort.Slice(keys, func(i, j int) bool { if classes[keys[i]] != classes[keys[j]] { return classes[keys[i]] > classes[keys[j]] }; return keys[i] < keys[j] })
	for _, k := range keys { fmt.Printf("%6d %s\n         %s\n", classes[k], k, example[k]) }
	fmt.Println(tally.String())
}

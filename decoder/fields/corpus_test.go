//go:build corpus

package fields

import (
	"bufio"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/pcappipe/pcappipe/decoder"
	"github.com/pcappipe/pcappipe/frame"
	"github.com/pcappipe/pcappipe/record"
)

// TestEveryFieldEqualsTshark merges the captures under PCAPPIPE_CORPUS, asks
// tshark for all fields of the schema in one run, and compares every value of
// every frame. It reports per field how many frames agree. PCAPPIPE_MERGED
// names a capture merged before, which saves the merging.
func TestEveryFieldEqualsTshark(t *testing.T) {
	merged := os.Getenv("PCAPPIPE_MERGED")
	if merged == "" {
		merged = merge(t, os.Getenv("PCAPPIPE_CORPUS"))
	}
	names, place := columns()
	answers := ask(t, merged, names)
	score := make([]fieldScore, len(names))
	d := decoder.New(decoder.Config{Layers: true})
	var (
		r         decoder.Result
		row       record.Row
		frames    int
		sameStack int
	)
	for i, c := range readMerged(t, merged) {
		theirs := strings.Split(answers[i+1], "\t")
		if len(theirs) != 1+len(names) {
			t.Fatalf("tshark has %d answers for frame %d", len(theirs), i+1)
		}
		d.Reset(&r)
		d.Decode(&c.frame, c.data, 0, &r)
		p := &r.Packets[0]
		path := ""
		if p.Stack < uint32(len(r.Stacks)) {
			path = r.Stacks[p.Stack].Path
		}
		Append(&row, &c.frame, c.data, p, r.Of(p), &Context{Number: uint64(i + 1), Payload: true})
		if c.data == nil {
			continue
		}
		frames++
		agree := stackAgrees(path, theirs[0])
		if agree {
			sameStack++
		}
		ours := collect(t, &row, place, len(names))
		for k := range names {
			if names[k] == "ip.version" { // tshark hides an alias of it in every IPv6 header
				theirs[k+1] = strings.Trim(strings.ReplaceAll(theirs[k+1], "6", ""), "\x1e")
				theirs[k+1] = strings.ReplaceAll(theirs[k+1], "\x1e\x1e", "\x1e")
			}
			score[k].add(fmt.Sprintf("%d (%s)", i+1, theirs[0]), agree, ours[k], normalise(fieldOf[names[k]].Type, theirs[k+1]))
		}
	}
	report(t, names, score, frames, sameStack)
}

// fieldOf finds a definition by its name.
var fieldOf = func() map[string]*record.Field {
	m := map[string]*record.Field{}
	for _, l := range Schema.Layers {
		for i := range l.Fields {
			m[l.Fields[i].Name] = &l.Fields[i]
		}
	}
	return m
}()

// columns returns the names that tshark knows, and for each layer where its fields' columns begin.
func columns() (names []string, place []int) {
	for _, l := range Schema.Layers {
		place = append(place, len(names))
		if l.Key == "frame" || l.Key == "fault" || l.Key == "pcappipe" {
			place[len(place)-1] = -1
			continue
		}
		for i := range l.Fields {
			names = append(names, l.Fields[i].Name)
		}
	}
	return names, place
}

// collect returns a row's values as text, by column, over all depths.
func collect(t *testing.T, row *record.Row, place []int, n int) [][]string {
	values := make([][]string, n)
	var open []uint16
	for _, x := range row.Spelled(nil) {
		v := &x
		switch v.Op {
		case record.Open:
			open = append(open, v.Field)
		case record.Close:
			open = open[:len(open)-1]
		case record.Number, record.InData, record.InText:
			id := open[len(open)-1]
			if place[id] < 0 {
				continue
			}
			k := place[id] + int(v.Field)
			values[k] = append(values[k], text(Schema.Layers[id].Fields[v.Field].Type, row, v))
		}
	}
	return values
}

func text(kind record.Type, row *record.Row, v *record.Value) string {
	if v.Op == record.Number {
		if kind == record.Int {
			return strconv.FormatInt(int64(v.Num), 10)
		}
		return strconv.FormatUint(v.Num, 10)
	}
	b := row.Of(v)
	switch kind {
	case record.Address:
		a, _ := netip.AddrFromSlice(b)
		return a.String()
	case record.Text:
		return string(b)
	}
	return hex.EncodeToString(b)
}

// normalise gives tshark's values our form.
func normalise(kind record.Type, s string) []string {
	if s == "" {
		return nil
	}
	list := strings.Split(s, "\x1e")
	for i, v := range list {
		switch kind {
		case record.Uint, record.Int, record.Bool:
			if n, err := strconv.ParseUint(v, 0, 64); err == nil {
				list[i] = strconv.FormatUint(n, 10)
			}
			if n, err := strconv.ParseUint(strings.TrimLeft(v, "0"), 10, 64); err == nil {
				list[i] = strconv.FormatUint(n, 10)
			}
		case record.Address:
			if a, err := netip.ParseAddr(v); err == nil {
				list[i] = a.String()
			}
		case record.MAC, record.Bytes:
			list[i] = strings.ReplaceAll(v, ":", "")
			if strings.HasPrefix(v, "<") {
				list[i] = ""
			}
		}
	}
	return list
}

// A fieldScore counts frames in which one field has a value.
type fieldScore struct {
	same, differs, missing, extra, otherStack int
	examples                                  []string
}

func (s *fieldScore) add(where string, agree bool, ours, theirs []string) {
	switch {
	case strings.Join(ours, "") == "" && strings.Join(theirs, "") == "":
		return // tshark's text does not tell an empty value from none
	case slices.Equal(ours, theirs):
		s.same++
		return
	case !agree:
		s.otherStack++
		return
	case len(ours) == 0:
		s.missing++
	case len(theirs) == 0:
		s.extra++
	default:
		s.differs++
	}
	if len(s.examples) < 5 {
		s.examples = append(s.examples, fmt.Sprintf("%s: ours %.100q theirs %.100q", where, ours, theirs))
	}
}

func report(t *testing.T, names []string, score []fieldScore, frames, sameStack int) {
	var same, total int
	for k, s := range score {
		same += s.same
		total += s.same + s.differs + s.missing + s.extra
		if bad := s.differs + s.missing + s.extra; bad > 0 {
			t.Logf("%-45s %7d same %5d differ %5d missing %5d extra %5d other stack\n\t%s",
				names[k], s.same, s.differs, s.missing, s.extra, s.otherStack, strings.Join(s.examples, "\n\t"))
		}
	}
	used := 0
	for k, s := range score {
		if s.same > 0 {
			used++
		} else {
			t.Logf("%s: never seen", names[k])
		}
	}
	t.Logf("%d frames, %d with tshark's stack; %d fields, %d seen; %d of %d agree (%.4f %%)",
		frames, sameStack, len(names), used, same, total, 100*float64(same)/float64(total))
	if same*1000 < total*999 {
		t.Errorf("fewer than 99.9 %% agree")
	}
}

// stackAgrees says whether tshark found the layers that the decoder found and,
// behind them, no others that the decoder knows.
func stackAgrees(ours, theirs string) bool {
	known := map[string]bool{}
	for p := range decoder.Protocols {
		known[p.String()] = true
	}
	var their []string
	for name := range strings.SplitSeq(theirs, ":") {
		if known[name] && name != "" {
			their = append(their, name)
		}
	}
	return strings.Join(their, ":") == ours
}

// merge returns one capture with the frames of all that mergecap reads.
func merge(t *testing.T, root string) string {
	var files []string
	one := filepath.Join(t.TempDir(), "one.pcapng")
	err := filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() && exec.Command("mergecap", "-a", "-w", one, path).Run() == nil {
			files = append(files, path)
		}
		return err
	})
	if err != nil || len(files) == 0 {
		t.Fatalf("no captures under %s: %v", root, err)
	}
	all := filepath.Join(t.TempDir(), "all.pcapng")
	if out, err := exec.Command("mergecap", append([]string{"-a", "-w", all}, files...)...).CombinedOutput(); err != nil {
		t.Fatalf("mergecap: %v: %s", err, out)
	}
	t.Logf("%d captures", len(files))
	return all
}

// ask runs tshark once and returns its answers, by frame number.
func ask(t *testing.T, path string, names []string) map[int]string {
	args := []string{"-n", "-r", path, "-T", "fields", "-E", "occurrence=a", "-E", "aggregator=\x1e",
		"-o", "ip.defragment:FALSE", "-o", "ipv6.defragment:FALSE", "-o", "tcp.desegment_tcp_streams:FALSE",
		"-o", "tcp.relative_sequence_numbers:FALSE", "-e", "frame.number", "-e", "frame.protocols"}
	for _, n := range names {
		args = append(args, "-e", n)
	}
	tshark := exec.Command("tshark", args...)
	out, err := tshark.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := tshark.Start(); err != nil {
		t.Fatal(err)
	}
	s := bufio.NewScanner(out)
	s.Buffer(nil, 16<<20)
	answers := map[int]string{}
	for s.Scan() {
		number, rest, _ := strings.Cut(s.Text(), "\t")
		if n, err := strconv.Atoi(number); err == nil {
			answers[n] = rest
		}
	}
	if err := errors.Join(s.Err(), tshark.Wait()); err != nil {
		t.Fatalf("tshark: %v", err)
	}
	return answers
}

type captured struct {
	frame frame.Frame
	data  []byte
}

// readMerged reads a pcapng file as mergecap writes it: one section of this
// machine's byte order, interfaces before their packets.
func readMerged(t *testing.T, path string) []captured {
	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	type iface struct {
		link frame.LinkType
		fcs  uint8
	}
	var (
		le         = binary.LittleEndian
		frames     []captured
		interfaces []iface
	)
	for b := file; len(b) >= 12; {
		n := le.Uint32(b[4:])
		body := b[8 : n-4]
		switch le.Uint32(b) {
		case 1: // interface description
			i := iface{link: frame.LinkType(le.Uint16(body))}
			for o := body[8:]; len(o) >= 4; {
				code, size := le.Uint16(o), int(le.Uint16(o[2:]))
				if code == 13 && size == 1 {
					i.fcs = o[4]
				}
				o = o[min(len(o), 4+(size+3)&^3):]
			}
			interfaces = append(interfaces, i)
		case 6: // enhanced packet
			i, size := le.Uint32(body), le.Uint32(body[12:])
			frames = append(frames, captured{
				frame: frame.Frame{Len: size, Wire: le.Uint32(body[16:]), Interface: i, Link: interfaces[i].link, FCS: interfaces[i].fcs},
				data:  body[20 : 20+size : 20+size],
			})
		case 2, 3, 4, 5, 10, 0x0a0d0d0a: // no frames, or none that mergecap writes
		default: // a record of another kind, which tshark numbers too
			frames = append(frames, captured{})
		}
		b = b[n:]
	}
	return frames
}

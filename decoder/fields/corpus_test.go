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
	"time"

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
	s, ours := score(t, merged), score(t, own(t))
	s.report(t)
	for k, name := range s.names {
		if s.fields[k].same+ours.fields[k].same == 0 && differently[name] == nil {
			t.Errorf("%s: no frame has it, the captures' or our own", name)
		}
	}
	if same, total := s.same(); same*1000 < total*999 {
		t.Errorf("fewer than 99.9 %% agree")
	}
}

// TestEveryFieldOfOurOwnFramesEqualsTshark does the same with the frames of
// the other tests, one by one.
func TestEveryFieldOfOurOwnFramesEqualsTshark(t *testing.T) {
	s := score(t, own(t))
	for k, name := range s.names {
		f := &s.fields[k]
		for _, example := range f.examples {
			if frame := frames[example.frame-1].name; !slices.Contains(differently[name], frame) {
				t.Errorf("%s: %s: %s", frame, name, example)
			}
		}
	}
}

// A scores is how the fields of a capture's frames compare with tshark's.
type scores struct {
	names             []string
	fields            []fieldScore
	frames, sameStack int
}

// score compares every field of every frame of a capture.
func score(t *testing.T, path string) *scores {
	t.Helper()
	names, place := columns()
	answers := ask(t, path, names)
	s := &scores{names: names, fields: make([]fieldScore, len(names))}
	d := decoder.New(decoder.Config{Layers: true})
	var (
		r   decoder.Result
		row record.Row
	)
	for i, c := range readMerged(t, path) {
		theirs := strings.Split(answers[i+1], "\t")
		if len(theirs) != 1+len(names) {
			t.Fatalf("tshark has %d answers for frame %d", len(theirs), i+1)
		}
		d.Reset(&r)
		d.Decode(&c.frame, c.data, 0, &r)
		p := &r.Packets[0]
		stack := ""
		if p.Stack < uint32(len(r.Stacks)) {
			stack = r.Stacks[p.Stack].Path
		}
		Append(&row, &c.frame, c.data, p, r.Of(p), &Context{Number: uint64(i + 1), Payload: true})
		if c.data == nil {
			continue
		}
		s.frames++
		agree := stackAgrees(stack, theirs[0])
		if agree {
			s.sameStack++
		}
		ours := collect(t, &row, place, len(names))
		hideAliases(names, theirs[1:])
		for k, name := range names {
			values := normalise(fieldOf[name].Type, theirs[k+1])
			s.fields[k].add(i+1, theirs[0], agree, ours[k], values)
		}
	}
	return s
}

// hideAliases takes out of tshark's values, which have the order of names, what
// it shows under a field's name and hides, and what it shows of headers that it then does not enter.
func hideAliases(names, values []string) {
	const separator = "\x1e"
	version6 := slices.Index(names, "ipv6.version")
	alias := strings.Split(values[version6], separator)
	for k, name := range names {
		switch name {
		case "ip.version": // every version of an IPv6 header stands here once more
			values[k] = strings.Join(slices.DeleteFunc(strings.Split(values[k], separator), func(v string) bool {
				i := slices.Index(alias, v)
				if i >= 0 {
					alias = slices.Delete(slices.Clone(alias), i, i+1)
				}
				return i >= 0
			}), separator)
		case "fddi.dst", "fddi.src", "tr.src": // the address once more, with its bits reversed or as it stands
			values[k], _, _ = strings.Cut(values[k], separator)
		}
	}
	values[version6] = strings.Join(slices.DeleteFunc(strings.Split(values[version6], separator), func(v string) bool {
		return v != "6" // what is not of version 6 is no layer, tshark's or ours
	}), separator)
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
		case record.Time:
			if at, err := time.Parse("Jan _2, 2006 15:04:05.000000000 MST", v); err == nil {
				list[i] = strconv.FormatInt(at.UnixNano(), 10)
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
	examples                                  []example
}

// An example is one frame in which a field differs.
type example struct {
	frame        int
	stack        string // tshark's
	ours, theirs []string
}

func (e example) String() string {
	return fmt.Sprintf("%d (%s): ours %.100q theirs %.100q", e.frame, e.stack, e.ours, e.theirs)
}

func (s *fieldScore) add(frame int, stack string, agree bool, ours, theirs []string) {
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
		s.examples = append(s.examples, example{frame, stack, ours, theirs})
	}
}

// same counts the values that agree, and all.
func (s *scores) same() (same, total int) {
	for _, f := range s.fields {
		same += f.same
		total += f.same + f.differs + f.missing + f.extra
	}
	return same, total
}

func (s *scores) report(t *testing.T) {
	t.Helper()
	used := 0
	for k, f := range s.fields {
		if f.differs+f.missing+f.extra > 0 {
			t.Logf("%-45s %7d same %5d differ %5d missing %5d extra %5d other stack",
				s.names[k], f.same, f.differs, f.missing, f.extra, f.otherStack)
			for _, e := range f.examples {
				t.Logf("\t%s", e)
			}
		}
		if f.same > 0 {
			used++
		}
	}
	same, total := s.same()
	t.Logf("%d frames, %d with tshark's stack; %d fields, %d seen; %d of %d agree (%.4f %%)",
		s.frames, s.sameStack, len(s.names), used, same, total, 100*float64(same)/float64(total))
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

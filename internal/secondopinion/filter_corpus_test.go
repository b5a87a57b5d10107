//go:build corpus

package secondopinion

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/pcappipe/pcappipe/capfile"
	"github.com/pcappipe/pcappipe/frame"
)

// A captured frame: where it is from, and its record.
type captured struct {
	capture string
	number  uint64
	data    []byte
	wire    int
}

// A kind of captures to tcpdump: what decides its verdict on a frame, but for
// the frame's own bytes and length.
type kind struct {
	link frame.LinkType
	big  bool // big-endian: the byte order of some link layers' headers
}

func (k kind) String() string {
	if k.big {
		return fmt.Sprintf("link type %d, big-endian", k.link)
	}
	return fmt.Sprintf("link type %d", k.link)
}

func (k kind) compare(l kind) int {
	if k.link == l.link && k.big != l.big {
		if k.big {
			return 1
		}
		return -1
	}
	return int(k.link) - int(l.link)
}

// maximum is the longest frame that tcpdump reads.
const maximum = 1 << 18

// A sorted capture has all frames of one kind.
type sorted struct {
	kind
	path   string
	first  uint64 // number of its first frame, where all sorted captures are read one after the other
	frames []captured
}

// tcpdump and pcappipe --filter let the same frames through. All frames of all
// captures go into one capture of each kind, where a frame's time is its place;
// then every expression is asked of every one.
func TestTcpdumpAgrees(t *testing.T) {
	list := expressions(t)
	tool, err := NewTool("tcpdump", list...)
	if err != nil {
		t.Fatal(err)
	}
	c := compare(t, "tcpdump", fmt.Sprintf("%s and %d expressions", tool.Name(), len(list)))
	all := c.sort(t.TempDir())
	passed, errs := onTwo(list, func(expression string) (map[uint64]bool, error) { return filtered(expression, all) })
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
	for _, s := range all {
		theirs, err := askAll(tool, s.path, list, len(s.frames))
		if err != nil {
			t.Fatal(err)
		}
		for i, v := range theirs {
			c.filter(s, list[i], v, passed[i])
		}
	}
	c.finish()
}

// filtered returns which frames of all sorted captures pcappipe lets through.
func filtered(expression string, all []sorted) (map[uint64]bool, error) {
	args := []string{"--emit", "frames", "--format", "csv", "--fields", "frame.number", "--filter=" + expression}
	for _, s := range all {
		args = append(args, s.path)
	}
	reply, err := ask(program, args)
	if err == nil && reply.Status != 0 {
		err = errors.New(reply.Stderr)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", expression, err)
	}
	passed := make(map[uint64]bool)
	_, rows, _ := strings.Cut(string(reply.Stdout), "\n") // the first is the column's name
	for line := range strings.Lines(rows) {
		n, err := strconv.ParseUint(strings.TrimSpace(line), 10, 64)
		if err != nil {
			return nil, err
		}
		passed[n] = true
	}
	return passed, nil
}

// filter compares the verdicts by one expression on the frames of one kind.
func (c comparison) filter(s sorted, expression string, theirs verdicts, ours map[uint64]bool) {
	if theirs.refused {
		c.Apart("verdicts on frames of link types for which tcpdump refuses the expression", len(s.frames))
		return
	}
	equal := 0
	for i := range s.frames {
		f, got := &s.frames[i], ours[s.first+uint64(i)]
		if got == theirs.pass(i) {
			equal++
			continue
		}
		where := fmt.Sprintf("frame %d %s", f.number, expression)
		c.Add(Difference{c.Source, s.String(), f.capture, where, fmt.Sprint(got), fmt.Sprint(!got)})
	}
	c.add(s.String(), Count{len(s.frames), equal})
}

// verdicts are tcpdump's on all frames of one kind, by one expression.
type verdicts struct {
	refused bool
	passed  []byte // a bit for each frame
}

func (v verdicts) pass(i int) bool { return v.passed[i/8]>>(i%8)&1 == 1 }

// askAll returns tcpdump's verdicts, by expression, now or of an earlier run.
func askAll(tool *Tool, path string, list []string, frames int) ([]verdicts, error) {
	key, err := tool.key(Capture{Path: path})
	if err != nil {
		return nil, err
	}
	all, size := make([]verdicts, len(list)), 1+(frames+7)/8
	if r, ok := tool.recall(key); ok && len(r.Stdout) == len(list)*size {
		for i := range all {
			b := r.Stdout[i*size : (i+1)*size]
			all[i] = verdicts{b[0] == 1, b[1:]}
		}
		return all, nil
	}
	all, errs := onTwo(list, func(expression string) (v verdicts, err error) {
		err = v.ask(tool, path, expression, frames)
		return v, err
	})
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	var kept []byte
	for _, v := range all {
		kept = append(kept, 0)
		if v.refused {
			kept[len(kept)-1] = 1
		}
		kept = append(kept, v.passed...)
	}
	return all, tool.keep(key, Reply{Stdout: kept})
}

// ask asks which frames pass. An expression that nothing can pass tcpdump
// refuses too, which is a verdict on every frame.
func (v *verdicts) ask(tool *Tool, path, expression string, frames int) error {
	v.passed = make([]byte, (frames+7)/8)
	var complaint bytes.Buffer
	cmd := exec.Command(tool.path, "-r", path, "-w", "-", "--", expression)
	cmd.Stderr = &complaint
	out, err := cmd.Output()
	if _, ended := errors.AsType[*exec.ExitError](err); ended {
		v.refused = !strings.Contains(complaint.String(), "rejects all packets")
		return nil
	}
	for at := 24; at+16 <= len(out); at += 16 + int(binary.LittleEndian.Uint32(out[at+8:])) {
		i := binary.LittleEndian.Uint32(out[at:])
		v.passed[i/8] |= 1 << (i % 8)
	}
	return err
}

// sort writes all frames of all captures into one capture of each kind.
func (c comparison) sort(dir string) (list []sorted) {
	byKind := make(map[kind][]captured)
	for _, capture := range captures {
		big, err := bigEndian(capture.Path)
		if err != nil {
			c.t.Fatal(err)
		}
		for f, err := range capfile.Frames(capture.Path) {
			switch {
			case err != nil: // damage is for capinfos to say
			case len(f.Data) > maximum:
				c.Apart("frames longer than tcpdump reads", 1)
			default:
				k := kind{f.Link, big}
				byKind[k] = append(byKind[k], captured{capture.Name, f.Number, bytes.Clone(f.Data), max(int(f.Wire), len(f.Data))})
				c.captures[capture.Name] = true
			}
		}
	}
	first := uint64(1)
	for _, k := range slices.SortedFunc(maps.Keys(byKind), kind.compare) {
		s := sorted{k, filepath.Join(dir, k.String()), first, byKind[k]}
		if err := os.WriteFile(s.path, writeCapture(k, s.frames), 0o600); err != nil {
			c.t.Fatal(err)
		}
		list = append(list, s)
		first += uint64(len(s.frames))
	}
	return list
}

// writeCapture makes a classic capture.
func writeCapture(k kind, frames []captured) []byte {
	var order binary.AppendByteOrder = binary.LittleEndian
	if k.big {
		order = binary.BigEndian
	}
	b := order.AppendUint32(nil, 0xa1b2c3d4)
	b = order.AppendUint16(order.AppendUint16(b, 2), 4)
	b = append(b, make([]byte, 8)...)
	b = order.AppendUint32(order.AppendUint32(b, maximum), uint32(k.link))
	for i := range frames {
		f := &frames[i]
		for _, v := range []int{i, 0, len(f.data), f.wire} {
			b = order.AppendUint32(b, uint32(v))
		}
		b = append(b, f.data...)
	}
	return b
}

// expressions are those that the filter's own tests have.
func expressions(t *testing.T) (list []string) {
	t.Helper()
	text, err := os.ReadFile("../../decoder/filter/testdata/expressions.txt")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		if line = strings.TrimSpace(line); line != "" && line[0] != '#' {
			list = append(list, line)
		}
	}
	return list
}

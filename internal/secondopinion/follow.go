package secondopinion

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/netip"
	"regexp"
	"strconv"
	"strings"
)

// A Reassembly is what a program puts together of a capture.
type Reassembly struct {
	Frames    uint64     `json:"frames,omitempty"` // that it read
	Streams   []Duplex   `json:"streams,omitempty"`
	Datagrams []Datagram `json:"datagrams,omitempty"`
}

// followed is how many streams tshark is asked for in one run: it keeps the bytes
// of all of them in memory, and looks at each frame once for each.
const followed = 64

// reassemblyColumns are what tshark is asked for of each frame, in the order in
// which TsharkReassembly reads them.
var reassemblyColumns = append(append([]string{"frame.time_epoch", "frame.interface_id", "tcp.stream"},
	datagramColumns("ip")...), datagramColumns("ipv6")...)

// The places of reassemblyColumns.
const (
	followTime = iota
	followInterface
	followStream
	followIP
)

// reassemblyForm names what TsharkReassembly makes of tshark's output.
const reassemblyForm = "reassembly 1"

// FollowArgs are tshark's arguments for the streams from first on, followed by
// the capture. The first run is also asked for what each frame has.
func FollowArgs(first uint64) []string {
	args := []string{"-n", "-o", "tcp.reassemble_out_of_order:TRUE"}
	if first == 0 {
		args = append(args, "-T", "fields", "-E", "separator=/t", "-E", "occurrence=a", "-E", "aggregator=,")
		for _, name := range reassemblyColumns {
			args = append(args, "-e", name)
		}
	} else {
		args = append(args, "-q")
	}
	for i := range uint64(followed) {
		args = append(args, "-z", fmt.Sprintf("follow,tcp,raw,%d", first+i))
	}
	return append(args, "-r")
}

// AskReassembly returns what tshark puts together of a capture.
func AskReassembly(tool *Tool, c Capture) (all Reassembly, reply Reply, err error) {
	for first := uint64(0); ; first += followed {
		part, err := tool.With(reassemblyForm, TsharkReassembly, FollowArgs(first)...).Ask(c)
		if err != nil {
			return all, part, err
		}
		if first == 0 {
			reply = part
		}
		var r Reassembly
		if err := json.Unmarshal(part.Stdout, &r); err != nil {
			return all, reply, fmt.Errorf("%w: %.80q", err, part.Stdout)
		}
		if first == 0 {
			all = r
		} else if err := all.fill(first, r.Streams); err != nil {
			return all, reply, err
		}
		if uint64(len(all.Streams)) <= first+followed {
			return all, reply, nil
		}
	}
}

// fill puts in what a later run says of streams that the first one counted.
func (r *Reassembly) fill(first uint64, streams []Duplex) error {
	for _, s := range streams {
		if s.Number < first || s.Number >= uint64(len(r.Streams)) {
			continue // of no frame
		}
		s.First = r.Streams[s.Number].First
		r.Streams[s.Number] = s
	}
	return nil
}

// followBegins is the line that each followed stream begins and ends with.
var followBegins = []byte("\n" + strings.Repeat("=", 67) + "\n")

// TsharkReassembly digests what tshark writes: the datagrams that each frame
// completed, and the streams, each at its number. It is kept, not the bytes.
func TsharkReassembly(out []byte) ([]byte, error) {
	var r Reassembly
	frames, sections := out, []byte(nil)
	if i := bytes.Index(append([]byte("\n"), out...), followBegins); i >= 0 {
		frames, sections = out[:max(i-1, 0)], out[i:]
	}
	if err := r.frames(frames); err != nil {
		return nil, err
	}
	for section := range bytes.SplitSeq(sections, []byte("Follow: tcp,raw\n")) {
		if err := r.section(section); err != nil {
			return nil, err
		}
	}
	return json.Marshal(r)
}

// frames reads a line for each frame; frames that hold no packet are left out
// and not counted, as in TsharkFrames.
func (r *Reassembly) frames(lines []byte) error {
	c := counter{}
	for line := range bytes.Lines(lines) {
		line = bytes.TrimSuffix(line, []byte("\n"))
		if len(line) == 0 {
			continue // before the first section
		}
		values := strings.Split(string(line), "\t")
		if len(values) != len(reassemblyColumns) {
			return fmt.Errorf("%d columns, not %d: %.80q", len(values), len(reassemblyColumns), line)
		}
		c.theirs++
		if values[followTime] == "" && values[followInterface] == "" {
			c.empty = append(c.empty, c.theirs)
			continue
		}
		r.Frames++
		if err := r.frame(&c, values); err != nil {
			return fmt.Errorf("frame %d: %w", c.theirs, err)
		}
	}
	return nil
}

// A counter tells frames that hold packets from tshark's numbers.
type counter struct {
	theirs uint64
	empty  []uint64 // tshark's numbers of those that hold none
}

// ours is the number of a frame among those that hold packets.
func (c *counter) ours(theirs uint64) uint64 {
	n := theirs
	for _, e := range c.empty {
		if e < theirs {
			n--
		}
	}
	return n
}

func (r *Reassembly) frame(c *counter, values []string) error {
	number := c.ours(c.theirs)
	for s := range strings.SplitSeq(values[followStream], ",") {
		if s == "" {
			continue
		}
		n, err := strconv.ParseUint(s, 10, 32)
		if err != nil {
			return err
		}
		for uint64(len(r.Streams)) <= n { // tshark counts them as they come
			r.Streams = append(r.Streams, Duplex{Number: uint64(len(r.Streams)), First: number})
		}
	}
	for i, version := range []int{4, 6} {
		at := followIP + i*numDatagramColumns
		list, err := tsharkDatagrams(version, number, c, values[at:at+numDatagramColumns])
		if err != nil {
			return err
		}
		r.Datagrams = append(r.Datagrams, list...)
	}
	return nil
}

// section reads one followed stream: two nodes, then lines of bytes in hex, the
// second node's behind a tab.
func (r *Reassembly) section(text []byte) error {
	rest, is := bytes.CutPrefix(text, []byte("Filter: tcp.stream eq "))
	if !is {
		return nil // before the first
	}
	var head [3]string
	for i := range head {
		var line []byte
		line, rest, _ = bytes.Cut(rest, []byte("\n"))
		head[i] = string(line)
	}
	number, err := strconv.ParseUint(head[0], 10, 32)
	if err != nil {
		return err
	}
	d := Duplex{Number: number}
	for i := range d.Ends {
		end := strings.TrimPrefix(head[i+1], fmt.Sprintf("Node %d: ", i))
		if end == ":0" {
			continue // of no segment
		}
		if d.Ends[i], err = netip.ParseAddrPort(end); err != nil {
			return err
		}
	}
	if d.Sides, err = sides(rest); err != nil {
		return fmt.Errorf("stream %d: %w", number, err)
	}
	if r.Streams != nil && number < uint64(len(r.Streams)) {
		d.First = r.Streams[number].First
		r.Streams[number] = d
	} else if d.Ends[0].IsValid() {
		r.Streams = append(r.Streams, d)
	}
	return nil
}

// missing is the text that tshark puts where bytes are missing, as if it had
// been sent, a zero byte behind it.
var missing = regexp.MustCompile(`^\[(\d+) bytes missing in capture file\]\x00$`)

func sides(lines []byte) (list [2]Side, err error) {
	writers := [2]*sideWriter{newSideWriter(), newSideWriter()}
	for line := range bytes.Lines(lines) {
		line = bytes.TrimSuffix(line, []byte("\n"))
		if len(line) == 0 || line[0] == '=' {
			break
		}
		line, second := bytes.CutPrefix(line, []byte("\t"))
		w := writers[0]
		if second {
			w = writers[1]
		}
		chunk := make([]byte, hex.DecodedLen(len(line)))
		if _, err := hex.Decode(chunk, line); err != nil {
			return list, err
		}
		if m := missing.FindSubmatch(chunk); m != nil {
			n, err := strconv.ParseUint(string(m[1]), 10, 64)
			if err != nil {
				return list, err
			}
			w.Gap(n)
			continue
		}
		w.Write(chunk)
	}
	for i := range list {
		list[i] = writers[i].Done()
	}
	return list, nil
}

package secondopinion

import (
	"bytes"
	"fmt"
	"iter"
	"slices"
	"strconv"
	"strings"

	"github.com/pcappipe/pcappipe/decoder/fields"
	"github.com/pcappipe/pcappipe/record"
)

// A Column is one field that pcappipe and tshark are both asked for.
type Column struct {
	Name string // tshark's
	Ours string // pcappipe's, where it has another
	Type record.Type
}

// Columns are every field of a frame record that Wireshark has a name for, and
// the stack.
var Columns = columns()

func columns() []Column {
	list := []Column{{Name: "frame.protocols", Ours: "pcappipe.protocols", Type: record.Text}}
	for _, layer := range fields.Schema.Layers {
		if layer.Key == "fault" || layer.Key == "pcappipe" {
			continue
		}
		for i := range layer.Fields {
			f := &layer.Fields[i]
			list = append(list, Column{Name: f.Name, Ours: f.Name, Type: f.Type})
		}
	}
	return list
}

// column returns a column's place.
func column(name string) int {
	return slices.IndexFunc(Columns, func(c Column) bool { return c.Name == name })
}

// Columns that are looked at by themselves.
var (
	stackColumn     = column("frame.protocols")
	numberColumn    = column("frame.number")
	timeColumn      = column("frame.time_epoch")
	interfaceColumn = column("frame.interface_id")
	ipVersionColumn = column("ip.version")
	communityColumn = len(Columns) // tshark's last
)

// conversationTables are tshark's tables of conversations that are asked for.
var conversationTables = []string{"tcp", "udp", "sctp", "ip", "ipv6"}

// TsharkArgs are tshark's arguments, but for the capture: each frame is to be
// judged by its own bytes, so that what joins frames is off; but for IP
// fragments where flows are looked at. One run is asked for everything, since
// starting tshark is what takes the time.
func TsharkArgs(defragment bool) []string {
	is := strings.ToUpper(strconv.FormatBool(defragment))
	args := []string{
		"-n", "-T", "fields", "-E", "separator=/t", "-E", "occurrence=a", "-E", "aggregator=,",
		"-o", "ip.defragment:" + is, "-o", "ipv6.defragment:" + is,
		"-o", "tcp.desegment_tcp_streams:FALSE", "-o", "tcp.analyze_sequence_numbers:FALSE",
		"--enable-protocol", "communityid",
	}
	for i := range Columns {
		args = append(args, "-e", Columns[i].Name)
	}
	args = append(args, "-e", "communityid")
	for _, table := range conversationTables {
		args = append(args, "-z", "conv,"+table)
	}
	return append(args, "-r")
}

// tablesBegin is the line that every table of conversations begins and ends with.
var tablesBegin = []byte(strings.Repeat("=", 80) + "\n")

// CutTshark parts what tshark writes: a line for every frame, then the tables
// of conversations.
func CutTshark(out []byte) (frames, tables []byte) {
	if bytes.HasPrefix(out, tablesBegin) {
		return nil, out
	}
	if i := bytes.Index(out, append([]byte("\n"), tablesBegin...)); i >= 0 {
		return out[:i+1], out[i+1:]
	}
	return out, nil
}

// TsharkFrames reads what tshark says of each frame: a value for each of
// Columns, and the Community ID. The slice is used again for the next frame.
//
// tshark also makes frames of pcapng blocks that hold no packet (custom
// blocks): those are left out, and the frames after them counted as if they
// were not there.
func TsharkFrames(out []byte) iter.Seq2[[]string, error] {
	return func(yield func([]string, error) bool) {
		values := make([]string, 0, len(Columns)+1)
		n := 0
		for line := range bytes.Lines(out) {
			values = appendColumns(values[:0], string(bytes.TrimSuffix(line, []byte("\n"))))
			if len(values) != len(Columns)+1 {
				yield(nil, fmt.Errorf("frame %d has %d columns, not %d: %.80q", n+1, len(values), len(Columns)+1, line))
				return
			}
			if !isPacket(values) {
				continue
			}
			n++
			values[numberColumn] = strconv.Itoa(n)
			if !yield(values, nil) {
				return
			}
		}
	}
}

// appendColumns cuts a line at its tabs.
func appendColumns(values []string, line string) []string {
	for {
		value, rest, more := strings.Cut(line, "\t")
		values = append(values, value)
		if !more {
			return values
		}
		line = rest
	}
}

// isPacket says whether tshark's frame is of a packet: it has a time (any but
// pcapng's simple packets), or an interface (all of pcapng).
func isPacket(values []string) bool {
	return values[timeColumn] != "" || values[interfaceColumn] != ""
}

package secondopinion

import (
	"fmt"
	"strconv"
	"strings"
)

// TsharkFields are the columns that tshark is asked for.
var TsharkFields = []string{
	"frame.number", "frame.protocols", "ip.src", "ip.dst", "ipv6.src", "ipv6.dst",
	"tcp.srcport", "tcp.dstport", "udp.srcport", "udp.dstport", "sctp.srcport", "sctp.dstport",
	"frame.len", "frame.cap_len", "frame.time_epoch", "frame.interface_id",
}

// TsharkArgs are tshark's arguments, but for the capture: each frame is to be
// judged by its own bytes, so that what joins frames is off.
func TsharkArgs() []string {
	args := []string{
		"-n", "-T", "fields", "-E", "separator=/t", "-E", "occurrence=a", "-E", "aggregator=,",
		"-o", "ip.defragment:FALSE", "-o", "ipv6.defragment:FALSE",
		"-o", "tcp.desegment_tcp_streams:FALSE", "-o", "tcp.analyze_sequence_numbers:FALSE",
	}
	for _, f := range TsharkFields {
		args = append(args, "-e", f)
	}
	return append(args, "-r")
}

// A TsharkFrame is what tshark says of one frame: its columns by name.
type TsharkFrame map[string]string

// ParseTshark reads tshark's columns. tshark also makes frames of pcapng blocks
// that hold no packet (custom blocks): those are left out, and the frames after
// them counted as if they were not there.
func ParseTshark(out []byte) ([]TsharkFrame, error) {
	var frames []TsharkFrame
	for line := range strings.Lines(string(out)) {
		columns := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if len(columns) != len(TsharkFields) {
			return frames, fmt.Errorf("frame %d has %d columns, not %d: %q", len(frames)+1, len(columns), len(TsharkFields), line)
		}
		f := make(TsharkFrame, len(columns))
		for i, c := range columns {
			f[TsharkFields[i]] = c
		}
		if f.packet() {
			f["frame.number"] = strconv.Itoa(len(frames) + 1)
			frames = append(frames, f)
		}
	}
	return frames, nil
}

// packet says whether f is of a packet: it has a time (any but pcapng's simple
// packets), or an interface (all of pcapng).
func (f TsharkFrame) packet() bool {
	return f["frame.time_epoch"] != "" || f["frame.interface_id"] != ""
}

package secondopinion

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"os/exec"
	"slices"
	"strings"
)

// A Run is what pcappipe says of a capture: its records and how it ended.
type Run struct {
	Frames    []Frame
	Flows     []Flow // by number
	Datagrams []datagramRecord
	Status    int
	Log       []Report
}

// Exit statuses that tell of the input.
const (
	unopened = 1
	damaged  = 2
)

// A Report is a line of the log. One of damage in a file says where: it has an offset.
type Report struct {
	Message string
	Error   string
	Offset  *int64
	Frame   uint64
	Field   string
}

// Damage returns where the run found its file damaged, nil when it did not. The
// status, the one report and the number of frames must tell the same story.
func (r *Run) Damage() (*Report, error) {
	var damage *Report
	for i := range r.Log {
		if r.Log[i].Offset == nil {
			continue
		}
		if damage != nil {
			return nil, fmt.Errorf("one file is damaged twice: %+v", r.Log)
		}
		damage = &r.Log[i]
	}
	if is := r.Status == damaged; is != (damage != nil) {
		return nil, fmt.Errorf("exit status %d, and %+v", r.Status, r.Log)
	}
	if damage != nil && damage.Frame != uint64(len(r.Frames))+1 {
		return nil, fmt.Errorf("damage at frame %d after %d frames", damage.Frame, len(r.Frames))
	}
	return damage, nil
}

// A Frame is what is compared of a frame record.
type Frame struct {
	Number    uint64
	Len       uint64
	CapLen    uint64
	Time      string // as written; empty when the frame has none
	Interface string
	Protocols string
	Flows     []uint64 // outer to inner
	Packets   []Packet // outer to inner
}

// A Packet is one packet of a frame: the frame's own, or one inside another.
type Packet struct {
	Eth            *addresses
	IP, IPv6       *addresses
	TCP, UDP, SCTP *ports
}

type addresses struct {
	Src, Dst string
}

type ports struct {
	Src *uint64 `json:"srcport"`
	Dst *uint64 `json:"dstport"`
}

// A Flow is what is compared of a flow record.
type Flow struct {
	Number      uint64      `json:"flow"`
	Start       json.Number `json:"ts"`
	Orig        string      `json:"id.orig_h"`
	OrigPort    uint64      `json:"id.orig_p"`
	Resp        string      `json:"id.resp_h"`
	RespPort    uint64      `json:"id.resp_p"`
	Proto       string      `json:"proto"`
	IPProto     uint8       `json:"ip_proto"`
	Duration    json.Number `json:"duration"`
	Service     string      `json:"service"`
	ConnState   string      `json:"conn_state"`
	History     string      `json:"history"`
	OrigBytes   *uint64     `json:"orig_bytes"`
	RespBytes   *uint64     `json:"resp_bytes"`
	OrigPkts    uint64      `json:"orig_pkts"`
	RespPkts    uint64      `json:"resp_pkts"`
	OrigIPBytes uint64      `json:"orig_ip_bytes"`
	RespIPBytes uint64      `json:"resp_ip_bytes"`
	VLAN        *uint64     `json:"vlan"`
	CommunityID string      `json:"community_id"`
	FirstFrame  uint64      `json:"first_frame"`
	LastFrame   uint64      `json:"last_frame"`
	OrigFlags   uint64      `json:"orig_flags"`
	RespFlags   uint64      `json:"resp_flags"`
	MissedBytes *uint64     `json:"missed_bytes"` // with --tcp
}

// Ends returns the flow's two ends; ICMP's ports are Zeek's type and counterpart.
func (f *Flow) Ends() (orig, resp netip.AddrPort, err error) {
	a, err := netip.ParseAddr(f.Orig)
	if err != nil {
		return orig, resp, err
	}
	b, err := netip.ParseAddr(f.Resp)
	return netip.AddrPortFrom(a, uint16(f.OrigPort)), netip.AddrPortFrom(b, uint16(f.RespPort)), err
}

// RunPcappipe runs the program over one capture and reads its frame, flow
// and datagram records; options are further ones.
func RunPcappipe(program string, c Capture, options ...string) (*Run, error) {
	reply, err := ask(program, append([]string{"--emit", "frames,flows,datagrams", "--format", "jsonl", c.Path}, options...))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", c.Name, err)
	}
	r := &Run{Status: reply.Status}
	if err := errors.Join(r.readLog(strings.NewReader(reply.Stderr)), r.read(bytes.NewReader(reply.Stdout))); err != nil {
		return nil, fmt.Errorf("%s: %w", c.Name, err)
	}
	slices.SortFunc(r.Flows, func(a, b Flow) int { return cmp.Compare(a.Number, b.Number) })
	return r, nil
}

// flow finds a flow record by its number.
func (r *Run) flow(number uint64) *Flow {
	i, found := slices.BinarySearchFunc(r.Flows, number, func(f Flow, n uint64) int { return cmp.Compare(f.Number, n) })
	if !found {
		return nil
	}
	return &r.Flows[i]
}

// frame finds a frame record by its number.
func (r *Run) frame(number uint64) *Frame {
	i, found := slices.BinarySearchFunc(r.Frames, number, func(f Frame, n uint64) int { return cmp.Compare(f.Number, n) })
	if !found {
		return nil
	}
	return &r.Frames[i]
}

// ask runs the program, quietly; its log is JSON.
func ask(program string, args []string) (Reply, error) {
	var stdout, stderr bytes.Buffer
	cmd := exec.Command(program, append([]string{"--quiet", "--log-format", "json"}, args...)...)
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	if _, ended := errors.AsType[*exec.ExitError](err); err != nil && !ended {
		return Reply{}, err
	}
	r := Reply{Stdout: stdout.Bytes(), Stderr: stderr.String(), Status: cmd.ProcessState.ExitCode()}
	if r.Status > damaged || r.Status < 0 {
		return r, fmt.Errorf("%s: %s", cmd.ProcessState, &stderr)
	}
	return r, nil
}

// OurColumns runs the program over one capture and returns its frame records as
// csv that has Columns.
func OurColumns(program string, c Capture) ([]byte, error) {
	names := make([]string, len(Columns))
	for i := range Columns {
		names[i] = Columns[i].Ours
	}
	reply, err := ask(program, []string{"--emit", "frames", "--format", "csv", "--payload", "--fields", strings.Join(names, ","), c.Path})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", c.Name, err)
	}
	return reply.Stdout, nil
}

// readLog reads what went to standard error: nothing but the log's lines.
func (r *Run) readLog(in io.Reader) error {
	lines := bufio.NewScanner(in)
	for lines.Scan() {
		var report Report
		if err := json.Unmarshal(lines.Bytes(), &report); err != nil {
			return fmt.Errorf("standard error has %q", lines.Text())
		}
		r.Log = append(r.Log, report)
	}
	return lines.Err()
}

// read reads records, one on each line.
func (r *Run) read(in io.Reader) error {
	lines := bufio.NewReader(in)
	for {
		line, err := lines.ReadBytes('\n')
		if err == io.EOF && len(line) == 0 {
			return nil
		}
		if err != nil {
			return fmt.Errorf("the last line is not whole: %w", err)
		}
		if err := r.record(line); err != nil {
			return fmt.Errorf("%w: %.200s", err, line)
		}
	}
}

func (r *Run) record(line []byte) error {
	var kind struct{ Record string }
	if err := json.Unmarshal(line, &kind); err != nil {
		return err
	}
	switch kind.Record {
	case "frame":
		f, err := readFrame(line)
		r.Frames = append(r.Frames, f)
		return err
	case "flow":
		var f Flow
		err := json.Unmarshal(line, &f)
		r.Flows = append(r.Flows, f)
		return err
	case "datagram":
		return appendRecord(&r.Datagrams, line)
	}
	return fmt.Errorf("a record of kind %q", kind.Record)
}

// A frameRecord is a frame record's outer shape.
type frameRecord struct {
	Frame struct {
		Number    uint64
		Time      json.Number `json:"time_epoch"`
		Len       uint64
		CapLen    uint64      `json:"cap_len"`
		Interface json.Number `json:"interface_id"`
	}
	Pcappipe struct {
		Protocols string
		Flow      []uint64
	}
	nest
}

// A nest is a packet and the one inside it.
type nest struct {
	Packet
	Inner *nest
}

func readFrame(line []byte) (Frame, error) {
	var f frameRecord
	if err := json.Unmarshal(line, &f); err != nil {
		return Frame{}, err
	}
	r := Frame{
		Number: f.Frame.Number, Len: f.Frame.Len, CapLen: f.Frame.CapLen,
		Time: f.Frame.Time.String(), Interface: f.Frame.Interface.String(),
		Protocols: f.Pcappipe.Protocols, Flows: f.Pcappipe.Flow,
	}
	for n := &f.nest; n != nil; n = n.Inner {
		r.Packets = append(r.Packets, n.Packet)
	}
	return r, nil
}

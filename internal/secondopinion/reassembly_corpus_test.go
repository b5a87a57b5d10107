//go:build corpus

package secondopinion

import (
	"fmt"
	"testing"
)

// tshark puts the same IP datagrams together, and follows TCP connections to the
// same bytes.
func TestTsharkReassembles(t *testing.T) {
	tool, err := NewTool("tshark")
	if err != nil {
		t.Fatal(err)
	}
	datagrams, streams := compare(t, "tshark datagrams", tool.Name()), compare(t, "tshark streams", tool.Name())
	results, errs := onTwo(captures, func(c Capture) (sheets [2]*Sheet, err error) {
		sheets = [2]*Sheet{NewSheet(datagrams.Source, c), NewSheet(streams.Source, c)}
		return sheets, reassemble(tool, c, sheets[0], sheets[1])
	})
	for i, capture := range captures {
		if errs[i] != nil {
			t.Errorf("%s: %v", capture.Name, errs[i])
			continue
		}
		datagrams.Take(results[i][0])
		streams.Take(results[i][1])
	}
	datagrams.finish()
	streams.finish()
}

// likeTshark are options for a connection to be what it is to tshark: no silence
// ends it, and VLANs do not count.
var likeTshark = []string{"--idle-tcp", "876000h", "--vlan-scope=off"}

// reassemble asks both programs what they put together of one capture.
func reassemble(tool *Tool, c Capture, datagrams, streams *Sheet) error {
	theirs, reply, err := AskReassembly(tool, c)
	if err != nil {
		return err
	}
	if err := checkTshark(reply); err != nil {
		return err
	}
	if theirs.Frames == 0 {
		streams.Apart("captures of which tshark reads no frame", 1)
		return nil
	}
	run, err := RunReassembly(program, c, "flows,datagrams,streams", likeTshark...)
	if err != nil {
		return err
	}
	mine, err := run.Reassembly()
	if err != nil {
		return err
	}
	datagrams.CompareDatagrams(mine.Datagrams, theirs.Datagrams)
	datagrams.Apart("datagrams that pcappipe could not complete, of which tshark says nothing", len(run.Datagrams)-len(mine.Datagrams))
	marks := marked{capture: c}
	streams.CompareStreams(mine.Streams, theirs.Streams, marks.of)
	return marks.err
}

// marked has the bytes of a capture's streams, which a second run is asked for
// where they differ from tshark's.
type marked struct {
	capture Capture
	run     *Reassembled
	sides   map[uint64][2][]byte
	err     error
}

// of returns a flow's two sides, the lower end's first.
func (m *marked) of(flow uint64) (list [2]Side) {
	if m.run == nil && m.err == nil {
		if m.run, m.err = RunReassembly(program, m.capture, "flows,turns", likeTshark...); m.err == nil {
			m.sides, m.err = m.run.Sides()
		}
	}
	if m.err != nil {
		return list
	}
	f := m.run.flow(flow)
	if f == nil {
		m.err = fmt.Errorf("no flow %d in a second run", flow)
		return list
	}
	for i, b := range m.sides[flow] {
		w := newSideWriter()
		w.Write(b)
		list[i] = w.Done()
	}
	if orig, resp, err := f.Ends(); err == nil && orig.Compare(resp) > 0 {
		list[0], list[1] = list[1], list[0]
	}
	return list
}

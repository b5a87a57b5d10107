//go:build corpus

package secondopinion

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/pcappipe/pcappipe/capfile"
	"github.com/pcappipe/pcappipe/frame"
	"github.com/pcappipe/pcappipe/internal/capture"
)

// What PcapPlusPlus's tests expect of reassembly comes of the same captures,
// changed as those tests change them.
func TestPcapPlusPlusReassembles(t *testing.T) {
	c := compare(t, "pcapplusplus", "PcapPlusPlus's own expected files")
	dir := t.TempDir()
	for _, list := range []struct {
		cases   []plusCase
		compare func(*Sheet, plusCase, *Reassembled) error
	}{{plusStreams, (*Sheet).plusStreams}, {plusDatagrams, (*Sheet).plusDatagrams}} {
		for _, one := range list.cases {
			from := findCapture(t, one.capture)
			s := NewSheet(c.Source, from)
			run, err := one.run(from, filepath.Join(dir, "changed.pcap"))
			if err == nil {
				err = list.compare(s, one, run)
			}
			if err != nil {
				t.Errorf("%s: %v", one.name, err)
			}
			c.Take(s)
		}
	}
	c.plusExamples()
	c.finish()
}

func findCapture(t *testing.T, name string) Capture {
	t.Helper()
	i := slices.IndexFunc(captures, func(c Capture) bool { return c.Name == name })
	if i < 0 {
		t.Fatalf("the corpus has no %s", name)
	}
	return captures[i]
}

// run changes a capture and puts together what is in it then.
func (p *plusCase) run(from Capture, changed string) (*Reassembled, error) {
	if p.change != nil {
		frames, link, err := plusFrames(from.Path)
		if err != nil {
			return nil, err
		}
		var list []captured
		for _, f := range p.change(frames) {
			list = append(list, captured{data: f.Data, wire: len(f.Data)})
		}
		if err := os.WriteFile(changed, writeCapture(kind{link: link}, list), 0o666); err != nil {
			return nil, err
		}
		from.Path = changed
	}
	return RunReassembly(program, from, "flows,datagrams,streams,turns")
}

// plusFrames returns the frames of a capture, and their link type.
func plusFrames(path string) (list []capture.Frame, link frame.LinkType, err error) {
	for f, err := range capfile.Frames(path) {
		if err != nil {
			return nil, 0, err
		}
		list, link = append(list, capture.Frame{Nanos: f.Nanos, Data: bytes.Clone(f.Data)}), f.Link
	}
	return list, link, nil
}

// readExpected reads a file that PcapPlusPlus expects.
func readExpected(name string) ([]byte, error) {
	i := slices.IndexFunc(others, func(c Capture) bool { return c.Name == name })
	if i < 0 {
		return nil, fmt.Errorf("the corpus has no %s", name)
	}
	return os.ReadFile(others[i].Path)
}

func (s *Sheet) plusStreams(one plusCase, run *Reassembled) error {
	list, err := run.whole()
	if err != nil {
		return err
	}
	for _, name := range one.expected {
		text, err := readExpected(plusFolder + name)
		if err != nil {
			return err
		}
		s.CompareFile(one.name+" "+name, text, list)
	}
	return nil
}

func (s *Sheet) plusDatagrams(one plusCase, run *Reassembled) error {
	for _, name := range one.expected {
		text, err := readExpected(plusFolder + name)
		if err == nil {
			err = s.ComparePacket(one.name+" "+name, text, run.Datagrams)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// plusExamples compares what PcapPlusPlus's examples write.
func (c comparison) plusExamples() {
	for _, f := range plusFolders {
		from := findCapture(c.t, plusExamples+f.from)
		s := NewSheet(c.Source, from)
		if err := s.plusFolder(from, f.to); err != nil {
			c.t.Errorf("%s: %v", f.to, err)
		}
		c.Take(s)
	}
	for _, f := range plusCaptures {
		from := findCapture(c.t, plusExamples+f.from)
		s := NewSheet(c.Source, from)
		before, _, errBefore := plusFrames(from.Path)
		after, _, errAfter := plusFrames(findCapture(c.t, plusExpected+f.to).Path)
		run, err := RunReassembly(program, from, "datagrams")
		if err = errors.Join(err, errBefore, errAfter); err == nil {
			err = s.CompareDefragmented(f.to, before, after, run.Datagrams, f.all)
		}
		if err != nil {
			c.t.Errorf("%s: %v", f.to, err)
		}
		c.Take(s)
	}
}

// plusFolder compares all files that an example has written of a capture.
func (s *Sheet) plusFolder(from Capture, folder string) error {
	run, err := RunReassembly(program, from, "flows,streams,turns")
	if err != nil {
		return err
	}
	list, err := run.whole()
	if err != nil {
		return err
	}
	for _, other := range others {
		if is, _ := filepath.Match(plusExpected+folder+"/*[0-9].txt", other.Name); !is {
			continue // the pattern is a valid one
		}
		text, err := os.ReadFile(other.Path)
		if err != nil {
			return err
		}
		s.CompareFile(folder+" "+filepath.Base(other.Name), text, list)
	}
	return nil
}

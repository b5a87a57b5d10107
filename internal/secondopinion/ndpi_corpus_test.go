//go:build corpus

package secondopinion

import (
	"fmt"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// A census is the conversations of one capture, by three counts.
type census struct{ theirs, frames, flows Volumes }

const ndpiFolder = "nDPI/tests/cfgs/default/"

// takeCensus counts a capture's conversations.
func takeCensus(capture Capture) (s census, err error) {
	folder := filepath.Dir(filepath.Dir(capture.Path))
	list, err := os.ReadFile(filepath.Join(folder, "result", path.Base(capture.Name)+".out"))
	if err != nil {
		return s, err
	}
	flows, err := ParseNDPI(list)
	if err != nil {
		return s, err
	}
	s.theirs = ReadVolumes(flows)
	run, err := ours(capture)
	if err != nil {
		return s, err
	}
	if s.frames, err = run.FrameVolumes(); err == nil {
		s.flows, err = run.FlowVolumes()
	}
	return s, err
}

// ndpiReader finds the same conversations with the same packets and bytes each way.
func TestNDPIAgrees(t *testing.T) {
	c := compare(t, "ndpi", "ndpiReader's own results")
	list := slices.DeleteFunc(slices.Clone(captures), func(c Capture) bool { return !strings.HasPrefix(c.Name, ndpiFolder) })
	if len(list) == 0 {
		t.Fatal("the corpus has no results of ndpiReader")
	}
	c.over(list, func(capture Capture, s *Sheet) error {
		census, err := takeCensus(capture)
		if err != nil {
			return err
		}
		talks := make(map[Talk]bool)
		for talk := range census.theirs {
			talks[talk] = true
		}
		for talk := range census.frames {
			talks[talk] = true
		}
		for _, talk := range slices.SortedFunc(maps.Keys(talks), Talk.Compare) {
			s.volumes(talk, census)
		}
		return nil
	})
	c.finish()
}

// volumes compares one conversation of which either side knows.
func (s *Sheet) volumes(talk Talk, c census) {
	name := talk.String()
	theirs, frames := c.theirs[talk], c.frames[talk]
	s.Value(name, "conversations", known(talk, frames), known(talk, theirs))
	if theirs == nil || frames == nil {
		return
	}
	s.Value(name, "packets", fmt.Sprint(frames.PacketsA, frames.PacketsB), fmt.Sprint(theirs.PacketsA, theirs.PacketsB))
	s.Value(name, "frame bytes", fmt.Sprint(frames.BytesA, frames.BytesB), fmt.Sprint(theirs.BytesA, theirs.BytesB))
	if flows := c.flows[talk]; flows != nil {
		s.Value(name, "flow records' packets", fmt.Sprint(flows.PacketsA, flows.PacketsB), fmt.Sprint(theirs.PacketsA, theirs.PacketsB))
	} else {
		s.Apart("conversations of packets inside others, which have no flow record of that name", 1)
	}
}

// known names a conversation that one side has, and how much of it.
func known(t Talk, v *Volume) string {
	if v == nil {
		return "none"
	}
	return t.String()
}

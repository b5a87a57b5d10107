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
	c := compare(t, "ndpi")
	list := slices.DeleteFunc(slices.Clone(captures), func(c Capture) bool { return !strings.HasPrefix(c.Name, ndpiFolder) })
	if len(list) == 0 {
		t.Fatal("the corpus has no results of ndpiReader")
	}
	each(t, list, takeCensus, func(capture Capture, s census) {
		talks := make(map[Talk]bool)
		for talk := range s.theirs {
			talks[talk] = true
		}
		for talk := range s.frames {
			talks[talk] = true
		}
		for _, talk := range slices.SortedFunc(maps.Keys(talks), Talk.Compare) {
			c.volumes(capture, talk, s)
		}
	})
	c.finish(t)
}

// volumes compares one conversation of which either side knows.
func (c *comparison) volumes(capture Capture, talk Talk, s census) {
	name := talk.String()
	theirs, frames := s.theirs[talk], s.frames[talk]
	c.value(capture, name, "conversations", known(talk, frames), known(talk, theirs))
	if theirs == nil || frames == nil {
		return
	}
	c.value(capture, name, "packets", fmt.Sprint(frames.PacketsA, frames.PacketsB), fmt.Sprint(theirs.PacketsA, theirs.PacketsB))
	c.value(capture, name, "frame bytes", fmt.Sprint(frames.BytesA, frames.BytesB), fmt.Sprint(theirs.BytesA, theirs.BytesB))
	if flows := s.flows[talk]; flows != nil {
		c.value(capture, name, "flow records' packets", fmt.Sprint(flows.PacketsA, flows.PacketsB), fmt.Sprint(theirs.PacketsA, theirs.PacketsB))
	} else {
		c.Apart("flow records' packets", 1)
	}
}

// known names a conversation that one side has, and how much of it.
func known(t Talk, v *Volume) string {
	if v == nil {
		return "none"
	}
	return t.String()
}

// Compare orders conversations.
func (t Talk) Compare(u Talk) int {
	for _, order := range []int{int(t.Proto) - int(u.Proto), t.A.Compare(u.A), t.B.Compare(u.B)} {
		if order != 0 {
			return order
		}
	}
	return 0
}

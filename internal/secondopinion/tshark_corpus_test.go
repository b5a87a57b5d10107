//go:build corpus

package secondopinion

import (
	"fmt"
	"testing"
)

// What tshark and pcappipe say of one capture.
type dissection struct {
	theirs []TsharkFrame
	ours   *Run
}

// tshark reads layers, addresses, ports, lengths and times as pcappipe does, in every frame.
func TestTsharkAgrees(t *testing.T) {
	tool, err := NewTool("tshark", TsharkArgs()...)
	if err != nil {
		t.Fatal(err)
	}
	c := compare(t, "tshark")
	each(t, captures, func(capture Capture) (d dissection, err error) {
		reply, err := tool.Ask(capture)
		if err != nil {
			return d, err
		}
		if d.theirs, err = ParseTshark(reply.Stdout); err != nil {
			return d, err
		}
		d.ours, err = ours(capture)
		return d, err
	}, func(capture Capture, d dissection) {
		n := min(len(d.ours.Frames), len(d.theirs))
		for i := range n {
			c.frame(capture, &d.ours.Frames[i], d.theirs[i])
		}
		// How many frames there are is for capinfos to say.
		c.Apart("frames", max(len(d.ours.Frames), len(d.theirs))-n)
	})
	c.finish(t)
}

// frame compares all columns of one frame. A column that neither side has is not counted.
func (c *comparison) frame(capture Capture, ours *Frame, theirs TsharkFrame) {
	c.Compare("frames", true)
	mine := ours.Columns()
	where := fmt.Sprintf("frame %d", ours.Number)
	for _, column := range TsharkFields {
		a, b := mine[column], theirs[column]
		if column == "frame.protocols" {
			a, b = Stack(a), Stack(b)
		}
		if a != "" || b != "" {
			c.value(capture, where+" "+theirs["frame.protocols"], column, a, b)
		}
	}
}

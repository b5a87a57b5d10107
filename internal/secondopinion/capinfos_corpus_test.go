//go:build corpus

package secondopinion

import (
	"fmt"
	"testing"
)

// A verdict is both programs' words on one file.
type verdict struct {
	theirs Capinfos
	ours   *Run
}

func judge(tool *Tool) func(Capture) (verdict, error) {
	return func(c Capture) (v verdict, err error) {
		reply, err := tool.Ask(c)
		if err != nil {
			return v, err
		}
		if v.theirs, err = ParseCapinfos(reply); err != nil {
			return v, err
		}
		v.ours, err = ours(c)
		return v, err
	}
}

// What capinfos opens, pcappipe opens; both find as many frames, and damage in the same files.
func TestCapinfosAgrees(t *testing.T) {
	tool, err := NewTool("capinfos", CapinfosArgs()...)
	if err != nil {
		t.Fatal(err)
	}
	c := compare(t, "capinfos")
	each(t, captures, judge(tool), func(capture Capture, v verdict) {
		opened := v.ours.Status != unopened
		c.value(capture, v.theirs.Damage, "opened", fmt.Sprint(opened), fmt.Sprint(v.theirs.Reads()))
		if !opened || !v.theirs.Reads() {
			c.Apart("frames", len(v.ours.Frames)+int(v.theirs.Frames))
			return
		}
		c.value(capture, v.theirs.Damage, "frames", fmt.Sprint(len(v.ours.Frames)), fmt.Sprint(v.theirs.Frames))
		damage, err := v.ours.Damage()
		if err != nil {
			t.Errorf("%s: %v", capture.Name, err)
		}
		c.value(capture, v.theirs.Damage, "damage", fmt.Sprint(damage != nil), fmt.Sprint(v.theirs.Damage != ""))
	})
	each(t, others, judge(tool), func(capture Capture, v verdict) {
		c.value(capture, "", "refused", fmt.Sprint(v.ours.Status == unopened), fmt.Sprint(!v.theirs.Reads()))
	})
	c.finish(t)
}

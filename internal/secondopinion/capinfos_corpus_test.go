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
	c := compare(t, "capinfos", tool.Name())
	word := judge(tool)
	c.over(captures, func(capture Capture, s *Sheet) error {
		v, err := word(capture)
		if err != nil {
			return err
		}
		opened := v.ours.Status != unopened
		s.Value(v.theirs.Damage, "opened", fmt.Sprint(opened), fmt.Sprint(v.theirs.Reads()))
		if !opened || !v.theirs.Reads() {
			s.Apart("frames of captures that only one side opens", len(v.ours.Frames)+int(v.theirs.Frames))
			return nil
		}
		s.Value(v.theirs.Damage, "frames", fmt.Sprint(len(v.ours.Frames)), fmt.Sprint(v.theirs.Frames))
		damage, err := v.ours.Damage()
		s.Value(v.theirs.Damage, "damage", fmt.Sprint(damage != nil), fmt.Sprint(v.theirs.Damage != ""))
		return err
	})
	c.over(others, func(capture Capture, s *Sheet) error {
		v, err := word(capture)
		if err == nil {
			s.Value("", "refused", fmt.Sprint(v.ours.Status == unopened), fmt.Sprint(!v.theirs.Reads()))
		}
		return err
	})
	c.finish()
}

//go:build corpus

package secondopinion

import "testing"

// tshark reads every value of every frame as pcappipe does, gives frames the
// same Community IDs, and counts the same conversations.
func TestTsharkAgrees(t *testing.T) {
	tool, err := NewTool("tshark", TsharkArgs(false)...)
	if err != nil {
		t.Fatal(err)
	}
	all := []comparison{
		compare(t, "tshark", tool.Name()), compare(t, "tshark fields", tool.Name()),
		compare(t, "tshark communityid", tool.Name()), compare(t, "tshark conversations", tool.Name()),
	}
	results, errs := onTwo(captures, func(c Capture) (sheets [4]*Sheet, err error) {
		for i := range sheets {
			sheets[i] = NewSheet(all[i].Source, c)
		}
		return sheets, dissect(tool, c, sheets)
	})
	for i, capture := range captures {
		if errs[i] != nil {
			t.Errorf("%s: %v", capture.Name, errs[i])
			continue
		}
		for k := range all {
			all[k].Take(results[i][k])
		}
	}
	for _, c := range all {
		c.finish()
	}
}

// dissect asks both programs about one capture and compares what they say.
func dissect(tool *Tool, c Capture, sheets [4]*Sheet) error {
	reply, err := tool.Ask(c)
	if err != nil {
		return err
	}
	if err := checkTshark(reply); err != nil {
		return err
	}
	frames, tables := CutTshark(reply.Stdout)
	d := Dissection{Theirs: frames}
	if d.Ours, err = OurColumns(program, c); err != nil {
		return err
	}
	if d.Run, err = ours(c); err != nil {
		return err
	}
	if err := d.Compare(Sheets{Frames: sheets[0], Fields: sheets[1]}); err != nil {
		return err
	}
	if len(d.Run.Datagrams) > 0 { // flows are of datagrams that were put together
		if reply, err = tool.With("", nil, TsharkArgs(true)...).Ask(c); err != nil {
			return err
		}
		frames, tables = CutTshark(reply.Stdout)
	}
	if err := sheets[2].CompareIDs(d.Run, frames); err != nil {
		return err
	}
	if tables == nil {
		sheets[3].Apart("captures that tshark makes no statistics of", 1)
		return nil
	}
	return sheets[3].CompareConversations(d.Run, tables)
}

//go:build corpus

package secondopinion

import (
	"fmt"
	"net/netip"
	"testing"
)

// Flow records and frame records, which come by different ways, count the same
// packets between the same ends.
func TestFlowsAccountForFrames(t *testing.T) {
	c := compare(t, "itself", "its own frame records")
	c.over(captures, func(capture Capture, s *Sheet) error {
		r, err := ours(capture)
		if err != nil {
			return err
		}
		packets := make(map[uint64]uint64)
		for i := range r.Frames {
			for level, number := range r.Frames[i].Flows {
				packets[number]++
				if err := s.ends(&r.Frames[i], level, r.flow(number)); err != nil {
					return err
				}
			}
		}
		for i := range r.Flows {
			f := &r.Flows[i]
			s.Value(fmt.Sprintf("flow %d", f.Number), "packets", fmt.Sprint(f.OrigPkts+f.RespPkts), fmt.Sprint(packets[f.Number]))
		}
		return nil
	})
	c.finish()
}

// ends compares a frame's IP packet of one level with the flow that it is of.
// Fragments have no ports in their flow, and ICMP's are of another kind.
func (s *Sheet) ends(f *Frame, level int, flow *Flow) error {
	from, to, err := f.Ends(level)
	if err != nil || flow == nil {
		return fmt.Errorf("frame %d, level %d: %v, flow record %v", f.Number, level, err, flow)
	}
	orig, resp, err := flow.Ends()
	if err != nil {
		return fmt.Errorf("flow %d: %w", flow.Number, err)
	}
	if orig.Port() == 0 && resp.Port() == 0 {
		from, to = netip.AddrPortFrom(from.Addr(), 0), netip.AddrPortFrom(to.Addr(), 0)
	}
	a, _ := ndpiTalk(flow.IPProto, from, to)
	b, _ := ndpiTalk(flow.IPProto, orig, resp)
	s.Value(fmt.Sprintf("frame %d, flow %d", f.Number, flow.Number), "ends", a.String(), b.String())
	return nil
}

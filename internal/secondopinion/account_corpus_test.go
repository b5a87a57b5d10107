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
	c := compare(t, "itself")
	each(t, captures, ours, func(capture Capture, r *Run) {
		packets := make(map[uint64]uint64)
		flows := make(map[uint64]*Flow)
		for i := range r.Flows {
			flows[r.Flows[i].Number] = &r.Flows[i]
		}
		for i := range r.Frames {
			for level, flow := range r.Frames[i].Flows {
				packets[flow]++
				c.ends(t, capture, &r.Frames[i], level, flows[flow])
			}
		}
		for i := range r.Flows {
			f := &r.Flows[i]
			c.value(capture, fmt.Sprintf("flow %d", f.Number), "packets", fmt.Sprint(f.OrigPkts+f.RespPkts), fmt.Sprint(packets[f.Number]))
			delete(packets, f.Number)
		}
		for flow, n := range packets {
			c.value(capture, fmt.Sprintf("flow %d", flow), "records", "none", fmt.Sprint(n, " packets"))
		}
	})
	c.finish(t)
}

// ends compares a frame's IP packet of one level with the flow that it is of.
// Fragments have no ports in their flow, and ICMP's are of another kind.
func (c *comparison) ends(t *testing.T, capture Capture, f *Frame, level int, flow *Flow) {
	from, to, err := f.Ends(level)
	if err != nil || flow == nil {
		t.Errorf("%s: frame %d, level %d: %v, flow record %v", capture.Name, f.Number, level, err, flow)
		return
	}
	orig, resp, err := flow.Ends()
	if err != nil {
		t.Errorf("%s: flow %d: %v", capture.Name, flow.Number, err)
		return
	}
	if orig.Port() == 0 && resp.Port() == 0 {
		from, to = netip.AddrPortFrom(from.Addr(), 0), netip.AddrPortFrom(to.Addr(), 0)
	}
	a, _ := ndpiTalk(flow.IPProto, from, to)
	b, _ := ndpiTalk(flow.IPProto, orig, resp)
	c.value(capture, fmt.Sprintf("frame %d, flow %d", f.Number, flow.Number), "ends", a.String(), b.String())
}

//go:build corpus

package secondopinion

import (
	"errors"
	"fmt"
	"maps"
	"net/netip"
	"slices"
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
		left, err := r.incomplete()
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
			n := packets[f.Number]
			n += left.take(f, f.OrigPkts+f.RespPkts-n)
			s.Value(fmt.Sprintf("flow %d", f.Number), "packets", fmt.Sprint(f.OrigPkts+f.RespPkts), fmt.Sprint(n))
		}
		for _, talk := range slices.SortedFunc(maps.Keys(left), Talk.Compare) {
			s.Value(talk.String(), "fragments without a flow", "0", fmt.Sprint(left[talk]))
		}
		return nil
	})
	c.finish()
}

// fragments counts the frames of datagrams that were not completed, by conversation. They
// are of no flow while there is hope, and at last of one without ports.
type fragments map[Talk]uint64

func (r *Run) incomplete() (fragments, error) {
	left := make(fragments)
	for i := range r.Datagrams {
		d := &r.Datagrams[i]
		talk, err := d.talk()
		if err != nil {
			return nil, err
		}
		if !d.Complete {
			left[talk] += uint64(len(d.Frames))
		}
	}
	return left, nil
}

// take takes as many frames as a flow without ports lacks, if there are so many.
func (left fragments) take(f *Flow, n uint64) uint64 {
	orig, resp, err := f.Ends()
	if err != nil || orig.Port() != 0 || resp.Port() != 0 {
		return 0
	}
	talk, _ := NewTalk(f.IPProto, orig, resp)
	n = min(n, left[talk])
	left[talk] -= n
	return n
}

// ends compares a frame's IP packet of one level with the flow that it is of.
// Fragments have no ports, and ICMP's are of another kind.
func (s *Sheet) ends(f *Frame, level int, flow *Flow) error {
	from, to, err := f.Ends(level)
	if errors.Is(err, errInside) {
		s.Apart("packets inside datagrams that came in fragments, which no frame record has", 1)
		return nil
	}
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
	from, to = flow.withPorts(from, to)
	a, _ := ndpiTalk(flow.IPProto, from, to)
	b, _ := ndpiTalk(flow.IPProto, orig, resp)
	s.Value(fmt.Sprintf("frame %d, flow %d", f.Number, flow.Number), "ends", a.String(), b.String())
	return nil
}

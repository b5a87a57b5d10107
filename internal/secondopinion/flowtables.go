package secondopinion

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
)

// Conversations adds the run's flow records up as tshark's tables do, and the
// lengths of their frames. Flows of fragments have no ports, so they stand in no
// table of a protocol.
func (r *Run) Conversations() (map[Talk]*Conversation, error) {
	all := make(map[Talk]*Conversation)
	for i := range r.Flows {
		f := &r.Flows[i]
		orig, resp, err := f.Ends()
		if err != nil {
			return nil, err
		}
		start, end, errTimes := r.times(f)
		for _, talk := range tablesOf(f.IPProto, orig, resp) {
			if talk.portless() {
				continue
			}
			c := conversation(all, talk)
			c.packets(talk.from(orig), f.OrigPkts)
			c.packets(talk.from(resp), f.RespPkts)
			c.Timeless = c.Timeless || errTimes != nil
			c.last(start, end)
		}
	}
	for talk, c := range all {
		c.Fragments = r.fragments(talk)
	}
	return all, r.addFrames(all)
}

// tables returns the conversations that a flow counts in.
func (f *Flow) tables() []Talk {
	orig, resp, err := f.Ends()
	if err != nil {
		return nil
	}
	return tablesOf(f.IPProto, orig, resp)
}

// tablesOf returns the conversations that a packet counts in.
func tablesOf(proto uint8, from, to netip.AddrPort) []Talk {
	addresses, _ := NewTalk(0, netip.AddrPortFrom(from.Addr(), 0), netip.AddrPortFrom(to.Addr(), 0))
	if proto != tcp && proto != udp && proto != sctp {
		return []Talk{addresses}
	}
	ports, _ := NewTalk(proto, from, to)
	return []Talk{addresses, ports}
}

// portless says whether a conversation of a protocol that has ports has none.
func (t Talk) portless() bool { return t.Proto != 0 && t.A.Port() == 0 && t.B.Port() == 0 }

// like says whether two conversations are between the same addresses, by the same protocol.
func (t Talk) like(u Talk) bool {
	return t.Proto == u.Proto && (t.A.Addr() == u.A.Addr() && t.B.Addr() == u.B.Addr() || t.A.Addr() == u.B.Addr() && t.B.Addr() == u.A.Addr())
}

// from says whether an end is the conversation's A.
func (t Talk) from(end netip.AddrPort) bool {
	return end.Addr() == t.A.Addr() && (t.Proto == 0 || end.Port() == t.A.Port())
}

func (c *Conversation) packets(fromA bool, n uint64) {
	if fromA {
		c.PacketsA += n
	} else {
		c.PacketsB += n
	}
}

// times returns when a flow's first and last frame were captured. (Its duration
// is Zeek's, which lets the last acknowledgement of TCP out.)
func (r *Run) times(f *Flow) (start, end int64, err error) {
	first, last := r.frame(f.FirstFrame), r.frame(f.LastFrame)
	if first == nil || last == nil {
		return 0, 0, fmt.Errorf("flow %d has no frames %d and %d", f.Number, f.FirstFrame, f.LastFrame)
	}
	if start, err = nanos(first.Time); err != nil {
		return 0, 0, err
	}
	end, err = nanos(last.Time)
	return start, end, err
}

// addFrames adds the length of every frame to the conversations that it is of.
func (r *Run) addFrames(all map[Talk]*Conversation) error {
	latest := make(map[Talk]int64)
	for i := range r.Frames {
		f := &r.Frames[i]
		for level, number := range f.Flows {
			flow := r.flow(number)
			if flow == nil {
				return fmt.Errorf("frame %d is of flow %d, which has no record", f.Number, number)
			}
			from, to, err := f.Ends(level)
			if errors.Is(err, errInside) {
				for _, talk := range flow.tables() {
					conversation(all, talk).Inside = true
				}
				continue
			}
			if err != nil {
				return err
			}
			from, to = flow.withPorts(from, to)
			for _, talk := range tablesOf(flow.IPProto, from, to) {
				c := all[talk]
				if c == nil {
					continue // fragments, and source routes
				}
				c.bytes(talk.from(from), f.Len)
				if at, err := nanos(f.Time); err == nil {
					last, known := latest[talk]
					c.Disorder = c.Disorder || known && at < last
					latest[talk] = max(at, last)
				}
			}
		}
	}
	return nil
}

func (c *Conversation) bytes(fromA bool, n uint64) {
	if fromA {
		c.BytesA += n
	} else {
		c.BytesB += n
	}
}

// size writes a number of bytes as tshark does: cut to the largest unit of
// which there are ten.
func size(n uint64) string {
	for _, unit := range []struct {
		name string
		of   uint64
	}{{"TB", 1e12}, {"GB", 1e9}, {"MB", 1e6}, {"kB", 1e3}} {
		if n/unit.of >= 10 {
			return fmt.Sprintf("%d %s", n/unit.of, unit.name)
		}
	}
	if n == 1 {
		return "1 byte"
	}
	return fmt.Sprintf("%d bytes", n)
}

// fragments says whether IP fragments went between the ends of a conversation.
func (r *Run) fragments(talk Talk) bool {
	return slices.ContainsFunc(r.Datagrams, func(d datagramRecord) bool {
		own, err := d.talk()
		if talk.Proto == 0 {
			own.Proto = 0
		}
		return err == nil && own.like(talk)
	})
}

// withPorts gives the ends of a frame that is a fragment the ports of the flow
// that its datagram is of.
func (f *Flow) withPorts(from, to netip.AddrPort) (netip.AddrPort, netip.AddrPort) {
	orig, resp, err := f.Ends()
	switch {
	case err != nil || from.Port() != 0 || to.Port() != 0:
	case from.Addr() == orig.Addr() && to.Addr() == resp.Addr():
		return orig, resp
	case from.Addr() == resp.Addr() && to.Addr() == orig.Addr():
		return resp, orig
	}
	return from, to
}

// portless says whether a flow has no ports though its protocol has: it is of
// fragments, or of packets that end before them.
func (f *Flow) portless() bool {
	return (f.IPProto == tcp || f.IPProto == udp || f.IPProto == sctp) && f.OrigPort == 0 && f.RespPort == 0
}

// begin returns the time of the first frame, which tshark's are relative to.
func (r *Run) begin() (int64, bool) {
	if len(r.Frames) == 0 || r.Frames[0].Time == "" {
		return 0, false
	}
	n, err := nanos(r.Frames[0].Time)
	return n, err == nil
}

package secondopinion

import (
	"errors"
	"fmt"
	"net/netip"
)

// IP protocol numbers.
const (
	icmp   = 1
	tcp    = 6
	udp    = 17
	icmpv6 = 58
)

// ndpiTalk returns the conversation that ndpiReader knows: it has ports for
// TCP and UDP alone.
func ndpiTalk(proto uint8, from, to netip.AddrPort) (Talk, bool) {
	if proto != tcp && proto != udp {
		from, to = netip.AddrPortFrom(from.Addr(), 0), netip.AddrPortFrom(to.Addr(), 0)
	}
	return NewTalk(proto, from, to)
}

// ReadVolumes adds up ndpiReader's flows by conversation.
func ReadVolumes(flows []NDPIFlow) Volumes {
	v := make(Volumes)
	for i := range flows {
		f := &flows[i]
		talk, fromA := ndpiTalk(f.Proto, f.Source, f.Dest)
		v.Of(talk).Add(fromA, f.SourcePackets, f.SourceBytes)
		v.Of(talk).Add(!fromA, f.DestPackets, f.DestBytes)
	}
	return v
}

// FlowVolumes adds up the run's flow records by conversation; bytes are those of IP packets.
func (r *Run) FlowVolumes() (Volumes, error) {
	v := make(Volumes)
	for i := range r.Flows {
		f := &r.Flows[i]
		orig, resp, err := f.Ends()
		if err != nil {
			return nil, err
		}
		talk, fromA := ndpiTalk(f.IPProto, orig, resp)
		v.Of(talk).Add(fromA, f.OrigPkts, f.OrigIPBytes)
		v.Of(talk).Add(!fromA, f.RespPkts, f.RespIPBytes)
	}
	return v, nil
}

// FrameVolumes adds up the run's frame records by conversation as ndpiReader
// does: a frame counts, with all its captured bytes, for the innermost packet
// that is of a flow.
func (r *Run) FrameVolumes() (Volumes, error) {
	proto := make(map[uint64]uint8, len(r.Flows))
	for i := range r.Flows {
		proto[r.Flows[i].Number] = r.Flows[i].IPProto
	}
	v := make(Volumes)
	for i := range r.Frames {
		f := &r.Frames[i]
		if len(f.Flows) == 0 {
			continue
		}
		flow := f.Flows[len(f.Flows)-1]
		if _, known := proto[flow]; !known {
			return nil, fmt.Errorf("frame %d is of flow %d, which has no record", f.Number, flow)
		}
		from, to, err := f.Ends(len(f.Flows) - 1)
		if err != nil {
			return nil, err
		}
		talk, fromA := ndpiTalk(proto[flow], from, to)
		v.Of(talk).Add(fromA, 1, f.CapLen)
	}
	return v, nil
}

// Ends returns who sent the frame's IP packet of this level, 0 for the
// outermost, and to whom.
func (f *Frame) Ends(level int) (from, to netip.AddrPort, err error) {
	for i := range f.Packets {
		p := &f.Packets[i]
		a := p.IP
		if a == nil {
			a = p.IPv6
		}
		if a == nil {
			continue
		}
		if level--; level < 0 {
			return p.ends(a)
		}
	}
	return from, to, fmt.Errorf("frame %d: %w", f.Number, errInside)
}

// errInside says that a frame is of a flow whose packet does not stand in it: it
// came inside a datagram in fragments, of which the frame has the last.
var errInside = errors.New("fewer IP packets than flows")

func (p *Packet) ends(a *addresses) (from, to netip.AddrPort, err error) {
	src, err := netip.ParseAddr(a.Src)
	if err != nil {
		return from, to, err
	}
	dst, err := netip.ParseAddr(a.Dst)
	if err != nil {
		return from, to, err
	}
	for _, has := range []*ports{p.TCP, p.UDP, p.SCTP} {
		if has != nil && has.Src != nil && has.Dst != nil {
			return netip.AddrPortFrom(src, uint16(*has.Src)), netip.AddrPortFrom(dst, uint16(*has.Dst)), nil
		}
	}
	return netip.AddrPortFrom(src, 0), netip.AddrPortFrom(dst, 0), nil
}

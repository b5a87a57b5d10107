package pipeline

import (
	"fmt"
	"net/netip"

	"github.com/pcappipe/pcappipe/conn"
	"github.com/pcappipe/pcappipe/flow"
	"github.com/pcappipe/pcappipe/output"
)

// Follow asks for the bytes of one TCP flow, both ways, as they are handed on.
type Follow struct {
	Flow   uint64 // its number, or
	UID    string // its name
	Format output.FollowFormat
}

// is says whether a flow that has just begun is the one.
func (f *Follow) is(c *conn.Conn, key *flow.Key, scope flow.Scope) bool {
	switch {
	case f == nil:
		return false
	case f.UID != "":
		return f.UID == c.UID(key, scope)
	}
	return f.Flow == c.Number()
}

// show begins to write the flow whose first frame came in this direction.
func (p *tap) show(f *Follow, first flow.Direction) {
	a, b := p.key.Addresses()
	ends := [2]netip.AddrPort{netip.AddrPortFrom(a, p.key.PortA), netip.AddrPortFrom(b, p.key.PortB)}
	if first == flow.FromB {
		ends[0], ends[1] = ends[1], ends[0]
	}
	p.c.shown, p.c.first = output.NewFollow(f.Format, p.j.flow.State.Number(), ends), first
	p.j.trip.followed = p.c.shown.Begin(p.j.trip.followed)
	p.run.shown.Store(true)
}

// node returns the number that the sender in a direction has in what is shown.
func (c *connection) node(from flow.Direction) int { return int(from ^ c.first) }

// A NoFlowError says that there is no such flow as was to be followed.
type NoFlowError struct{ Follow Follow }

func (e *NoFlowError) Error() string {
	if e.Follow.UID != "" {
		return fmt.Sprintf("no TCP flow has the uid %s", e.Follow.UID)
	}
	return fmt.Sprintf("no TCP flow has the number %d", e.Follow.Flow)
}

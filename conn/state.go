package conn

import "github.com/pcappipe/pcappipe/flow"

// connState returns Zeek's conn_state: what became of the flow, in one word.
func (c *Conn) connState() string {
	orig, resp := &c.ends[c.orig], &c.ends[c.orig^1]
	switch c.kind {
	case tcp:
		return c.tcpState(orig, resp)
	case udp:
		return udpState(orig, resp)
	}
	return "OTH"
}

func (c *Conn) tcpState(orig, resp *endpoint) string {
	// An end of which the SYN was not seen counts as one that was not seen.
	origUnseen := orig.state == inactive || orig.state == partial
	respUnseen := resp.state == inactive || resp.state == partial
	switch {
	case resp.state == reset:
		return resetByResponder(orig, resp, origUnseen)
	case orig.state == reset && !respUnseen:
		return "RSTO"
	case orig.state == reset && c.history.attempt == abandoned:
		return "RSTOS0"
	case orig.state == reset:
		return "OTH"
	case orig.state == closed && resp.state == closed:
		return "SF"
	case orig.state == closed && respUnseen:
		return "SH"
	case orig.state == closed:
		return "S2"
	case resp.state == closed && origUnseen:
		return "SHR"
	case resp.state == closed:
		return "S3"
	case orig.state == synSent && resp.state == inactive:
		return "S0"
	case orig.state == established && resp.state == established:
		return "S1"
	}
	return "OTH"
}

func resetByResponder(orig, resp *endpoint, origUnseen bool) string {
	switch {
	case orig.state == synSent || orig.state == synAckSent:
		return "REJ"
	case orig.state == reset && orig.size(resp) == 0 && resp.size(orig) == 0:
		return "REJ"
	case origUnseen:
		return "RSTRH"
	}
	return "RSTR"
}

func udpState(orig, resp *endpoint) string {
	switch {
	case orig.state == active && resp.state == active:
		return "SF"
	case orig.state == active:
		return "S0"
	case resp.state == active:
		return "SHR"
	}
	return "OTH"
}

// sizes returns how many bytes of payload each end sent. For TCP the sequence
// numbers tell; of protocols that are not followed nothing is known, and Zeek
// says 0.
func (c *Conn) sizes() (orig, resp uint64) {
	o, r := &c.ends[c.orig], &c.ends[c.orig^1]
	if c.kind == tcp {
		return o.size(r), r.size(o)
	}
	return uint64(o.sent), uint64(r.sent)
}

// duration returns the time between the first frame and the last that counts,
// and whether there was any: where Zeek has none, it does not give sizes either.
func (c *Conn) duration() (nanos int64, known bool) {
	return c.last - c.start, c.timed && c.last > c.start
}

// flags returns all TCP flags that an end sent, and whether any segment of it was seen.
func (c *Conn) flags(dir flow.Direction) (uint16, bool) {
	e := &c.ends[dir]
	return e.flags, c.kind == tcp && e.packets > 0
}

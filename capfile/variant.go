package capfile

// The magic number of pcap does not say everything: patched versions of libpcap
// (Linux, 1999) and Nokia's firewalls wrote longer record headers under the
// same number. What the first records say decides. wiretap takes the variant of
// which the fewest things look wrong; so it takes a standard file that is damaged
// early for another variant, and every frame before the damage is a wrong one.
// Here nothing may look wrong in a variant that is to displace the standard.

// enoughToDecide bounds how far into a file decide looks: three records of the largest size.
const enoughToDecide = 1 << 20

// tried is how many records decide looks at.
const tried = 3

// decide chooses the variant by the first records, which b holds. false: b ends
// too early, and more may come.
func (c *classic) decide(b []byte, ended bool) bool {
	if !c.undecided {
		return true
	}
	if len(b) >= enoughToDecide {
		b, ended = b[:enoughToDecide], true
	}
	headers := []int{16, 24, 20} // standard, 1999-04-17, Nokia
	if c.modified {
		headers = []int{24, 28} // 1999-10-29, 1999-09-15
	}
	best, least := c.header, int(^uint(0)>>1)
	for _, header := range headers {
		wrong, known := c.wrong(b, header, ended)
		if !known {
			return false
		}
		if wrong == 0 || c.modified && wrong < least {
			best, least = header, wrong
		}
		if wrong == 0 {
			break
		}
	}
	c.header, c.undecided = best, false
	return true
}

// wrong counts what looks wrong in the first records, were their headers so
// long. It is not known while more of them may come.
func (c *classic) wrong(b []byte, header int, ended bool) (n int, known bool) {
	for range tried {
		if len(b) == 0 {
			return n, ended
		}
		if len(b) < header {
			return n + 1, ended
		}
		_, fraction, captured, wire := c.fields(b[:recordHeader])
		n += count(fraction >= 1e6, captured > c.most, captured > c.snap, wire > maxCapturedDBus, captured > wire)
		n += c.extra(b[recordHeader:header])
		if captured > c.most {
			return n, true
		}
		if len(b)-header < int(captured) {
			return n + 1, ended
		}
		b = b[header+int(captured):]
	}
	return n, true
}

// extra counts what looks wrong in what a variant adds to the header.
func (c *classic) extra(b []byte) int {
	switch len(b) {
	case 8, 12: // interface index, protocol, packet type
		index, protocol := c.uint32(b), c.uint32(b[4:])&0xffff
		if c.big {
			protocol = c.uint32(b[4:]) >> 16
		}
		known := protocol >= 0x600 || protocol <= 0x17 || protocol == 0x60 || protocol == 0x200 || protocol == 0x400
		return count(index > 10000, !known, b[6] > 4)
	case 4: // Nokia
		v := c.uint32(b)
		ok := v&0x0fff00f0 == 0x0fbf0000 && (v>>28 == 9 || v>>28 == 0xb) && (v>>12&15 == 0xb || v>>12&15 == 0xd) &&
			(v>>8&15 == 6 || v>>8&15 == 9) && (v&15 == 1 || v&15 == 2)
		return count(!ok)
	}
	return 0
}

func (c *classic) uint32(b []byte) uint32 {
	v := uint32(b[0]) | uint32(b[1])<<8 | uint32(b[2])<<16 | uint32(b[3])<<24
	if c.big {
		v = uint32(b[3]) | uint32(b[2])<<8 | uint32(b[1])<<16 | uint32(b[0])<<24
	}
	return v
}

func count(conditions ...bool) (n int) {
	for _, c := range conditions {
		if c {
			n++
		}
	}
	return n
}

package decoder

import "github.com/pcappipe/pcappipe/flow"

// ayiya decodes AYIYA (draft-massar-v6ops-ayiya-02, 3): a header with the
// lengths of an identity and a signature, and the packet that is forwarded.
func (w *walk) ayiya() bool {
	const fixed, forward, operation = 8, 0x01, 0x0f
	h := w.fixed(AYIYA, fixed)
	if h == nil {
		return true
	}
	n := fixed + 1<<(h[0]>>4) + int(h[1]>>4)*4
	if !w.layer(AYIYA, n) || h[2]&operation != forward {
		return true
	}
	switch h[3] {
	case protoIP:
		if w.tunnel(flow.TunnelAYIYA, 0) {
			w.ipv4()
		}
	case protoIPv6:
		if w.tunnel(flow.TunnelAYIYA, 0) {
			w.ipv6()
		}
	}
	return true
}

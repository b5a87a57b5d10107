package fields

// Neighbour discovery options (IANA, ICMPv6 parameters).
const (
	ndoptSource    = 1
	ndoptTarget    = 2
	ndoptPrefix    = 3
	ndoptMTU       = 5
	ndoptInterval  = 7
	ndoptHomeAgent = 8
	ndoptNonce     = 14
	ndoptRoute     = 24
	ndoptRDNSS     = 25
	ndoptFlags     = 26
	ndoptDNSSL     = 31
	ndoptCaptive   = 37
	ndoptPref64    = 38
)

// discovery reads a neighbour discovery message (RFC 4861) and its options.
func (w *walk) discovery(at int, b []byte) {
	r, options := w.row, 8
	switch b[0] {
	case icmp6RouterSol, icmp6InverseSol, icmp6InverseAdv:
		r.Bytes(icmp6Reserved, at+4, 4)
	case icmp6RouterAdv:
		w.routerAdvertisement(b)
		options = 16
	case icmp6NeighborSol:
		r.Bytes(icmp6Reserved, at+4, 4)
		w.ipv6Addresses(nsTarget, at, 8, min(len(b), 24))
		options = 24
	case icmp6NeighborAdv:
		v := be32(b[4:])
		r.Uint(naFlag, v)
		r.Uint(naRouter, bit(v, 31))
		r.Uint(naSolicited, bit(v, 30))
		r.Uint(naOverride, bit(v, 29))
		r.Uint(naReserved, v&0x1fffffff)
		w.ipv6Addresses(naTarget, at, 8, min(len(b), 24))
		options = 24
	case icmp6RedirectMsg:
		r.Bytes(icmp6Reserved, at+4, 4)
		w.ipv6Addresses(rdTarget, at, 8, min(len(b), 24))
		w.ipv6Addresses(rdDestination, at, 24, min(len(b), 40))
		options = 40
	}
	w.discoveryOptions(at + options)
}

func (w *walk) routerAdvertisement(b []byte) {
	r, v := w.row, uint64(b[5])
	r.Uint(raHopLimit, uint64(b[4]))
	r.Uint(raFlag, v)
	r.Uint(raManaged, bit(v, 7))
	r.Uint(raOther, bit(v, 6))
	r.Uint(raHome, bit(v, 5))
	r.Uint(raPreference, v>>3&3)
	r.Uint(raProxy, bit(v, 2))
	r.Uint(raReserved, v&3)
	r.Uint(raLifetime, be16(b[6:]))
	if len(b) >= 12 {
		r.Uint(raReachable, be32(b[8:]))
	}
	if len(b) >= 16 {
		r.Uint(raRetrans, be32(b[12:]))
	}
}

// discoveryOptions reads the options from at on. A length of 0 ends them: it
// cannot be.
func (w *walk) discoveryOptions(at int) {
	r := w.row
	for {
		b := w.from(at)
		if len(b) < 2 {
			return
		}
		n := 8 * int(b[1])
		r.Uint(ndType, uint64(b[0]))
		r.Uint(ndLength, uint64(b[1]))
		if n == 0 || n > len(b) {
			return
		}
		w.discoveryOption(at, b[:n])
		at += n
	}
}

// discoveryOption reads one option, b, that begins at this offset and whose
// length is a multiple of eight.
func (w *walk) discoveryOption(at int, b []byte) {
	r, n := w.row, len(b)
	switch b[0] {
	case ndoptSource:
		w.linkAddress(ndSrcLink, at, n)
	case ndoptTarget:
		w.linkAddress(ndTargetLink, at, n)
	case ndoptPrefix:
		if n >= 32 {
			w.prefixOption(at, b)
		}
	case ndoptMTU:
		r.Uint(ndMTU, be32(b[4:]))
	case ndoptInterval:
		r.Uint(ndInterval, be32(b[4:]))
	case ndoptHomeAgent:
		r.Uint(ndHomePreference, be16(b[4:]))
		r.Uint(ndHomeLifetime, be16(b[6:]))
	case ndoptNonce:
		r.Bytes(ndNonce, at+2, n-2)
	case ndoptRoute:
		w.routeOption(at, b)
	case ndoptRDNSS:
		r.Uint(ndRDNSSLifetime, be32(b[4:]))
		w.ipv6Addresses(ndRDNSS, at, 8, n)
	case ndoptDNSSL:
		r.Uint(ndDNSSLLifetime, be32(b[4:]))
	case ndoptFlags:
		r.Uint(ndFlags, be16(b[2:]))
	case ndoptCaptive:
		r.Bytes(ndCaptive, at+2, len(trimZeros(b[2:])))
	case ndoptPref64:
		r.Uint(ndPref64Lifetime, be16(b[2:])>>3)
		r.Uint(ndPref64PLC, be16(b[2:])&7)
	}
}

// linkAddress writes a link-layer address, which Wireshark gives two names.
func (w *walk) linkAddress(field, at, n int) {
	w.row.Bytes(ndLink, at+2, n-2)
	w.row.Bytes(field, at+2, n-2)
}

func (w *walk) prefixOption(at int, b []byte) {
	r, v := w.row, uint64(b[3])
	r.Uint(ndPrefixLen, uint64(b[2]))
	r.Uint(ndPrefixFlag, v)
	r.Uint(ndPrefixL, bit(v, 7))
	r.Uint(ndPrefixA, bit(v, 6))
	r.Uint(ndPrefixR, bit(v, 5))
	r.Uint(ndPrefixReserved, v&31)
	r.Uint(ndValid, be32(b[4:]))
	r.Uint(ndPreferred, be32(b[8:]))
	r.Bytes(ndPrefix, at+16, 16)
}

// routeOption reads a route (RFC 4191). Its prefix is written where it has all
// its bytes.
func (w *walk) routeOption(at int, b []byte) {
	r, v := w.row, uint64(b[3])
	r.Uint(ndPrefixLen, uint64(b[2]))
	r.Uint(ndRouteFlag, v)
	r.Uint(ndRoutePreference, v>>3&3)
	r.Uint(ndRouteReserved, v&0xe7)
	r.Uint(ndRouteLifetime, be32(b[4:]))
	w.ipv6Addresses(ndPrefix, at, 8, len(b))
}

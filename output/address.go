package output

import (
	"encoding/binary"
	"slices"
	"strconv"

	"github.com/pcappipe/pcappipe/record"
)

const hexDigits = "0123456789abcdef"

// hexPairs are the bytes from 00 to ff.
var hexPairs = func() (table [256][2]byte) {
	for i := range table {
		table[i] = [2]byte{hexDigits[i>>4], hexDigits[i&15]}
	}
	return table
}()

// appendHex adds bytes as hex without separators.
func appendHex(dst, b []byte) []byte {
	at := len(dst)
	dst = slices.Grow(dst, 2*len(b))[:at+2*len(b)]
	putHex(dst[at:], b)
	return dst
}

// putHex writes bytes as hex at the beginning of dst.
func putHex(dst, b []byte) {
	for ; len(b) >= 4; dst, b = dst[8:], b[4:] {
		binary.BigEndian.PutUint64(dst, hexOf(binary.BigEndian.Uint32(b)))
	}
	for i, c := range b {
		*(*[2]byte)(dst[2*i:]) = hexPairs[c]
	}
}

// hexOf returns the eight hex digits of a number. Its bytes are drawn apart
// until each has four bits, and those above nine are moved on to the letters.
func hexOf(v uint32) uint64 {
	x := uint64(v)
	x = (x | x<<16) & 0x0000ffff0000ffff
	x = (x | x<<8) & 0x00ff00ff00ff00ff
	x = (x | x<<4) & 0x0f0f0f0f0f0f0f0f
	letters := (x + ones*6) >> 4 & ones
	return x + ones*'0' + letters*('a'-'0'-10)
}

// appendMAC adds bytes as hex pairs with colons.
func appendMAC(dst, b []byte) []byte {
	if len(b) == 6 { // nearly always
		p, q, r, s, t, u := hexPairs[b[0]], hexPairs[b[1]], hexPairs[b[2]], hexPairs[b[3]], hexPairs[b[4]], hexPairs[b[5]]
		return append(dst, p[0], p[1], ':', q[0], q[1], ':', r[0], r[1], ':', s[0], s[1], ':', t[0], t[1], ':', u[0], u[1])
	}
	for i, c := range b {
		if i > 0 {
			dst = append(dst, ':')
		}
		p := hexPairs[c]
		dst = append(dst, p[0], p[1])
	}
	return dst
}

// appendOctets adds bytes in the form of their type.
func appendOctets(dst []byte, t record.Type, b []byte) []byte {
	switch t {
	case record.MAC:
		return appendMAC(dst, b)
	case record.Address:
		return appendAddress(dst, b)
	default:
		return appendHex(dst, b)
	}
}

// appendAddress adds an address, IPv4 of 4 bytes or IPv6 of 16. There are no
// others; bytes of another length are written as hex.
func appendAddress(dst, b []byte) []byte {
	switch len(b) {
	case 4:
		return appendIPv4(dst, binary.BigEndian.Uint32(b))
	case 16:
		return appendIPv6(dst, (*[16]byte)(b))
	default:
		return appendHex(dst, b)
	}
}

// octets are the numbers of an IPv4 address, each with the point behind it, and
// octetLens their lengths.
var (
	octets    [256][4]byte
	octetLens [256]uint8
)

func init() {
	for n := range octets {
		octetLens[n] = uint8(copy(octets[n][:], strconv.Itoa(n)+"."))
	}
}

// putIPv4 writes four numbers with points between at the beginning of b, and
// returns how many bytes they are.
func putIPv4(b *[longest]byte, a uint32) int {
	i, j, k, l := a>>24, a>>16&0xff, a>>8&0xff, a&0xff
	*(*[4]byte)(b[:]) = octets[i]
	at := octetLens[i] & 7 // which says how far it goes
	*(*[4]byte)(b[at:]) = octets[j]
	at += octetLens[j] & 7
	*(*[4]byte)(b[at&15:]) = octets[k]
	at += octetLens[k] & 7
	*(*[4]byte)(b[at&15:]) = octets[l]
	return int(at+octetLens[l]) - 1
}

// appendIPv4 adds four numbers with points between.
func appendIPv4(dst []byte, a uint32) []byte {
	n := len(dst)
	dst = slices.Grow(dst, longest)
	return dst[:n+putIPv4((*[longest]byte)(dst[n:n+longest]), a)]
}

// appendIPv6 adds an address in the form of RFC 5952: lower case, no leading
// zeros, the longest run of two or more zero groups (the first of equals) as
// "::", and what is mapped from IPv4 with that at its end (section 5).
func appendIPv6(dst []byte, a *[16]byte) []byte {
	if binary.BigEndian.Uint64(a[:8]) == 0 && binary.BigEndian.Uint32(a[8:12]) == 0xffff {
		return appendIPv4(append(dst, "::ffff:"...), binary.BigEndian.Uint32(a[12:]))
	}
	return appendGroups(dst, a)
}

// appendGroups is appendIPv6 without the exception for what is mapped from IPv4.
func appendGroups(dst []byte, a *[16]byte) []byte {
	var groups [8]uint16
	for i := range groups {
		groups[i] = binary.BigEndian.Uint16(a[2*i:])
	}
	from, to := longestZeros(&groups)
	for i := 0; i < len(groups); i++ {
		if i == from {
			dst = append(dst, "::"...)
			i = to
			if i == len(groups) {
				break
			}
		} else if i > 0 {
			dst = append(dst, ':')
		}
		dst = appendGroup(dst, groups[i])
	}
	return dst
}

// longestZeros returns the longest run of two or more zero groups, or -1, -1.
func longestZeros(groups *[8]uint16) (from, to int) {
	from, to = -1, -1
	for i := 0; i < len(groups); i++ {
		end := i
		for end < len(groups) && groups[end] == 0 {
			end++
		}
		if end-i >= 2 && end-i > to-from {
			from, to = i, end
		}
		i = max(i, end)
	}
	return from, to
}

// appendGroup adds a number as hex without leading zeros.
func appendGroup(dst []byte, g uint16) []byte {
	switch {
	case g >= 0x1000:
		return append(dst, hexDigits[g>>12], hexDigits[g>>8&15], hexDigits[g>>4&15], hexDigits[g&15])
	case g >= 0x100:
		return append(dst, hexDigits[g>>8], hexDigits[g>>4&15], hexDigits[g&15])
	case g >= 0x10:
		return append(dst, hexDigits[g>>4], hexDigits[g&15])
	default:
		return append(dst, hexDigits[g])
	}
}

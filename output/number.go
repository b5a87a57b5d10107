package output

import (
	"encoding/binary"
	"math/bits"
	"slices"
)

// Numbers are written six digits at a time: two look-ups make eight bytes, of
// which leading zeros are shifted out, so that nothing branches on how long a
// number is. (The numbers of a TCP segment: 4.7 ns each; strconv 8.1.)
var threes [1000]uint32 // 000 to 999, a digit a byte, the first lowest

func init() {
	for n := range uint32(1000) {
		threes[n] = n/100 | n/10%10<<8 | n%10<<16
	}
}

// asText makes six digits, a byte each, letters.
const asText = 0x303030303030

// longest is how many bytes writing a number takes: twenty digits, what is
// written beyond them, and a comma.
const longest = 24

// six returns six digits, a byte each, the first lowest.
func six(n uint64) uint64 { return uint64(threes[n/1e3]) | uint64(threes[n%1e3])<<24 }

// putUint writes a decimal number at the beginning of b and returns its length.
func putUint(b *[longest]byte, n uint64) int {
	if n < 1e6 {
		return putFirst((*[8]byte)(b[:]), n)
	}
	if n < 1e12 {
		return putLong(b, n)
	}
	k := putUint(b, n/1e12)
	n %= 1e12
	putSix(b, k, n/1e6)
	putSix(b, k+6, n%1e6)
	return k + 12
}

// putLong writes a number from a million to below its square and returns its length.
func putLong(b *[longest]byte, n uint64) int {
	k := putFirst((*[8]byte)(b[:]), n/1e6)
	binary.LittleEndian.PutUint64(b[k&7:], six(n%1e6)|asText)
	return k + 6
}

// putFirst writes a number below a million and returns its length.
func putFirst(b *[8]byte, n uint64) int {
	digits := six(n)
	zeros := bits.TrailingZeros64(digits|1<<40) &^ 7
	binary.LittleEndian.PutUint64(b[:], (digits|asText)>>zeros)
	return 6 - zeros/8
}

// putSix writes six digits at b[at:], where eight bytes are.
func putSix(b *[longest]byte, at int, n uint64) {
	binary.LittleEndian.PutUint64(b[at:], six(n)|asText)
}

// appendUint adds a decimal number.
func appendUint(dst []byte, n uint64) []byte {
	if n < 10 {
		return append(dst, byte('0'+n))
	}
	return appendLong(dst, n)
}

// appendLong is appendUint for what is not one digit, apart so that the
// other, which is half of all numbers, is inlined.
func appendLong(dst []byte, n uint64) []byte {
	at := len(dst)
	dst = slices.Grow(dst, longest)
	return dst[:at+putUint((*[longest]byte)(dst[at:at+longest]), n)]
}

// appendInt adds a decimal number with its sign.
func appendInt(dst []byte, n int64) []byte {
	if n < 0 {
		return appendUint(append(dst, '-'), -uint64(n))
	}
	return appendUint(dst, uint64(n))
}

// putSeconds writes nanoseconds as seconds with nine decimals, exactly, and
// returns how many bytes they are. They are twenty-one at most, and one is
// written beyond them.
func putSeconds(b *[longest]byte, nanos int64) int {
	n, k := uint64(nanos), 0
	if nanos < 0 {
		b[0] = '-'
		n, k = -n, 1
	}
	whole, rest := n/1e9, n%1e9
	if whole < 1e6 {
		k += putFirst((*[8]byte)(b[k:]), whole)
	} else {
		k += putFirst((*[8]byte)(b[k:]), whole/1e6)
		putSix(b, k, whole%1e6)
		k += 6
	}
	b[k] = '.'
	putSix(b, k+1, rest/1e3)
	binary.LittleEndian.PutUint32(b[k+7:], threes[rest%1e3]|asText&0xffffff)
	return k + 10
}

// appendSeconds adds nanoseconds as seconds with nine decimals, exactly.
func appendSeconds(dst []byte, nanos int64) []byte {
	at := len(dst)
	dst = slices.Grow(dst, longest)
	return dst[:at+putSeconds((*[longest]byte)(dst[at:at+longest]), nanos)]
}

// appendFraction adds a point and nine digits.
func appendFraction(dst []byte, nanos uint32) []byte {
	at := len(dst)
	dst = slices.Grow(dst, longest)
	b := (*[longest]byte)(dst[at : at+longest])
	b[0] = '.'
	putSix(b, 1, uint64(nanos/1e3))
	binary.LittleEndian.PutUint32(b[7:], threes[nanos%1e3]|asText&0xffffff)
	return dst[:at+10]
}

// appendISO adds a time as RFC 3339 has it, in UTC, with nine decimals. Every
// int64 of nanoseconds falls into the years 1677 to 2262.
func appendISO(dst []byte, nanos int64) []byte {
	second, rest := nanos/1e9, nanos%1e9
	if rest < 0 {
		second, rest = second-1, rest+1e9
	}
	day, clock := second/86400, second%86400
	if clock < 0 {
		day, clock = day-1, clock+86400
	}
	year, month, dom := civil(day)
	dst = append(appendTwo(appendTwo(dst, year/100), year%100), '-')
	dst = append(appendTwo(dst, month), '-')
	dst = append(appendTwo(dst, dom), 'T')
	dst = append(appendTwo(dst, uint32(clock)/3600), ':')
	dst = append(appendTwo(dst, uint32(clock)/60%60), ':')
	dst = appendTwo(dst, uint32(clock)%60)
	return append(appendFraction(dst, uint32(rest)), 'Z')
}

// appendTwo adds two digits.
func appendTwo(dst []byte, n uint32) []byte { return append(dst, byte('0'+n/10), byte('0'+n%10)) }

// civil returns the Gregorian date of a day counted from 1970-01-01. It counts
// in years that begin with March, so that the leap day is the last of its year,
// and from the year 0, so that nothing is negative.
func civil(day int64) (year, month, dom uint32) {
	const (
		toYear0 = 719468 // days from 0000-03-01 to 1970-01-01
		era     = 146097 // days in 400 years
	)
	z := uint64(day + toYear0)
	doe := uint32(z % era)
	yoe := (doe - doe/1460 + doe/36524 - doe/146096) / 365
	doy := doe - (365*yoe + yoe/4 - yoe/100)
	march := (5*doy + 2) / 153 // 0 is March
	year = uint32(z/era)*400 + yoe
	if march >= 10 {
		return year + 1, march - 9, doy - (153*march+2)/5 + 1
	}
	return year, march + 3, doy - (153*march+2)/5 + 1
}

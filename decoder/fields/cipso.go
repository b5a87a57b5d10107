package fields

import (
	"math/bits"
	"strconv"
)

// CIPSO tag types (CIPSO 2.2, 3.4).
const (
	cipsoBitmap     = 1
	cipsoEnumerated = 2
	cipsoRanges     = 5
	cipsoPermissive = 6
	cipsoFree       = 7
)

// ipCIPSO reads a commercial security option, b, that begins at at: its
// domain, and its tags with level and categories.
func (w *walk) ipCIPSO(at int, b []byte) {
	r := w.row
	r.Uint(ipCIPSODOI, be32(b[2:]))
	for off := 6; off+2 <= len(b); {
		tag, n := b[off], int(b[off+1])
		r.Uint(ipCIPSOTag, uint64(tag))
		if tag >= 1 && tag <= 5 && n >= 4 && off+4 <= len(b) {
			r.Uint(ipCIPSOLevel, uint64(b[off+3]))
		}
		if n < 2 || off+n > len(b) {
			return
		}
		switch {
		case (tag == cipsoPermissive || tag == cipsoFree) && n > 2:
			r.Bytes(ipCIPSOData, at+off+2, n-2)
		case n > 4:
			w.ipCategories(tag, b[off+4:off+n])
		}
		off += n
	}
}

// ipCategories writes the categories of a tag, as numbers with commas between
// them; a range has its upper end first, as it stands there.
func (w *walk) ipCategories(tag byte, b []byte) {
	var text [1024]byte // a bitmap of 31 bytes has 248 numbers of up to three digits
	list := text[:0]
	switch tag {
	case cipsoBitmap:
		for i, v := range b {
			for v != 0 { // the highest bit is the first category
				n := bits.LeadingZeros8(v)
				list = appendCategory(list, uint64(8*i+n))
				v &^= 0x80 >> n
			}
		}
	case cipsoEnumerated:
		for ; len(b) >= 2; b = b[2:] {
			list = appendCategory(list, be16(b))
		}
	case cipsoRanges:
		for ; len(b) >= 2; b = b[min(4, len(b)):] {
			low := uint64(0)
			if len(b) >= 4 {
				low = be16(b[2:])
			}
			list = appendCategory(list, be16(b))
			list = strconv.AppendUint(append(list, '-'), low, 10)
		}
	}
	if len(list) > 0 {
		w.row.Own(ipCIPSOCategories, list)
	}
}

func appendCategory(list []byte, n uint64) []byte {
	if len(list) > 0 {
		list = append(list, ',')
	}
	return strconv.AppendUint(list, n, 10)
}

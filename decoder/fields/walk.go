package fields

import (
	"encoding/binary"
	"slices"

	"github.com/pcappipe/pcappipe/decoder"
	"github.com/pcappipe/pcappipe/frame"
	"github.com/pcappipe/pcappipe/record"
)

// A walk is one call of Append: the frame and how far its layers are read.
type walk struct {
	row     *record.Row
	data    []byte
	layers  []decoder.Layer
	frame   *frame.Frame
	packet  *decoder.Packet
	context *Context

	next      int    // the layer to read next
	announced int    // where the layers around it end, as their lengths say
	end       int    // where their captured bytes end
	behind    int    // where what is behind the payload of a tagged frame begins, for the tag to write; else 0
	outer     int    // where the bytes of the 802.11 frame end, for its subframes
	open      uint64 // by layer ID: what stands in this packet already
	taken     uint64 // by index: layers that another one's fields were written with
	faulty    int    // the layer that the fault belongs to, or -1
	homeless  bool   // that layer has no fields of its own, or there is none: the fault goes to pcappipe
}

// all reads every layer. A packet inside the packet begins where the decoder
// says that one more is around, and where a second layer of a kind that stands
// once in a packet follows (Ethernet in MPLS): one object has a key once.
func (w *walk) all() {
	outer := true
	depth := uint8(0)
	for w.next < len(w.layers) {
		i := w.next
		l := &w.layers[i]
		w.next++
		layer := layerOf[l.Protocol]
		if layer == nil || i < 64 && bit(w.taken, uint(i)) == 1 {
			continue
		}
		bit := uint64(1) << layer.ID()
		if l.Depth > depth || w.open&bit != 0 && !layer.Repeats {
			if outer {
				w.pcappipe()
				outer = false
			}
			w.row.Inner()
			depth, w.open = max(depth, l.Depth), 0
		}
		w.open |= bit
		w.row.Open(layer)
		if i == w.faulty && w.next == len(w.layers) {
			// What stands behind a fault that ended the decoding means nothing.
			w.end = min(w.end, int(l.Start)+int(l.Len))
		}
		w.read(l, int(l.Start))
		if i == w.faulty {
			w.fault()
		}
		w.row.Close()
	}
	if outer {
		w.pcappipe()
	}
}

// from returns the bytes from at to the end of the layers around it.
func (w *walk) from(at int) []byte {
	if at >= w.end {
		return nil
	}
	return w.data[at:w.end:w.end]
}

// endAt ends the bytes for the layers inside at this offset, if they do not
// end before. Lengths that packets claim come in here.
func (w *walk) endAt(at int) {
	if at < w.announced {
		w.announced = at
		w.end = min(at, w.end)
	}
}

// reserve adds n values to the row, for the caller to set: the headers that
// most frames have are written in one go, which takes half the time of adding
// value by value.
func (w *walk) reserve(n int) []record.Value {
	r := w.row
	at := len(r.Values)
	if cap(r.Values)-at < n {
		r.Values = slices.Grow(r.Values, n)
	}
	r.Values = r.Values[:at+n]
	return r.Values[at : at+n : at+n]
}

// keep drops those of the last values, as many as ends has, whose bytes end
// behind the first n: ends says where each one's do, in order.
func (w *walk) keep(ends []uint8, n int) {
	drop := 0
	for i := len(ends) - 1; i >= 0 && int(ends[i]) > n; i-- {
		drop++
	}
	w.row.Values = w.row.Values[:len(w.row.Values)-drop]
}

// number is a value that is a number.
func number(field int, v uint64) record.Value {
	return record.Value{Field: uint16(field), Num: v}
}

// bytesAt is a value that is a range of the frame's bytes.
func bytesAt(field, off, n int) record.Value {
	return record.Value{Op: record.InData, Field: uint16(field), Off: uint32(off), Len: uint32(n)}
}

// upTo returns the first n bytes of b, or all where there are fewer.
func upTo(b []byte, n int) []byte {
	if n < 0 {
		n = 0
	}
	if n < len(b) {
		return b[:n]
	}
	return b
}

func be16(b []byte) uint64 { return uint64(binary.BigEndian.Uint16(b)) }
func be32(b []byte) uint64 { return uint64(binary.BigEndian.Uint32(b)) }
func be64(b []byte) uint64 { return binary.BigEndian.Uint64(b) }
func le16(b []byte) uint64 { return uint64(binary.LittleEndian.Uint16(b)) }
func le32(b []byte) uint64 { return uint64(binary.LittleEndian.Uint32(b)) }

func be24(b []byte) uint64 {
	return uint64(b[0])<<16 | uint64(b[1])<<8 | uint64(b[2])
}

// bit returns bit n of v, the lowest being 0.
func bit(v uint64, n uint) uint64 { return v >> n & 1 }

// one defines a field that stands at most once in its layer.
func one(name string, t record.Type, source, doc string) record.Field {
	return record.Field{Name: name, Type: t, Source: source, Doc: doc}
}

// many defines a field that can stand in its layer more than once.
func many(name string, t record.Type, source, doc string) record.Field {
	return record.Field{Name: name, Type: t, Repeats: true, Source: source, Doc: doc}
}

// in gives a field its unit.
func in(unit string, f record.Field) record.Field {
	f.Unit = unit
	return f
}

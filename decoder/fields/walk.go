package fields

import (
	"encoding/binary"

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
		if i == w.faulty && w.next == len(w.layers) && w.packet.Fault.Reason != decoder.LengthBeyond {
			// What stands behind a fault that ended the decoding means nothing. A
			// length that is too long did not end it.
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

// header adds the fields of a header of l that begins at this offset: all of
// them, or those whose bytes are there. It says whether all are.
func (w *walk) header(l *record.Layer, header, at int) bool {
	if at+l.Headers[header].Size <= w.end {
		w.row.Header(header, at)
		return true
	}
	w.row.Spell(l, header, at, w.end-at)
	return false
}

// whole is the part of a word that is one field.
func whole(field int) []record.Part { return []record.Part{{Field: field}} }

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
func le64(b []byte) uint64 { return binary.LittleEndian.Uint64(b) }

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

package fields

import (
	"slices"
	"testing"

	"github.com/pcappipe/pcappipe/capfile"
	"github.com/pcappipe/pcappipe/decoder"
	"github.com/pcappipe/pcappipe/frame"
	"github.com/pcappipe/pcappipe/internal/capture"
	"github.com/pcappipe/pcappipe/record"
)

// Whatever the bytes are, and whatever layers the decoder found in them, the
// row is well formed and lies in the frame.
func FuzzAppend(f *testing.F) {
	for _, c := range frames {
		f.Add(uint16(c.link), uint16(0), unhex(f, c.hex))
	}
	for _, path := range capture.Corpus(f, "../..", 300, 16<<10) {
		n := 0
		for c, err := range capfile.Frames(path) {
			if n++; n > 3 || err != nil {
				break
			}
			f.Add(uint16(c.Link), uint16(0), slices.Clone(c.Data))
		}
	}
	f.Fuzz(func(t *testing.T, link, more uint16, data []byte) {
		whole := append(data[:len(data):len(data)], make([]byte, more)...)
		d := decodeCut(whole, len(data), frame.LinkType(link))
		var row record.Row
		Append(&row, &d.frame, data, &d.packet, d.layers, &Context{File: "a.pcap", Payload: true})
		if err := wellFormed(&row); err != nil {
			t.Error(err)
		}
	})
}

// Whatever layers are said to stand in the bytes, the same holds: the walk
// trusts neither their places nor their order.
func FuzzAnyLayers(f *testing.F) {
	for _, c := range frames {
		f.Add(uint8(0), []byte{1, 0, byte(decoder.IP), 14, byte(decoder.TCP), 34}, unhex(f, c.hex))
	}
	f.Fuzz(func(t *testing.T, faulty uint8, said, data []byte) {
		var layers []decoder.Layer
		for ; len(said) >= 2 && len(layers) < 32; said = said[2:] {
			layers = append(layers, decoder.Layer{
				Protocol: decoder.Protocol(said[0]%byte(decoder.Protocols-1)) + 1,
				Start:    uint32(said[1]), Len: uint16(said[1] & 31), Depth: said[0] >> 6,
			})
		}
		p := decoder.Packet{Status: decoder.Status(faulty & 1), Fault: decoder.Fault{Layer: faulty >> 1}}
		fr := frame.Frame{Len: uint32(len(data)), Wire: uint32(len(data)), Link: 1}
		var row record.Row
		Append(&row, &fr, data, &p, layers, &Context{Payload: true})
		if err := wellFormed(&row); err != nil {
			t.Error(err)
		}
	})
}

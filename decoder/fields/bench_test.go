package fields

import (
	"testing"

	"github.com/pcappipe/pcappipe/decoder"
	"github.com/pcappipe/pcappipe/frame"
	"github.com/pcappipe/pcappipe/record"
)

// BenchmarkAppend reads what most traffic is: Ethernet, IPv4, TCP with timestamps.
func BenchmarkAppend(b *testing.B) {
	data := unhex(b, tcpTimestamps)
	f, p, layers := decode(data, 1)
	c := Context{File: "a.pcap", Number: 1, Protocols: "eth:ip:tcp", Flows: []uint64{1}}
	var row record.Row
	for b.Loop() {
		Append(&row, &f, data, &p, layers, &c)
	}
	b.ReportMetric(float64(len(row.Values)), "values/frame")
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N), "ns/frame")
}

// decode returns what the decoder finds in a frame.
func decode(data []byte, link frame.LinkType) (frame.Frame, decoder.Packet, []decoder.Layer) {
	f := frame.Frame{Len: uint32(len(data)), Wire: uint32(len(data)), Link: link, Nanos: 1_500_000_000_000_000_000}
	d := decoder.New(decoder.Config{Layers: true})
	var r decoder.Result
	d.Reset(&r)
	d.Decode(&f, data, 0, &r)
	return f, r.Packets[0], r.Of(&r.Packets[0])
}

package output

import (
	"encoding/binary"
	"encoding/hex"
	"strings"
	"testing"

	"github.com/pcappipe/pcappipe/record"
)

// A sample is a schema of frames and a row of an ordinary TCP segment.
type sample struct {
	schema *record.Schema
	row    record.Row
	layers map[string]*record.Layer
}

// field makes a definition from a name, a type's sign and a star for repeats.
func field(name string, t record.Type, repeats bool) record.Field {
	return record.Field{Name: name, Type: t, Repeats: repeats, Doc: name}
}

func layer(key string, repeats bool, fields ...record.Field) *record.Layer {
	return &record.Layer{Key: key, Repeats: repeats, Fields: fields}
}

// define makes fields of one layer from words like "dst:mac" and "flow:uint*".
func define(key, words string) []record.Field {
	types := map[string]record.Type{"uint": record.Uint, "int": record.Int, "bool": record.Bool, "time": record.Time,
		"duration": record.Duration, "text": record.Text, "bytes": record.Bytes, "mac": record.MAC, "address": record.Address, "range": record.Range}
	var fields []record.Field
	for w := range strings.FieldsSeq(words) {
		name, t, _ := strings.Cut(w, ":")
		t, repeats := strings.CutSuffix(t, "*")
		if key != "" {
			name = key + "." + name
		}
		fields = append(fields, field(name, types[t], repeats))
	}
	return fields
}

func newSample(extra ...*record.Layer) *sample {
	layers := []*record.Layer{
		layer("frame", false, define("frame", "number:uint time_epoch:time len:uint cap_len:uint interface_id:uint")...),
		layer("eth", false, define("eth", "dst:mac dst.oui:uint dst.lg:bool dst.ig:bool src:mac src.oui:uint src.lg:bool src.ig:bool type:uint len:uint padding:bytes")...),
		layer("vlan", true, define("vlan", "priority:uint dei:bool id:uint etype:uint")...),
		layer("ip", false, define("ip", "version:uint hdr_len:uint dsfield:uint dsfield.dscp:uint dsfield.ecn:uint len:uint id:uint flags:uint flags.rb:bool flags.df:bool flags.mf:bool frag_offset:uint ttl:uint proto:uint checksum:uint src:address dst:address")...),
		layer("ipv6", false, define("ipv6", "version:uint tclass:uint flow:uint plen:uint nxt:uint hlim:uint src:address dst:address")...),
		layer("tcp", false, define("tcp", "srcport:uint dstport:uint seq_raw:uint ack_raw:uint hdr_len:uint flags:uint flags.res:bool flags.ae:bool flags.cwr:bool flags.ece:bool flags.urg:bool flags.ack:bool flags.push:bool flags.reset:bool flags.syn:bool flags.fin:bool window_size_value:uint checksum:uint urgent_pointer:uint options:bytes option_kind:uint* option_len:uint* options.timestamp.tsval:uint options.timestamp.tsecr:uint payload:bytes")...),
		layer("fault", false, define("fault", "layer:text offset:uint reason:text")...),
		layer("pcappipe", false, define("pcappipe", "file:text offset:uint protocols:text flow:uint*")...),
		layer("hole", false, define("hole", "whole:range parts:range*")...),
	}
	s := &sample{layers: make(map[string]*record.Layer)}
	for _, l := range layers {
		s.layers[l.Key] = l
	}
	s.schema = record.NewSchema("frame", "frames", append(layers, extra...)...)
	s.fill()
	return s
}

const segment = "00163e5e6c0100163e5e6c0208004500003454da40004006c1c8c0a8010cc0a8017b" +
	"c7540050379c518c4b5b8a2f801001f5839100000101080a0a1b2c3d00aabbcc"

// fill makes the row a segment's: 52 steps, 43 values.
func (s *sample) fill() {
	data, err := hex.DecodeString(segment)
	if err != nil {
		panic(err)
	}
	r, be := &s.row, binary.BigEndian
	r.Begin(s.schema, data)
	r.Open(s.layers["frame"])
	r.Uint(0, 1234567)
	r.Uint(1, 1_700_000_000_123_456_000)
	r.Uint(2, 66)
	r.Uint(3, 66)
	r.Close()
	r.Open(s.layers["eth"])
	r.Bytes(0, 0, 6)
	r.Uint(1, 0x163e)
	r.Bool(2, false)
	r.Bool(3, false)
	r.Bytes(4, 6, 6)
	r.Uint(5, 0x163e)
	r.Bool(6, false)
	r.Bool(7, false)
	r.Uint(8, uint64(be.Uint16(data[12:])))
	r.Close()
	r.Open(s.layers["ip"])
	for i, v := range []uint64{4, 20, 0, 0, 0, 52, 0x54da, 2, 0, 1, 0, 0, 64, 6, 0xc1c8} {
		r.Uint(i, v)
	}
	r.Bytes(15, 26, 4)
	r.Bytes(16, 30, 4)
	r.Close()
	s.tcp(data, 34)
	r.Open(s.layers["pcappipe"])
	r.String(0, "captures/big.pcap")
	r.Uint(1, 987654321)
	r.String(2, "eth:ip:tcp")
	r.Uint(3, 4711)
	r.Close()
}

// tcp adds the segment's TCP header, options as they are found: out of the order
// of their definition.
func (s *sample) tcp(data []byte, at int) {
	r, be := &s.row, binary.BigEndian
	r.Open(s.layers["tcp"])
	r.Uint(0, uint64(be.Uint16(data[at:])))
	r.Uint(1, uint64(be.Uint16(data[at+2:])))
	r.Uint(2, uint64(be.Uint32(data[at+4:])))
	r.Uint(3, uint64(be.Uint32(data[at+8:])))
	r.Uint(4, 32)
	r.Uint(5, uint64(data[at+13]))
	for bit := range 10 {
		r.Bool(6+bit, bit == 5)
	}
	r.Uint(16, uint64(be.Uint16(data[at+14:])))
	r.Uint(17, uint64(be.Uint16(data[at+16:])))
	r.Uint(18, 0)
	r.Bytes(19, at+20, 12)
	r.Uint(20, 1)
	r.Uint(20, 1)
	r.Uint(20, 8)
	r.Uint(21, 10)
	r.Uint(22, uint64(be.Uint32(data[at+24:])))
	r.Uint(23, uint64(be.Uint32(data[at+28:])))
	r.Close()
}

func BenchmarkJSONL(b *testing.B) { benchmark(b, selection{schema: newSample().schema}, newJSONL) }
func BenchmarkCSV(b *testing.B)   { benchmark(b, selection{schema: newSample().schema}, newCSV) }
func BenchmarkCSV8(b *testing.B) {
	benchmark(b, selection{schema: newSample().schema, fields: strings.Fields(
		"frame.number frame.time_epoch ip.src ip.dst tcp.srcport tcp.dstport tcp.flags frame.len")}, newCSV)
}

func benchmark(b *testing.B, s selection, encoder func(selection) Encoder) {
	sample := newSample()
	s.schema = sample.schema
	e := encoder(s)
	dst := e.Append(nil, &sample.row)
	b.SetBytes(int64(len(dst)))
	for b.Loop() {
		dst = e.Append(dst[:0], &sample.row)
	}
	b.ReportMetric(float64(len(dst)), "bytes/record")
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N), "ns/record")
}

func TestTheSampleIsSound(t *testing.T) {
	s := newSample()
	if err := s.schema.Check(); err != nil {
		t.Error(err)
	}
	if err := s.row.Check(); err != nil {
		t.Error(err)
	}
}

func BenchmarkJSONL8(b *testing.B) {
	benchmark(b, selection{schema: newSample().schema, fields: strings.Fields(
		"frame.number frame.time_epoch ip.src ip.dst tcp.srcport tcp.dstport tcp.flags frame.len")}, newJSONL)
}

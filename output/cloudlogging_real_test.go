package output_test

import (
	"encoding/json"
	"math/rand/v2"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/pcappipe/pcappipe/conn"
	"github.com/pcappipe/pcappipe/correlate"
	"github.com/pcappipe/pcappipe/decoder"
	"github.com/pcappipe/pcappipe/decoder/fields"
	"github.com/pcappipe/pcappipe/frame"
	"github.com/pcappipe/pcappipe/internal/capture"
	"github.com/pcappipe/pcappipe/output"
	"github.com/pcappipe/pcappipe/pipeline"
	"github.com/pcappipe/pcappipe/reassembly"
	"github.com/pcappipe/pcappipe/record"
)

// schemas are those of all records that there are.
var schemas = []*record.Schema{fields.Schema, conn.Schema, reassembly.DatagramSchema, reassembly.StreamSchema, reassembly.TurnSchema,
	correlate.ExchangeSchema, correlate.TraceSchema, pipeline.SummarySchema}

func TestEntriesAreMadeOfFieldsThatThereAre(t *testing.T) {
	names, types := output.TermNames()
	for i, name := range names {
		if !slices.ContainsFunc(schemas, func(s *record.Schema) bool {
			return slices.ContainsFunc(s.Find(name), func(p record.Place) bool { return p.Field().Type == types[i] })
		}) {
			t.Errorf("no record has %s as %v", name, types[i])
		}
	}
}

func TestNoRecordHasAKeyOfAnEntry(t *testing.T) {
	for _, s := range schemas {
		for _, l := range s.Layers {
			keys := []string{l.Key}
			for i := range l.Fields {
				if l.Key == "" {
					keys = append(keys, l.FieldKey(i))
				}
			}
			for _, key := range keys {
				if slices.Contains([]string{"timestamp", "severity", "message", "httpRequest"}, key) || strings.HasPrefix(key, "logging.googleapis.com/") {
					t.Errorf("a record of a %s has %q", s.Kind, key)
				}
			}
		}
	}
}

// A teller decodes frames and tells the messages of their entries.
type teller struct {
	d    *decoder.Decoder
	e    output.Encoder
	row  record.Row
	line []byte
}

func newTeller() *teller {
	return &teller{d: decoder.New(decoder.Config{Layers: true}), e: output.NewCloudLogging(fields.Schema)}
}

// tell tells of an Ethernet frame.
func (m *teller) tell(t *testing.T, data []byte) string {
	t.Helper()
	return m.tellFrame(t, &frame.Frame{Len: uint32(len(data)), Wire: uint32(len(data)), Link: 1}, data)
}

func (m *teller) tellFrame(t *testing.T, f *frame.Frame, data []byte) string {
	t.Helper()
	var (
		found decoder.Result
		entry struct{ Message string }
	)
	m.d.Reset(&found)
	m.d.Decode(f, data, 0, &found)
	fields.Append(&m.row, f, data, &found.Packets[0], found.Of(&found.Packets[0]), &fields.Context{Number: 1})
	m.line = m.e.Append(m.line[:0], &m.row)
	if err := json.Unmarshal(m.line, &entry); err != nil {
		t.Fatalf("%v: %s", err, m.line)
	}
	return entry.Message
}

// A segment's length is that of its payload, whatever stands around it.
func TestTheLengthOfASegmentIsItsPayloads(t *testing.T) {
	a, b := netip.MustParseAddr("10.0.0.1"), netip.MustParseAddr("10.0.0.2")
	a6, b6 := netip.MustParseAddr("fe80::1"), netip.MustParseAddr("fe80::2")
	segment := capture.TCP(80, 4000, 24, 5, 6, []byte("seven b"))
	extension := append([]byte{6, 0, 1, 4, 0, 0, 0, 0}, segment...) // hop-by-hop options, of padding
	stamped := capture.TCP(80, 4000, 24, 5, 6, []byte("\x01\x01\x08\x0atimetickseven b"))
	stamped[12] = 0x80
	unmeasured := capture.IP(a, b, 6, segment)
	unmeasured[2], unmeasured[3] = 0, 0
	inside := capture.IP(a, b, 6, segment)
	m := newTeller()
	const said = " | [PSH|ACK] | len/seq/ack:7/5/6"
	for _, c := range []struct {
		name   string
		packet []byte
		want   string
	}{
		{"IPv4", capture.IP(a, b, 6, segment), "#1 | TCP | 10.0.0.1:80 > 10.0.0.2:4000" + said},
		{"a time stamp", capture.IP(a, b, 6, stamped), "#1 | TCP | 10.0.0.1:80 > 10.0.0.2:4000" + said},
		{"a time stamp and IPv6", capture.IP(a6, b6, 6, stamped), "#1 | TCP | fe80::1:80 > fe80::2:4000" + said},
		{"IPv6", capture.IP(a6, b6, 6, segment), "#1 | TCP | fe80::1:80 > fe80::2:4000" + said},
		{"an extension header", capture.IP(a6, b6, 0, extension), "#1 | TCP | fe80::1:80 > fe80::2:4000" + said},
		{"no length in IP", unmeasured, "#1 | TCP | 10.0.0.1:80 > 10.0.0.2:4000" + said},
		{"a tunnel", capture.IP(a6, b6, 4, inside), "#1 | TCP | 10.0.0.1:80 > 10.0.0.2:4000" + said},
	} {
		data := capture.Ethernet(capture.EtherTypeOf(c.packet), c.packet)
		if got := m.tell(t, data); got != c.want {
			t.Errorf("%s: %s\nand should be %s", c.name, got, c.want)
		}
		if c.name == "no length in IP" {
			continue
		}
		if got := m.tell(t, append(data, "padding"...)); got != c.want {
			t.Errorf("%s, padded: %s\nand should be %s", c.name, got, c.want)
		}
	}
}

// No bytes make a message that is not there.
func TestAnyBytesHaveAMessage(t *testing.T) {
	r, m := rand.New(rand.NewPCG(7, 7)), newTeller()
	a, b := netip.MustParseAddr("10.0.0.1"), netip.MustParseAddr("10.0.0.2")
	for range 2000 {
		data := capture.Ethernet(0x0800, capture.IP(a, b, []uint8{1, 6, 17, 4, 41, 47, 132}[r.IntN(7)], capture.TCP(uint16(r.Uint32()), 4789, uint8(r.Uint32()), 1, 2, make([]byte, r.IntN(60)))))
		for range r.IntN(4) {
			data[r.IntN(len(data))] = byte(r.Uint32())
		}
		if got := m.tell(t, data[:r.IntN(len(data)+1)]); !strings.HasPrefix(got, "#1") {
			t.Errorf("%q", got)
		}
	}
}

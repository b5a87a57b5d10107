package fields

import (
	"encoding/hex"
	"flag"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/pcappipe/pcappipe/decoder"
	"github.com/pcappipe/pcappipe/frame"
	"github.com/pcappipe/pcappipe/record"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// Pieces of frames, in hex.
const (
	ethIP   = "020000000002 020000000001 0800"
	ethIPv6 = "020000000002 020000000001 86dd"
	addr6   = "20010db8000000000000000000000001 20010db8000000000000000000000002"

	tcpTimestamps = ethIP + "45020039 1c464000 40060000 0a000001 0a000002" +
		"3039 0050 00000001 00000002 8018 0100 abcd 0000 0101080a 00000010 00000020 68656c6c6f"
	quoted = "4500001c 00010000 40110000 0a000002 0a000001 0035 3039 0008 0000"
)

// A sample is one frame.
type sample struct {
	name string
	link frame.LinkType
	hex  string // of which "|" ends the captured part
}

// frames are one packet each of what the package reads. The golden file beside
// has the rows.
var frames = slices.Concat(commonFrames, optionFrames, sctpFrames, rareFrames)

var commonFrames = []sample{
	{"tcp with timestamps", 1, tcpTimestamps},
	{"tcp syn with options", 1, ethIP + "45000038 00010000 40060000 0a000001 0a000002" +
		"3039 0050 00000001 00000000 9002 ffff 0000 0000 020405b4 0402 0101 030307 00 2204abcd"},
	{"tcp with selective acknowledgment", 1, ethIP + "45000034 00010000 40060000 0a000001 0a000002" +
		"3039 0050 00000001 00000002 8e10 0100 0000 0000 0101050a 00000010 00000020"},
	{"tcp with multipath join", 1, ethIP + "45000034 00010000 40060000 0a000001 0a000002" +
		"3039 0050 00000001 00000000 8002 0100 0000 0000 1e0c1102 11111111 22222222"},
	{"tcp with an option longer than its header", 1, ethIP + "4500002c 00010000 40060000 0a000001 0a000002" +
		"3039 0050 00000001 00000002 6010 0100 0000 0000 02200000"},
	{"udp in a short frame filled with zeros", 1, ethIP + "4500001d 00010000 40110000 0a000001 0a000002" +
		"3039 0035 0009 0000 61" + strings.Repeat("00", 17)},
	{"udp with trailer and check sequence", 1, ethIP + "4500003a 00010000 40110000 0a000001 0a000002" +
		"3039 0035 0026 0000" + strings.Repeat("61", 30) + "7172 fcfcfcfc"},
	{"two tags and a trailer", 1, "020000000002 020000000001 88a8 2064 8100 0065 0800" +
		"4500001c 00010000 40110000 0a000001 0a000002 3039 0035 0008 0000" + strings.Repeat("00", 10) + "77"},
	{"virtual interfaces' tag", 1, "020000000002 020000000001 8926 c0050007 0800" +
		"4500001c 00010000 40110000 0a000001 0a000002 3039 0035 0008 0000"},
	{"arp", 1, "ffffffffffff 020000000001 0806 0001 0800 06 04 0001 020000000001 0a000001 000000000000 0a000002"},
	{"length and llc", 1, "0180c2000000 020000000001 0003 424203"},
	{"length, llc and snap", 1, "020000000002 020000000001 0024 aaaa03 000000 0800" +
		"4500001c 00010000 40110000 0a000001 0a000002 3039 0035 0008 0000"},
	{"ip with options", 1, ethIP + "4d00003c 00010000 40110000 0a000001 0a000002 94040000" +
		"8907 04 0a000009 44 0c 05 03 0a000003 00000064 07 07 04 00000000 00 00" + "3039 0035 0008 0000"},
	{"ip total length 0", 1, ethIP + "45000000 00010000 40110000 0a000001 0a000002 3039 0035 0008 0000"},
	{"ip fragment", 1, ethIP + "45000018 00012003 40110000 0a000001 0a000002 61616161"},
	{"icmp echo", 1, ethIP + "4500001c 00010000 40010000 0a000001 0a000002 0800 f7ff 0001 0002"},
	{"icmp error with what it quotes", 1, ethIP + "45000038 00010000 40010000 0a000001 0a000002 0304 0000 0000 05dc" + quoted},
	{"igmp report of version 3", 1, ethIP + "45000028 00010000 01020000 0a000001 e0000016 22000000 00000001 04000001 e0000001 0a000005"},
	{"ipv6 with extension headers", 1, ethIPv6 + "60012345 0030 00 40" + addr6 +
		"2b000502 00000100 2c020001" + "00000000 20010db8000000000000000000000003 11000001 00000007" + "3039 0035 0008 0000"},
	{"ipv6 with authentication between options", 1, ethIPv6 + "60000000 0030 00 40" + addr6 +
		"33000502 00000100 3c040000 00000001 00000002 aaaaaaaa bbbbbbbb cccccccc 11000104 00000000 3039 0035 0008 0000"},
	{"neighbour advertisement", 1, ethIPv6 + "60000000 0020 3a ff" + addr6 +
		"88000000 60000000 20010db8000000000000000000000001 0201020000000001"},
	{"router advertisement", 1, ethIPv6 + "60000000 0030 3a ff" + addr6 +
		"86000000 40c00708 00000000 00000000 030440c0 00015180 00003840 00000000 20010db8000000000000000000000000"},
	{"multicast listener report", 1, ethIPv6 + "60000000 001c 3a 01" + addr6 +
		"8f000000 00000001 04000000 ff020000000000000000000000000016"},
	{"gre with a tunnelled packet", 1, ethIP + "4500003c 00010000 402f0000 0a000001 0a000002 30000800 00000007 00000001" +
		"4500001c 00010000 40110000 0a000003 0a000004 3039 0035 0008 0000"},
	{"vxlan", 1, ethIP + "4500004e 00010000 40110000 0a000001 0a000002 3039 12b5 003a 0000 08000000 00002a00" +
		ethIP + "4500001c 00010000 40110000 0a000003 0a000004 3039 0035 0008 0000"},
	{"two labels", 1, "020000000002 020000000001 8847 00010a40 00011140" +
		"4500001c 00010000 40110000 0a000001 0a000002 3039 0035 0008 0000"},
	{"pppoe discovery", 1, "020000000002 020000000001 8863 1107 0001 000c 0102 0004 42524153 0103 0000"},
	{"ppp in a pppoe session", 1, "020000000002 020000000001 8864 1100 0001 001e 0021" +
		"4500001c 00010000 40110000 0a000001 0a000002 3039 0035 0008 0000"},
	{"sctp", 1, ethIP + "45000038 00010000 40840000 0a000001 0a000002" +
		"3039 0050 00000007 00000000 00030014 00000001 00020003 00000000 61626364 03000004"},
	{"udp-lite", 1, ethIP + "4500001c 00010000 40880000 0a000001 0a000002 3039 0035 0008 1234"},
	{"cooked", 113, "0000 0001 0006 020000000001 0000 0800 4500001c 00010000 40110000 0a000001 0a000002 3039 0035 0008 0000"},
	{"cooked, version 2", 276, "0800 0000 00000003 0001 04 06 020000000001 0000 4500001c 00010000 40110000 0a000001 0a000002 3039 0035 0008 0000"},
	{"cooked, padded by the device", 113, "0000 0001 0006 020000000001 0000 0800" +
		"4500001c 00010000 40110000 0a000001 0a000002 3039 0035 0008 0000" + strings.Repeat("00", 16) + "7172"},
	{"loopback", 0, "02000000 4500001c 00010000 40110000 0a000001 0a000002 3039 0035 0008 0000"},
	{"raw", 101, "4500001c 00010000 40110000 0a000001 0a000002 3039 0035 0008 0000"},
	{"raw, of no known version", 101, "00"},
	{"raw, empty", 101, ""},
	{"a link type nobody knows", 147, "00"},
	{"cut inside the tcp header", 1, ethIP + "45000028 00010000 40060000 0a000001 0a000002 3039 0050 00000001 000000|02 5010 0100 0000 0000"},
	{"cut inside the ip header", 1, ethIP + "45000028 00010000 4006|0000 0a000001 0a000002"},
	{"ip total length below its header", 1, ethIP + "45000010 00010000 40060000 0a000001 0a000002 00000000"},
}

// TestRows compares the row of every frame with the golden file.
func TestRows(t *testing.T) {
	var b strings.Builder
	var row record.Row
	for _, c := range frames {
		data := unhex(t, c.hex)
		whole := unhex(t, strings.ReplaceAll(c.hex, "|", ""))
		d := decodeCut(whole, len(data), c.link)
		Append(&row, &d.frame, data, &d.packet, d.layers, &Context{File: "a.pcap", Offset: 24, Number: 7})
		fmt.Fprintf(&b, "# %s\n%s\n", c.name, plain(&row))
	}
	path := filepath.Join("testdata", "rows.golden")
	if *update {
		if err := os.WriteFile(path, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	got, golden := strings.Split(b.String(), "\n"), strings.Split(string(want), "\n")
	for i := range got {
		if i >= len(golden) || got[i] != golden[i] {
			t.Fatalf("line %d: %s", i+1, got[i])
		}
	}
	if len(got) != len(golden) {
		t.Errorf("%d lines, the golden file has %d", len(got), len(golden))
	}
}

// plain writes a row as text: a line a layer, indented by the packets around.
func plain(row *record.Row) string {
	var b strings.Builder
	var open []*record.Layer
	indent := ""
	for _, x := range row.Spelled(nil) {
		switch v := &x; v.Op {
		case record.Open:
			open = append(open, Schema.Layers[v.Field])
			if len(open) == 1 {
				b.WriteString(indent + open[0].Key + ":")
			} else {
				b.WriteString(" [" + open[len(open)-1].Key + ":")
			}
		case record.Close:
			if open = open[:len(open)-1]; len(open) == 0 {
				b.WriteString("\n")
			} else {
				b.WriteString("]")
			}
		case record.Inner:
			indent += "  "
		default:
			l := open[len(open)-1]
			f := &l.Fields[v.Field]
			fmt.Fprintf(&b, " %s=%s", strings.TrimPrefix(f.Name, l.Key+"."), value(f.Type, row, v))
		}
	}
	return b.String()
}

func value(kind record.Type, row *record.Row, v *record.Value) string {
	if v.Op == record.Number {
		return fmt.Sprint(int64(v.Num))
	}
	b := row.Of(v)
	switch kind {
	case record.Address:
		a, _ := netip.AddrFromSlice(b)
		return a.String()
	case record.Text:
		return fmt.Sprintf("%q", b)
	}
	return hex.EncodeToString(b)
}

// TestEveryLayerBearsItsFields says that a field's name begins with its
// layer's key, and that no name is defined twice: an object has a key once.
func TestEveryLayerBearsItsFields(t *testing.T) {
	seen := map[string]bool{}
	for _, l := range Schema.Layers {
		if seen[l.Key] {
			t.Errorf("layer %s stands twice", l.Key)
		}
		seen[l.Key] = true
		for i, f := range l.Fields {
			switch {
			case f.Name == "":
				t.Errorf("%s: place %d has no field", l.Key, i)
			case !strings.HasPrefix(f.Name, l.Key+"."):
				t.Errorf("%s stands under %s", f.Name, l.Key)
			case seen[f.Name]:
				t.Errorf("%s is defined twice", f.Name)
			case f.Source == "" || f.Doc == "":
				t.Errorf("%s has no source or no description", f.Name)
			}
			seen[f.Name] = true
		}
	}
	if len(Schema.Layers) > 64 {
		t.Errorf("%d layers, the walk marks 64", len(Schema.Layers))
	}
}

// TestEveryProtocolIsRead says that a protocol of the decoder has a layer, but
// for Raw, which has no bytes.
func TestEveryProtocolIsRead(t *testing.T) {
	for p := decoder.Protocol(1); p < decoder.Protocols; p++ {
		if layerOf[p] == nil && p != decoder.Raw {
			t.Errorf("%s has no layer", p)
		}
	}
}

// TestAppendAllocatesNothing holds once the row has grown.
func TestAppendAllocatesNothing(t *testing.T) {
	var row record.Row
	for _, c := range frames {
		data := unhex(t, c.hex)
		f, p, layers := decode(data, c.link)
		context := Context{File: "a.pcap", Protocols: "eth:ip", Flows: []uint64{1, 2}, Payload: true}
		Append(&row, &f, data, &p, layers, &context)
		if n := testing.AllocsPerRun(10, func() { Append(&row, &f, data, &p, layers, &context) }); n != 0 {
			t.Errorf("%s: %v allocations", c.name, n)
		}
	}
}

// TestCutFramesKeepWhatIsThere cuts every frame at every length: what is left
// are the first values of the whole frame's, and ranges that end early. What
// stands behind the payload is told by where the frame ends, so it may change;
// so may the destination, whose source route may be cut off. Before its length
// field, the header of an inter-switch link looks like Ethernet's.
func TestCutFramesKeepWhatIsThere(t *testing.T) {
	var whole, part record.Row
	for _, c := range frames {
		data := unhex(t, strings.ReplaceAll(c.hex, "|", ""))
		d := decodeCut(data, len(data), c.link)
		Append(&whole, &d.frame, data, &d.packet, d.layers, &Context{})
		all := lists(&whole)
		for n := range data {
			if n < 14 && strings.HasPrefix(c.name, "inter-switch link") {
				continue
			}
			d := decodeCut(data, n, c.link)
			Append(&part, &d.frame, data[:n:n], &d.packet, d.layers, &Context{})
			if err := wellFormed(&part); err != nil {
				t.Errorf("%s cut at %d: %v", c.name, n, err)
			}
			for name, left := range lists(&part) {
				if !begins(all[name], left) {
					t.Errorf("%s cut at %d: %s is %q, of the whole frame %q", c.name, n, name, left, all[name])
				}
			}
		}
	}
}

// lists returns the values of each field of the packet's layers, as text, over
// all depths.
func lists(row *record.Row) map[string][]string {
	m := map[string][]string{}
	var open []*record.Layer
	for _, x := range row.Spelled(nil) {
		switch v := &x; v.Op {
		case record.Open:
			open = append(open, Schema.Layers[v.Field])
		case record.Close:
			open = open[:len(open)-1]
		case record.Inner:
		default:
			l := open[len(open)-1]
			name := l.Fields[v.Field].Name
			if l != &frameLayer && l != &faultLayer && !strings.HasSuffix(name, "trailer") && name != "eth.padding" && name != "eth.fcs" && name != "ip.dst" {
				m[name] = append(m[name], value(record.Bytes, row, v))
			}
		}
	}
	return m
}

// begins says whether all begins with part, whose last value may end early.
func begins(all, part []string) bool {
	n := len(part)
	return n <= len(all) && slices.Equal(part[:n-1], all[:n-1]) && strings.HasPrefix(all[n-1], part[n-1])
}

type decoded struct {
	frame  frame.Frame
	packet decoder.Packet
	layers []decoder.Layer
}

// decodeCut decodes the first n bytes of a frame.
func decodeCut(data []byte, n int, link frame.LinkType) decoded {
	f := frame.Frame{Len: uint32(n), Wire: uint32(len(data)), Link: link}
	d := decoder.New(decoder.Config{Layers: true})
	var r decoder.Result
	d.Reset(&r)
	d.Decode(&f, data[:n:n], 0, &r)
	return decoded{f, r.Packets[0], r.Of(&r.Packets[0])}
}

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	s, _, _ = strings.Cut(s, "|")
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

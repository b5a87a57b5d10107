package capfile

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/pcappipe/pcappipe/frame"
)

// describe writes what a reading found, a line for each frame and each damage.
func describe(r reading) string {
	var b strings.Builder
	for _, f := range r.frames {
		fmt.Fprintf(&b, "%d at %d: ", f.Number, f.Offset)
		if f.Flags&frame.Timeless == 0 {
			fmt.Fprintf(&b, "time %d ", f.Nanos)
		}
		fmt.Fprintf(&b, "%d of %d bytes, interface %d link %d", f.Len, f.Wire, f.Interface, f.Link)
		if f.FCS != 0 {
			fmt.Fprintf(&b, " fcs %d", f.FCS)
		}
		fmt.Fprintf(&b, " %q\n", f.Data)
	}
	for _, d := range r.damage {
		fmt.Fprintf(&b, "damage at %d, frame %d: %s: %v\n", d.Offset, d.Frame, d.Field, d.Err)
	}
	return b.String()
}

func TestFormats(t *testing.T) {
	header := func(o order, magic uint32, major, minor uint16, network uint32) *capture {
		return (&capture{order: o}).u32(magic).u16(major, minor).u32(0, 0, 100, network)
	}
	ab := []byte("ab")
	for _, row := range []struct {
		name string
		file *capture
		want string
	}{
		{
			"microseconds",
			newPcap(little, magicMicro, 1).record(10, 999999, ab),
			`1 at 24: time 10999999000 2 of 2 bytes, interface 0 link 1 "ab"`,
		},
		{
			"nanoseconds, big-endian",
			newPcap(big, magicNano, 1).record(10, 999999999, ab),
			`1 at 24: time 10999999999 2 of 2 bytes, interface 0 link 1 "ab"`,
		},
		{
			"the last second of an unsigned time, and a fraction above a second",
			newPcap(little, magicMicro, 1).record(math.MaxUint32, math.MaxUint32, ab),
			`1 at 24: time 4294971589967295000 2 of 2 bytes, interface 0 link 1 "ab"`,
		},
		{
			"no frames",
			newPcap(little, magicMicro, 1),
			``,
		},
		{
			"more captured than on the wire, and than the snap length",
			newPcap(little, magicMicro, 1).u32(1, 2, 2, 1).bytes(ab).record(1, 2, payload(65536, 0)[:2]),
			"1 at 24: time 1000002000 2 of 1 bytes, interface 0 link 1 \"ab\"\n" +
				`2 at 42: time 1000002000 2 of 2 bytes, interface 0 link 1 "ah"`,
		},
		{
			"a link type of 16 bits, with an FCS of 4",
			newPcap(little, magicMicro, 276|0x04000000|2<<28).record(1, 2, ab),
			`1 at 24: time 1000002000 2 of 2 bytes, interface 0 link 276 fcs 4 "ab"`,
		},
		{
			"an FCS length that is not marked as present",
			newPcap(little, magicMicro, 1|2<<28).record(1, 2, ab),
			`1 at 24: time 1000002000 2 of 2 bytes, interface 0 link 1 "ab"`,
		},
		{
			"modified, 24 bytes of header",
			header(little, magicModified, 2, 4, 1).
				u32(1, 2, 2, 2, 3).u16(0x800).bytes([]byte{4, 0}).bytes(ab).
				u32(2, 2, 2, 2, 3).u16(0x86dd).bytes([]byte{0, 0}).bytes(ab),
			"1 at 24: time 1000002000 2 of 2 bytes, interface 0 link 1 \"ab\"\n" +
				`2 at 50: time 2000002000 2 of 2 bytes, interface 0 link 1 "ab"`,
		},
		{
			"modified, 28 bytes of header",
			header(big, magicModified, 2, 4, 1).
				u32(1, 2, 2, 2, 3).u16(0x800).bytes([]byte{4, 0, 0, 0, 0, 0}).bytes(ab).
				u32(2, 2, 2, 2, 3).u16(0x86dd).bytes([]byte{0, 0, 0, 0, 0, 0}).bytes(ab),
			"1 at 24: time 1000002000 2 of 2 bytes, interface 0 link 1 \"ab\"\n" +
				`2 at 54: time 2000002000 2 of 2 bytes, interface 0 link 1 "ab"`,
		},
		{
			"24 bytes of header under the standard magic number",
			header(little, magicMicro, 2, 4, 1).
				u32(1, 2, 2, 2, 3).u16(0x800).bytes([]byte{4, 0}).bytes(ab).
				u32(2, 2, 2, 2, 3).u16(0x86dd).bytes([]byte{0, 0}).bytes(ab),
			"1 at 24: time 1000002000 2 of 2 bytes, interface 0 link 1 \"ab\"\n" +
				`2 at 50: time 2000002000 2 of 2 bytes, interface 0 link 1 "ab"`,
		},
		{
			"Nokia's 20 bytes of header",
			header(little, magicMicro, 2, 4, 1).
				u32(1, 2, 2, 2, 0x9fbfb601).bytes(ab).u32(2, 2, 2, 2, 0xbfbfd902).bytes(ab),
			"1 at 24: time 1000002000 2 of 2 bytes, interface 0 link 1 \"ab\"\n" +
				`2 at 46: time 2000002000 2 of 2 bytes, interface 0 link 1 "ab"`,
		},
		{
			"version 2.2: the wire length comes first",
			header(little, magicMicro, 2, 2, 1).u32(1, 2, 9, 2).bytes(ab),
			`1 at 24: time 1000002000 2 of 9 bytes, interface 0 link 1 "ab"`,
		},
		{
			"version 2.3: which length comes first, their sizes say",
			header(little, magicMicro, 2, 3, 1).u32(1, 2, 9, 2).bytes(ab).u32(1, 2, 2, 9).bytes(ab),
			"1 at 24: time 1000002000 2 of 9 bytes, interface 0 link 1 \"ab\"\n" +
				`2 at 42: time 1000002000 2 of 9 bytes, interface 0 link 1 "ab"`,
		},
		{
			"AIX: interface types, nanoseconds, padding before FDDI frames",
			header(big, magicMicro, 2, 2, 15).u32(1, 2, 9, 5).bytes([]byte("123")).bytes(ab),
			`1 at 24: time 1000000002 2 of 6 bytes, interface 0 link 10 "ab"`,
		},
		{
			"Ixia: four bytes more of file header",
			header(little, magicIxiaHW, 2, 4, 1).u32(18).record(1, 2, ab),
			`1 at 28: time 1000000002 2 of 2 bytes, interface 0 link 1 "ab"`,
		},
		{
			"pcapng: an enhanced packet, of which only a part was captured",
			newPcapng(big).idb(1, 0).block(blockEnhanced, newPcapng(big).body().u32(0, 0, 7_000_001, 2, 60).bytes(ab).b),
			`1 at 48: time 7000001000 2 of 60 bytes, interface 0 link 1 "ab"`,
		},
		{
			"pcapng: simple packets have no time, and are cut at the snap length",
			newPcapng(little).idb(101, 2).idb(1, 0).spb(3, ab).spb(1, []byte("a")),
			"1 at 68: 2 of 3 bytes, interface 0 link 101 \"ab\"\n" +
				`2 at 88: 1 of 1 bytes, interface 0 link 101 "a"`,
		},
		{
			"pcapng: an obsolete packet block",
			newPcapng(little).idb(1, 0).idb(101, 0).block(blockPacket, newPcapng(little).body().u16(1, 9).u32(0, 5, 2, 3).bytes(ab).b),
			`1 at 68: time 5000 2 of 3 bytes, interface 1 link 101 "ab"`,
		},
		{
			"pcapng: resolutions and offsets",
			newPcapng(little).
				idb(1, 0, optResolution, []byte{9}).
				idb(1, 0, optResolution, []byte{0x80 | 1}, optOffset, []byte{10, 0, 0, 0, 0, 0, 0, 0}).
				idb(1, 0, optResolution, []byte{12}).
				epb(0, 1700000000123456789, ab).epb(1, 3, ab).epb(2, 1_999_999_999_999, ab),
			"1 at 124: time 1700000000123456789 2 of 2 bytes, interface 0 link 1 \"ab\"\n" +
				"2 at 160: time 11500000000 2 of 2 bytes, interface 1 link 1 \"ab\"\n" +
				`3 at 196: time 1999999999 2 of 2 bytes, interface 2 link 1 "ab"`,
		},
		{
			"pcapng: an FCS by interface, in bits or bytes, and by packet",
			newPcapng(little).idb(1, 0, optFCS, []byte{32}).idb(1, 0, optFCS, []byte{4}).
				epb(0, 0, ab).epb(1, 0, ab).epb(1, 0, ab, optFlags, []byte{2 << 5, 0, 0, 0}),
			"1 at 84: time 0 2 of 2 bytes, interface 0 link 1 fcs 4 \"ab\"\n" +
				"2 at 120: time 0 2 of 2 bytes, interface 1 link 1 fcs 4 \"ab\"\n" +
				`3 at 156: time 0 2 of 2 bytes, interface 1 link 1 fcs 2 "ab"`,
		},
		{
			"pcapng: a section has its own interfaces and byte order",
			newPcapng(little).idb(1, 0).epb(0, 1, ab).sectionIn(big).idb(101, 0).epb(0, 2, ab),
			"1 at 48: time 1000 2 of 2 bytes, interface 0 link 1 \"ab\"\n" +
				`2 at 132: time 2000 2 of 2 bytes, interface 0 link 101 "ab"`,
		},
		{
			"pcapng: lengths without padding",
			newPcapng(little).idb(1, 0).u32(blockSimple, 18).u32(2).bytes(ab).bytes([]byte{0, 0}).u32(18),
			`1 at 48: 2 of 2 bytes, interface 0 link 1 "ab"`,
		},
	} {
		t.Run(row.name, func(t *testing.T) {
			got := describe(readAll(t, Config{Inputs: []string{write(t, "a", row.file.b)}}))
			if strings.TrimSuffix(got, "\n") != row.want {
				t.Errorf("got\n%swant\n%s", got, row.want)
			}
		})
	}
}

// Each kind of damage is reported once, at its record, after the frames before it.
func TestDamage(t *testing.T) {
	ab := []byte("ab")
	pcap := func() *capture { return newPcap(little, magicMicro, 1).record(1, 2, ab) }
	ng := func() *capture { return newPcapng(little).idb(1, 0).epb(0, 1, ab) }
	body := func() *capture { return &capture{order: little} }
	for _, row := range []struct {
		name string
		file *capture
		want string
	}{
		{"captured length of 256 KiB and 1", pcap().u32(1, 2, maxCaptured+1, 1), "damage at 42, frame 2: captured length: length is out of range"},
		{"captured length beyond the end", pcap().u32(1, 2, maxCaptured, 1), "damage at 42, frame 2: packet data: file ends in the middle"},
		{"record header cut", pcap().u32(1, 2, 3), "damage at 42, frame 2: record header: file ends in the middle"},
		{"block without a type", ng().u16(1), "damage at 84, frame 2: block header: file ends in the middle"},
		{"block length below 12", ng().u32(6, 8, 8), "damage at 84, frame 2: block total length: length is out of range"},
		{"block length of 4 GiB", ng().u32(6, math.MaxUint32, 8), "damage at 84, frame 2: block total length: length is out of range"},
		{"block beyond the end", ng().u32(77, maxBlock&^3, 8), "damage at 84, frame 2: block body: file ends in the middle"},
		{"lengths differ", ng().u32(77, 12, 16), "damage at 84, frame 2: trailing block total length: the two lengths of the block differ"},
		{"lengths of a packet differ", ng().u32(blockSimple, 16, 0, 20), "damage at 84, frame 2: trailing block total length: the two lengths of the block differ"},
		{"packet longer than its block", ng().block(blockEnhanced, body().u32(0, 0, 0, 9, 9).bytes(ab).b), "damage at 84, frame 2: captured packet length: length is out of range"},
		{"packet longer than a link allows", ng().block(blockEnhanced, body().u32(0, 0, 0, maxCaptured+1, 9).bytes(ab).b), "damage at 84, frame 2: captured packet length: length is out of range"},
		{"simple packet longer than its block", ng().spb(9, ab), "damage at 84, frame 2: original packet length: length is out of range"},
		{"interface that was not described", ng().epb(1, 0, ab), "damage at 84, frame 2: interface ID: no such interface"},
		{"interface of the section before", ng().shb().epb(0, 0, ab), "damage at 112, frame 2: interface ID: no such interface"},
		{"packet before any interface", ng().shb().spb(2, ab), "damage at 112, frame 2: interface ID: no such interface"},
		{"blocks too short for their type", ng().block(blockEnhanced, nil), "damage at 84, frame 2: block total length: length is out of range"},
		{"interface too short", ng().block(blockInterface, nil), "damage at 84, frame 2: block total length: length is out of range"},
		{"statistics too short", ng().block(blockStatistics, nil), "damage at 84, frame 2: block total length: length is out of range"},
		{"section too short", ng().block(blockSection, body().u32(byteOrderMagic).b), "damage at 84, frame 2: block total length: length is out of range"},
		{"section of no byte order", ng().block(blockSection, body().u32(1, 2, 3, 4).b), "damage at 84, frame 2: byte-order magic: not what the format prescribes"},
		{"section of version 2", ng().block(blockSection, body().u32(byteOrderMagic).u16(2, 0).u64(0).b), "damage at 84, frame 2: version: version is not supported"},
		{"resolution of 2^-64", ng().idb(1, 0, optResolution, []byte{0x80 | 64}), "damage at 84, frame 2: if_tsresol: time resolution is not supported"},
		{"resolution of 10^-20", ng().idb(1, 0, optResolution, []byte{20}), "damage at 84, frame 2: if_tsresol: time resolution is not supported"},
		{"option longer than its block", ng().block(blockEnhanced, body().u32(0, 0, 0, 0, 0).u16(1, 9).b), "damage at 84, frame 2: packet option: option does not fit"},
		{"flags of 3 bytes", ng().epb(0, 0, ab, optFlags, []byte{1, 2, 3}), "damage at 84, frame 2: packet option: option does not fit"},
		{"option of an interface", ng().block(blockInterface, body().u32(1, 0).u16(2, 9).b), "damage at 84, frame 2: interface option: option does not fit"},
	} {
		t.Run(row.name, func(t *testing.T) {
			path := write(t, "a", row.file.b)
			for _, c := range []Config{{}, {Serial: true}, {BatchSize: 64}, {BatchSize: 100}} {
				c.Inputs = []string{path, path} // reading goes on with the next input
				r := readAll(t, c)
				if len(r.frames) != 2 || len(r.damage) != 2 || r.frames[1].Number != 2 || r.damage[1].Frame != 3 {
					t.Fatalf("%+v:\n%s", c, describe(r))
				}
				first := reading{damage: r.damage[:1]}
				if got := describe(first); got != row.want+"\n" {
					t.Errorf("%+v:\n%swant\n%s", c, got, row.want)
				}
			}
		})
	}
}

// A header that is cut is damage before the first frame; one that cannot be
// supported is no input.
func TestDamagedHeaders(t *testing.T) {
	whole := newPcap(little, magicMicro, 1).b
	r := readAll(t, Config{Inputs: []string{write(t, "a", whole[:23])}})
	if got := describe(r); got != "damage at 0, frame 1: file header: file ends in the middle\n" {
		t.Error(got)
	}
	r = readAll(t, Config{Inputs: []string{write(t, "a", newPcapng(little).b[:20])}})
	if got := describe(r); got != "damage at 0, frame 1: block body: file ends in the middle\n" {
		t.Error(got)
	}
	for _, row := range []struct {
		major   uint16
		network uint32
		want    error
	}{{1, 1, ErrVersion}, {2, 1 | 1<<16, ErrMagic}} {
		c := (&capture{order: little}).u32(magicMicro).u16(row.major, 4).u32(0, 0, 0, row.network)
		if _, err := Open(Config{Inputs: []string{write(t, "a", c.b)}}); !errors.Is(err, row.want) {
			t.Errorf("%+v: %v", row, err)
		}
	}
}

func TestClock(t *testing.T) {
	for _, row := range []struct {
		resolution uint8
		offset     int64
		timestamp  uint64
		want       int64
	}{
		{6, 0, 1, 1000},
		{9, 0, math.MaxInt64, math.MaxInt64},
		{9, 0, math.MaxUint64, math.MaxInt64},
		{0, 0, 3, 3e9},
		{0, 0, math.MaxUint64, math.MaxInt64},
		{19, 0, 1_553_255_926_290_448_383, 155_325_592},
		{0x80, 0, 5, 5e9},
		{0x80 | 1, 0, 3, 15e8},
		{0x80 | 32, 0, 1<<32 | 1, 1_000_000_000},
		{0x80 | 63, 0, 1<<63 - 1, 999_999_999},
		{6, 5, 1_500_000, 6_500_000_000},
		{6, -5, 1_500_000, -3_500_000_000},
		{6, math.MinInt64, 1, math.MinInt64},
		{6, math.MaxInt64, math.MaxUint64, math.MaxInt64},
	} {
		c, ok := newClock(row.resolution, row.offset)
		if got := c.nanos(row.timestamp); !ok || got != row.want {
			t.Errorf("%#x %d %d: %d, %t; want %d", row.resolution, row.offset, row.timestamp, got, ok, row.want)
		}
	}
}

func TestInterfaces(t *testing.T) {
	c := newPcapng(little).
		idb(1, 0, optName, []byte("eth0"), optDescription, []byte("the first"), optComment, []byte("\xff")).idb(101, 96).
		block(blockStatistics, (&capture{order: little}).u32(1, 0, 0).option(optReceived, []byte{9, 0, 0, 0, 0, 0, 0, 0}).option(optDropped, []byte{2, 0, 0, 0, 0, 0, 0, 0}).option(optOSDrop, []byte{3, 0, 0, 0, 0, 0, 0, 0}).b).
		shb().idb(113, 0, optName, []byte("any")).
		block(blockStatistics, (&capture{order: little}).u32(7, 0, 0).b)
	s, err := Open(Config{Inputs: []string{write(t, "a", c.b)}, BatchSize: 64})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	var p Piece
	for {
		if !s.Take(&p) {
			break
		}
		s.Read(&p)
		s.Verify(&p)
	}
	got := fmt.Sprintf("%+v", s.Interfaces(s.Files()[0]))
	want := "[{Section:0 Number:0 Link:1 SnapLen:0 Name:eth0 Description:the first Comment:\uFFFD Counted:false Received:0 Dropped:0} " +
		"{Section:0 Number:1 Link:101 SnapLen:96 Name: Description: Comment: Counted:true Received:9 Dropped:5} " +
		"{Section:1 Number:0 Link:113 SnapLen:0 Name:any Description: Comment: Counted:false Received:0 Dropped:0}]"
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

package output

import (
	"bytes"
	"encoding/hex"
	"net/netip"
	"strings"
	"testing"
)

var followNodes = [2]netip.AddrPort{netip.MustParseAddrPort("10.0.0.1:40000"), netip.MustParseAddrPort("[2001:db8::1]:80")}

// followed writes a short conversation with a gap.
func followed(format FollowFormat) string {
	f := NewFollow(format, 7, followNodes)
	dst := f.Begin([]byte("before"))
	dst = f.Data(dst, 1, []byte("banner\x00\xff\ttab\r\n"))
	dst = f.Data(dst, 0, []byte("hello, this is more than sixteen"))
	dst = f.Data(dst, 0, []byte("12345678"))
	dst = f.Data(dst, 0, nil)
	dst = f.Gap(dst, 0, 10)
	dst = f.Data(dst, 0, []byte("with spaces at its end   "))
	dst = f.Data(dst, 1, []byte("x"))
	return strings.TrimPrefix(string(f.End(dst)), "before")
}

func TestAConversationIsWrittenAsTsharkDoes(t *testing.T) {
	const rule = "===================================================================\n"
	head := func(what string) string {
		return "\n" + rule + "Follow: tcp," + what + "\nFilter: pcappipe.flow eq 7\nNode 0: 10.0.0.1:40000\nNode 1: [2001:db8::1]:80\n"
	}
	for format, want := range map[FollowFormat]string{
		FollowText: head("ascii") +
			"\t14\nbanner...tab\r\n\n" +
			"32\nhello, this is more than sixteen\n" +
			"8\n12345678\n" +
			"35\n[10 bytes missing in capture file].\n" +
			"25\nwith spaces at its end   \n" +
			"\t1\nx\n" + rule,
		FollowHex: head("hex") +
			"\t00000000  62 61 6e 6e 65 72 00 ff  09 74 61 62 0d 0a        banner.. .tab..\n" +
			"00000000  68 65 6c 6c 6f 2c 20 74  68 69 73 20 69 73 20 6d  hello, t his is m\n" +
			"00000010  6f 72 65 20 74 68 61 6e  20 73 69 78 74 65 65 6e  ore than  sixteen\n" +
			"00000020  31 32 33 34 35 36 37 38                           12345678\n" +
			"00000028  5b 31 30 20 62 79 74 65  73 20 6d 69 73 73 69 6e  [10 byte s missin\n" +
			"00000038  67 20 69 6e 20 63 61 70  74 75 72 65 20 66 69 6c  g in cap ture fil\n" +
			"00000048  65 5d 00                                          e].\n" +
			"0000004B  77 69 74 68 20 73 70 61  63 65 73 20 61 74 20 69  with spa ces at i\n" +
			"0000005B  74 73 20 65 6e 64 20 20  20                       ts end   \n" +
			"\t0000000E  78                                                x\n" + rule,
		FollowRaw: "banner\x00\xff\ttab\r\nhello, this is more than sixteen12345678with spaces at its end   x",
	} {
		if got := followed(format); got != want {
			t.Errorf("%v is\n%q, and should be\n%q", format, got, want)
		}
	}
}

func TestOffsetsGoOnBeyondFourGigabytes(t *testing.T) {
	for offset, want := range map[uint64]string{0: "00000000", 0xffffffff: "FFFFFFFF", 1 << 32: "100000000", 1<<64 - 1: "FFFFFFFFFFFFFFFF"} {
		if got := string(appendOffset(nil, offset)); got != want {
			t.Errorf("%#x is %s", offset, got)
		}
	}
}

// FuzzFollow says that hex has every byte at its offset, that text has as many
// as it says, and that raw has them all.
func FuzzFollow(f *testing.F) {
	f.Add([]byte("GET / HTTP/1.0\r\n\r\n"), []byte{0, 1, 2, 0xff, ' '})
	f.Fuzz(func(t *testing.T, a, b []byte) {
		raw := NewFollow(FollowRaw, 1, followNodes)
		if got := raw.Data(raw.Data(nil, 0, a), 1, b); !bytes.Equal(got, append(bytes.Clone(a), b...)) {
			t.Errorf("raw is %q", got)
		}
		dump := NewFollow(FollowHex, 1, followNodes)
		first := dump.Data(nil, 1, a)
		if got := undump(t, dump.Data(first, 1, b)); !bytes.Equal(got, append(bytes.Clone(a), b...)) {
			t.Errorf("hex has %q", got)
		}
		text := NewFollow(FollowText, 1, followNodes)
		if got := text.Data(nil, 0, a); len(a) > 0 && len(got) != bytes.IndexByte(got, '\n')+1+len(a)+1 {
			t.Errorf("text is %q", got)
		}
	})
}

// undump reads the lines of the second node back.
func undump(t *testing.T, dump []byte) (b []byte) {
	for line := range strings.Lines(string(dump)) {
		offset, rest, _ := strings.Cut(strings.TrimPrefix(line, "\t"), "  ")
		if want := string(appendOffset(nil, uint64(len(b)))); offset != want {
			t.Errorf("%q should be at %s", line, want)
		}
		bytes, err := hex.DecodeString(strings.ReplaceAll(rest[:48], " ", ""))
		if err != nil {
			t.Error(err)
		}
		b = append(b, bytes...)
	}
	return b
}

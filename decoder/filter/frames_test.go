package filter

import (
	"encoding/binary"
	"encoding/hex"
	"net/netip"
	"strings"

	"github.com/pcappipe/pcappipe/frame"
)

// A sample is a frame that tests filter.
type sample struct {
	link frame.LinkType
	data []byte
	wire int // bytes on the wire; 0: as captured
}

func (s sample) passes(f *Filter) bool { return f.Match(s.link, s.data, max(s.wire, len(s.data))) }

func u16(v int) []byte { return binary.BigEndian.AppendUint16(nil, uint16(v)) }
func u32(v int) []byte { return binary.BigEndian.AppendUint32(nil, uint32(v)) }

func cat(parts ...[]byte) []byte {
	var all []byte
	for _, p := range parts {
		all = append(all, p...)
	}
	return all
}

// raw reads hex with blanks.
func raw(s string) []byte {
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	if err != nil {
		panic(err)
	}
	return b
}

func ethernet(etherType int, payload []byte) []byte {
	return cat(raw("020000000002 020000000001"), u16(etherType), payload)
}

// ipv4 is a packet from src to dst; fragment is the field of flags and offset.
func ipv4(src, dst string, protocol, fragment int, payload []byte) []byte {
	a, b := netip.MustParseAddr(src), netip.MustParseAddr(dst)
	return cat([]byte{0x45, 0}, u16(20+len(payload)), u16(7), u16(fragment), []byte{64, byte(protocol), 0, 0},
		a.AsSlice(), b.AsSlice(), payload)
}

func ipv6Packet(src, dst string, next int, payload []byte) []byte {
	a, b := netip.MustParseAddr(src), netip.MustParseAddr(dst)
	return cat([]byte{0x60, 0, 0, 0}, u16(len(payload)), []byte{byte(next), 64}, a.AsSlice(), b.AsSlice(), payload)
}

func tcpSegment(src, dst, flags int, payload string) []byte {
	return cat(u16(src), u16(dst), u32(1), u32(2), []byte{0x50, byte(flags)}, u16(512), u32(0), []byte(payload))
}

func udpDatagram(src, dst int, payload []byte) []byte {
	return cat(u16(src), u16(dst), u16(8+len(payload)), u16(0), payload)
}

func arpRequest() []byte {
	return cat(raw("0001 0800 06 04 0001 020000000001"), raw("0a000001"), raw("000000000000"), raw("0a000002"))
}

const (
	synFlag = 0x02
	ackFlag = 0x10
)

// Packets that several tests put into frames.
var (
	web     = ipv4("10.0.0.1", "192.168.1.2", 6, 0x4000, tcpSegment(40000, 80, synFlag, ""))
	query   = ipv4("10.0.0.1", "10.0.0.53", 17, 0, udpDatagram(5353, 53, []byte("query")))
	later   = ipv4("10.0.0.1", "10.0.0.53", 17, 0x00b9, []byte("the ports are not in this fragment"))
	web6    = ipv6Packet("2001:db8::1", "2001:db8::2", 6, tcpSegment(40000, 443, ackFlag, ""))
	echo    = ipv4("10.0.0.1", "10.0.0.2", 1, 0, raw("0800 0000 0001 0001"))
	echo6   = ipv6Packet("fe80::1", "ff02::1", 58, raw("8000 0000 0001 0001"))
	options = ipv6Packet("fe80::1", "ff02::1", 0, cat(raw("1100 0000 0000 0000"), udpDatagram(5353, 5353, nil)))
	pieces  = ipv6Packet("fe80::1", "ff02::1", 44, cat(raw("1100 0001 0000 0009"), udpDatagram(5353, 5353, nil)))
	sealed  = ipv4("10.0.0.1", "10.0.0.2", 51, 0, cat(raw("06 04 0000 00000001 00000001 000000000000000000000000"), tcpSegment(1, 2, 0, "")))
)

func tagged(id int, etherType int, payload []byte) []byte {
	return ethernet(0x8100, cat(u16(id), u16(etherType), payload))
}

func label(n int, last bool) []byte {
	v := n<<12 | 64
	if last {
		v |= 1 << 8
	}
	return u32(v)
}

// inGeneve is a frame with a Geneve header, with four bytes of options.
func inGeneve(vni, protocol int, payload []byte) []byte {
	header := cat([]byte{1, 0}, u16(protocol), u32(vni<<8), raw("0102 0300"))
	return ethernet(0x0800, ipv4("10.9.0.1", "10.9.0.2", 17, 0, udpDatagram(50000, 6081, cat(header, payload))))
}

// wlanFrame is an 802.11 frame whose control field begins with the two bytes.
func wlanFrame(control string, llcAndPayload []byte) []byte {
	c := raw(control)
	b := cat(c, raw("0000 ffffffffffff 020000000002 020000000003 0000"))
	if c[0]&0x8c == 0x88 {
		b = append(b, 0, 0)
	}
	return append(b, llcAndPayload...)
}

func snapped(etherType int, payload []byte) []byte {
	return cat(raw("aaaa03 000000"), u16(etherType), payload)
}

// samples is one of each kind, by name.
var samples = map[string]sample{
	"web":      {link: 1, data: ethernet(0x0800, web)},
	"query":    {link: 1, data: ethernet(0x0800, query)},
	"later":    {link: 1, data: ethernet(0x0800, later)},
	"web6":     {link: 1, data: ethernet(0x86dd, web6)},
	"echo":     {link: 1, data: ethernet(0x0800, echo)},
	"echo6":    {link: 1, data: ethernet(0x86dd, echo6)},
	"options":  {link: 1, data: ethernet(0x86dd, options)},
	"pieces":   {link: 1, data: ethernet(0x86dd, pieces)},
	"sealed":   {link: 1, data: ethernet(0x0800, sealed)},
	"arp":      {link: 1, data: ethernet(0x0806, arpRequest())},
	"cut":      {link: 1, data: ethernet(0x0800, web)[:35], wire: 54},
	"tagged":   {link: 1, data: tagged(100, 0x0800, web)},
	"twice":    {link: 1, data: ethernet(0x88a8, cat(u16(7), u16(0x8100), u16(100), u16(0x86dd), web6))},
	"label":    {link: 1, data: ethernet(0x8847, cat(label(16, true), web))},
	"labels":   {link: 1, data: ethernet(0x8847, cat(label(16, false), label(1000, true), web6))},
	"session":  {link: 1, data: ethernet(0x8864, cat(raw("1100 0027 0036"), raw("0021"), web))},
	"geneve":   {link: 1, data: inGeneve(10, 0x6558, ethernet(0x0800, echo))},
	"geneveIP": {link: 1, data: inGeneve(11, 0x0800, web)},
	"stp":      {link: 1, data: cat(raw("0180c2000000 020000000001 0026 4242 03"), make([]byte, 35))},
	"isis":     {link: 1, data: cat(raw("0180c2000014 020000000001 0040 fefe 03 831b0100 0f"), make([]byte, 40))},
	"all":      {link: 1, data: cat(raw("ffffffffffff 020000000001 0806"), arpRequest())},
	"null":     {link: 0, data: cat(raw("02000000"), web)},
	"swapped":  {link: 0, data: cat(raw("0000001e"), web6)},
	"loop":     {link: 108, data: cat(raw("00000002"), web)},
	"raw":      {link: 101, data: web},
	"raw6":     {link: 12, data: web6},
	"ipv4":     {link: 228, data: web},
	"ipv6":     {link: 229, data: web6},
	"sll":      {link: 113, data: cat(raw("0004 0001 0006 020000000001 0000 0800"), web)},
	"sll2":     {link: 276, data: cat(raw("86dd 0000 00000003 0001 00 06 020000000001 0000"), web6)},
	"ppp":      {link: 9, data: cat(raw("ff03 0021"), web)},
	"hdlc":     {link: 104, data: cat(raw("0f00 0800"), web)},
	"nflog":    {link: 239, data: cat(raw("02 00 0001 0800 0a00 00000001"), raw("1400 0900"), web)},
	"beacon":   {link: 105, data: wlanFrame("8000", make([]byte, 12))},
	"wlan":     {link: 105, data: wlanFrame("0802", snapped(0x0800, web))},
	"radiotap": {link: 127, data: cat(raw("0000 0c00 02000000 20000000"), wlanFrame("8802", cat([]byte{0, 0}, snapped(0x0800, web))))},
	"ack":      {link: 127, data: cat(raw("0000 0800 00000000"), raw("d400 0000 020000000001"))},
	"relay":    {link: 107, data: cat(raw("1841 03cc"), web)},
	"unknown":  {link: 147, data: web},
}

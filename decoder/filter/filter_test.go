package filter

import (
	_ "embed"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
)

// Every row names all samples that pass, and no others do.
func TestExpressionsPass(t *testing.T) {
	rows := []struct{ expr, pass string }{
		{"arp", "all arp"},
		{"ip6", "echo6 ipv6 options pieces raw6 sll2 swapped web6"},
		{"icmp or icmp6", "echo echo6"},
		{"udp", "geneve geneveIP later pieces query"},
		{"host 192.168.1.2", "cut hdlc ipv4 loop nflog null ppp radiotap raw sll web wlan"},
		{"src 10.0.0.1 and dst net 10.0.0.0/24", "arp all echo later query sealed"},
		{"arp host 10.0.0.2", "all arp"},
		{"host 2001:db8::2", "ipv6 raw6 sll2 swapped web6"},
		{"dst net ff00::/8", "echo6 options pieces"},
		{"net 10.9", "geneve geneveIP"},
		{"ether dst 02:00:00:00:00:02", "arp cut echo echo6 geneve geneveIP label labels later options pieces query sealed session tagged twice web web6"},
		{"tcp port 443", "ipv6 raw6 sll2 swapped web6"},
		{"port domain", "query"},
		{"udp port 53", "query"},
		{"src portrange 5000-6000", "query"},
		{"tcp src port 40000 and dst port http or 443", "hdlc ipv4 ipv6 loop nflog null ppp radiotap raw raw6 sll sll2 swapped web web6 wlan"},
		{"ip proto \\tcp and vlan", ""},
		{"proto 17", "geneve geneveIP later pieces query"},
		{"ip6 proto 44", "pieces"},
		{"ip6 protochain 17", "options pieces"},
		{"ip protochain 6 and not tcp", "sealed"},
		{"protochain 51", "sealed"},
		{"ether proto \\arp", "all arp"},
		{"stp", "stp"},
		{"isis", "isis"},
		{"l1", "isis"},
		{"llc", "isis stp wlan radiotap"},
		{"llc ui", "isis stp wlan radiotap"},
		{"broadcast", "all beacon wlan radiotap"},
		{"multicast and not broadcast", "isis stp"},
		{"ip6 multicast", "echo6 options pieces"},
		{"vlan", "tagged twice"},
		{"vlan 100", "tagged"},
		{"vlan and tcp port 80", "tagged"},
		{"vlan and vlan 100 and ip6", "twice"},
		{"not vlan and stp", ""}, // behind a tag that is not there
		{"mpls", "label labels"},
		{"mpls 16 and host 10.0.0.1", "label"},
		{"mpls and mpls 1000 and tcp port 443", "labels"},
		{"pppoes 0x27 and tcp dst port 80", "session"},
		{"pppoes 0x28", ""},
		{"geneve", "geneve geneveIP"},
		{"geneve 10 and icmp", "geneve"},
		{"geneve and tcp port 80", "geneveIP"},
		{"geneve and ether src 02:00:00:00:00:01", "geneve"},
		{"outbound", "sll"},
		{"inbound", "sll2"},
		{"ifindex 3", "sll2"},
		{"type mgt", "beacon"},
		{"type mgt subtype beacon or subtype ack", "ack beacon"},
		{"dir fromds", "wlan radiotap"},
		{"wlan addr3 02:00:00:00:00:03", "beacon radiotap wlan"},
		{"wlan ra 02:00:00:00:00:01 or wlan addr1 02:00:00:00:00:01", "ack"},
		{"radio[2] = 12", "radiotap"},
		{"type data and tcp port 80", "wlan radiotap"},
		{"tcp[tcpflags] & tcp-syn != 0", "hdlc ipv4 loop nflog null ppp radiotap raw sll web wlan"},
		{"tcp[13] = 2 and ip[8] < 65 and len < 55", "ipv4 null loop ppp raw web hdlc"},
		{"icmp[icmptype] = icmp-echo", "echo"},
		{"icmp6[icmp6type] = icmp6-echo", "echo6"},
		{"ether[0] & 1 != 0 and link[12:2] = 0x806", "all"},
		{"ip[6:2] & 0x1fff != 0 and not link[0:2] = 0x1841", "later"},
		{"greater 90", "geneve geneveIP"},
		{"decnet host 1.1", ""},
		{"1 = 2", ""},
	}
	for _, row := range rows {
		f, err := Compile(row.expr)
		if err != nil {
			t.Errorf("%s: %v", row.expr, err)
			continue
		}
		var pass []string
		for name, s := range samples {
			if s.passes(f) {
				pass = append(pass, name)
			}
		}
		slices.Sort(pass)
		want := strings.Fields(row.pass)
		slices.Sort(want)
		if !slices.Equal(pass, want) {
			t.Errorf("%s\npasses %v\n  want %v", row.expr, pass, want)
		}
	}
}

//go:embed testdata/expressions.txt
var expressionList string

// expressions has one of every construct of the manual.
func expressions() []string {
	var list []string
	for line := range strings.Lines(expressionList) {
		if line = strings.TrimSpace(line); line != "" && line[0] != '#' {
			list = append(list, line)
		}
	}
	return list
}

// compiled fails the test if an expression is wrong.
func compiled(t testing.TB, expr string) *Filter {
	t.Helper()
	f, err := Compile(expr)
	if err != nil {
		t.Fatalf("%s: %v", expr, err)
	}
	return f
}

// cuts calls visit with every sample, cut at every length.
func cuts(visit func(name string, s sample)) {
	for name, s := range samples {
		for n := range len(s.data) + 1 {
			visit(name, sample{link: s.link, data: s.data[:n], wire: max(s.wire, len(s.data))})
		}
	}
}

// The manual says that these mean the same.
func TestEquivalentExpressions(t *testing.T) {
	for _, pair := range [][2]string{
		{"tcp dst port ftp or ftp-data or domain", "tcp dst port ftp or tcp dst port ftp-data or tcp dst port domain"},
		{"tcp dst port 21 or 20 or 53", "tcp dst port ftp or ftp-data or domain"},
		{"ip host 10.0.0.1", `ether proto \ip and host 10.0.0.1`},
		{"less 60", "len <= 60"},
		{"greater 60", "len >= 60"},
		{"icmp", "ip proto 1"},
		{"icmp6", "ip6 proto 58"},
		{"ah", `proto \ah`},
		{"arp", `ether proto \arp`},
		{"multicast", "ether multicast"},
		{"not host 10.0.0.1 and 10.0.0.2", "not host 10.0.0.1 and host 10.0.0.2"},
		{"ip or arp and tcp", "(ip or arp) and tcp"},
		{"! tcp && ip || arp", "(not tcp and ip) or arp"},
		{"tcp port (80 or 443)", "tcp port 80 or 443"},
		{"net 10", "net 10.0.0.0/8"},
		{"net 192.168.1", "net 192.168.1.0 mask 255.255.255.0"},
		{"portrange 80-53", "portrange 53-80"},
		{"tcp[13] = 0x12", "tcp[tcpflags] == (tcp-syn | tcp-ack)"},
		{"ip[2:2] % 3 * 2 = 2", "ip[2:2] % (3 * 2) = 2"},
		{"ip[8] + 1 ^ 2 = 67", "ip[8] + (1 ^ 2) = 67"},
		{"len - 2 * 10 = 34", "len - (2 * 10) = 34"},
		{"-1 = 0xffffffff", "len = len"},
		{"dst or src host 10.0.0.1", "host 10.0.0.1"},
		{"ether host 2:0:0:0:0:1", "ether host 0200.0000.0001"},
	} {
		a, b := compiled(t, pair[0]), compiled(t, pair[1])
		cuts(func(name string, s sample) {
			if s.passes(a) != s.passes(b) {
				t.Errorf("%q gives %v and %q %v on %s cut at %d", pair[0], s.passes(a), pair[1], s.passes(b), name, len(s.data))
			}
		})
	}
}

// A test beyond the captured bytes rejects the frame, whatever it is in.
func TestReadingPastTheEndRejects(t *testing.T) {
	short := samples["cut"] // IPv4 with one byte of TCP
	for expr, want := range map[string]bool{
		"tcp": true, "not udp": true, "tcp port 80": false, "not tcp port 80": false,
		"not not tcp port 80": false, "udp port 80 or tcp": true, "tcp port 80 or tcp": true,
		"ether[35] = 0": false, "not ether[35] = 0": false, "ether[34] = 0x9c": true,
		"1 / (ip[8] - 64) = 1": false, "not 1 / (ip[8] - 64) = 1": false,
		"1 % (ip[8] - 64) = 1": false, "ether[0xffffffff] = 0": false,
		"len = 54": true, "arp or len = 54": true,
	} {
		if got := short.passes(compiled(t, expr)); got != want {
			t.Errorf("%s: %v", expr, got)
		}
	}
}

func TestErrorsSayWhere(t *testing.T) {
	for _, row := range []struct{ expr, want string }{
		{"host hots", `filter: column 6: unknown host "hots": names are not looked up`},
		{"tcp port 80 and hots", `filter: column 17: unknown port "hots"`},
		{"hots", `filter: column 1: "hots" stands alone: host, net, port or proto must say what it is`},
		{"tcp and 80", `filter: column 9: "80" stands alone: host, net, port or proto must say what it is`},
		{"net ucb-ether", `filter: column 5: unknown net "ucb-ether": names are not looked up`},
		{"gateway snup", `filter: column 9: gateway needs names to be looked up, which is not done`},
		{"ip proto hots", `filter: column 10: unknown protocol "hots"`},
		{"ip proto tcp", `filter: column 10: unexpected "tcp"`},
		{"port 65536", `filter: column 6: port "65536" is greater than 65535`},
		{"icmp port 3", `filter: column 11: icmp has no ports`},
		{"tcp port ntp", `filter: column 10: "ntp" is not a port of tcp`},
		{"tcp host 10.0.0.1", `filter: column 10: "10.0.0.1" is an IPv4 address or net, which tcp has not`},
		{"ip host ::1", `filter: column 9: "::1" is an IPv6 address, which ip has not`},
		{"port 10.0.0.1", `filter: column 6: "10.0.0.1" is an address, not a port`},
		{"host 10.0.0.0/8", `filter: column 6: a mask needs net before the address`},
		{"net 10.0.0.1/8", `filter: column 5: "10.0.0.1" has bits outside of its mask`},
		{"net 10.0.0.0/33", `filter: column 5: mask length 33 is greater than 32`},
		{"net fe80::1/64", `filter: column 5: "fe80::1" has bits outside of its mask`},
		{"host 300.0.0.1", `filter: column 6: "300.0.0.1" is no IPv4 address`},
		{"host 1:2:3:4:5:6", `filter: column 6: "1:2:3:4:5:6" is a MAC address: write ether host, ether src or ether dst before it`},
		{"addr1 10.0.0.1", `filter: column 7: addr1 to addr4, ra and ta are for MAC addresses: write wlan before them`},
		{"ip[0", `filter: column 5: "]" expected, not end of expression`},
		{"ip[0:3] = 1", `filter: column 6: size 1, 2 or 4 expected, not "3"`},
		{"ip[0]", `filter: column 6: comparison expected, not end of expression`},
		{"ah[0] = 1", `filter: column 1: "ah" has no bytes to index`},
		{"ip[0] / 0 = 1", `filter: column 7: division by zero`},
		{"ip[0] << 32 = 1", `filter: column 7: shift by more than 31 bits`},
		{"tcp port 80 and", `filter: column 16: unexpected end of expression`},
		{"(tcp", `filter: column 5: ")" expected, not end of expression`},
		{"tcp)", `filter: column 4: unexpected ")"`},
		{"tcp # udp", `filter: column 5: unexpected character '#'`},
		{"vlan 4096", `filter: column 6: vlan goes up to 4095`},
		{"mpls and vlan", `filter: column 10: vlan cannot be told behind mpls`},
		{"mpls and arp", `filter: column 10: only ip and ip6 can be told behind mpls`},
		{"geneve and geneve and geneve and geneve and geneve", `filter: column 45: geneve this deep is not supported`},
		{"type foo", `filter: column 6: unknown 802.11 type "foo"`},
		{"type mgt subtype rts", `filter: column 18: unknown 802.11 subtype "rts"`},
		{"llc foo", `filter: column 5: unknown LLC type "foo"`},
		{"arp multicast", `filter: column 5: multicast is of the link layer, of ip or of ip6, not of arp`},
		{"less foo", `filter: column 6: number expected, not "foo"`},
		{"len = 4294967296", `filter: column 7: number 4294967296 does not fit in 32 bits, or has a digit that is not octal`},
		{"len = 089", `filter: column 7: number 089 does not fit in 32 bits, or has a digit that is not octal`},
		{"link", `filter: column 5: unexpected end of expression`},
		{strings.Repeat("(", 2000), `filter: column 1001: nested more than 1000 deep`},
		{strings.Repeat("not ", 2000), `filter: column 4001: nested more than 1000 deep`},
	} {
		_, err := Compile(row.expr)
		if e, ok := errors.AsType[*Error](err); !ok || e.Error() != row.want {
			t.Errorf("%.40s\n got %v\nwant %s", row.expr, err, row.want)
		}
	}
}

// Shortening a program does not change what it says of a frame that it need not
// read past: then either the expression passes or its contrary does.
func TestOptimizedProgramsSayTheSame(t *testing.T) {
	for _, expr := range expressions() {
		f := compiled(t, expr)
		contrary := compiled(t, "not ("+expr+")")
		for name, s := range samples {
			wire := uint32(max(s.wire, len(s.data)))
			plain, counter := plainProgram(f, s), plainProgram(contrary, s)
			passes := plain.run(s.data, wire)
			if passes == counter.run(s.data, wire) {
				continue
			}
			if got := s.passes(f); got != passes {
				t.Errorf("%s on %s: %v, not optimized %v", expr, name, got, passes)
			}
		}
	}
}

// plainProgram is a filter's program as it was before it was shortened.
func plainProgram(f *Filter, s sample) *program {
	l := newLayers(s.link)
	b := f.expr(l)
	p := &program{code: slices.Clone(verdicts), prologue: l.prologue()}
	p.entry = p.emit(b, accepts, rejects)
	return p
}

func TestMatchAllocatesNothing(t *testing.T) {
	for _, expr := range expressions() {
		f := compiled(t, expr)
		for name, s := range samples {
			s.passes(f) // makes the program of the link type
			if n := testing.AllocsPerRun(2, func() { s.passes(f) }); n != 0 {
				t.Errorf("%s on %s: %v allocations", expr, name, n)
			}
		}
	}
}

func TestManyGoroutinesMatch(t *testing.T) {
	f := compiled(t, "tcp port 80 or vlan and ip")
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for name, s := range samples {
				if s.passes(f) != s.passes(f) {
					t.Error(name)
				}
			}
		})
	}
	group.Wait()
}

func TestEmptyExpressionPassesAll(t *testing.T) {
	for _, expr := range []string{"", " \n"} {
		f := compiled(t, expr)
		cuts(func(name string, s sample) {
			if !s.passes(f) {
				t.Errorf("%s does not pass %q", name, expr)
			}
		})
	}
}

func TestStringIsTheExpression(t *testing.T) {
	const expr = "tcp  port http"
	if got := compiled(t, expr).String(); got != expr {
		t.Error(got)
	}
}

func BenchmarkMatch(b *testing.B) {
	for _, expr := range []string{
		"tcp port 80", "ip", "host 10.0.0.1 and port 443", "net 10.0.0.0/8 and not udp",
		"tcp[tcpflags] & (tcp-syn|tcp-fin) != 0",
		"tcp port 80 and (((ip[2:2] - ((ip[0]&0xf)<<2)) - ((tcp[12]&0xf0)>>2)) != 0)",
	} {
		f, s := compiled(b, expr), samples["web"]
		b.Run(expr, func(b *testing.B) {
			for b.Loop() {
				s.passes(f)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N), "ns/frame")
		})
	}
}

package secondopinion

import (
	"fmt"
	"net/netip"
	"regexp"
	"strconv"
	"strings"
)

// An NDPIFlow is one line of ndpiReader's list of flows. What it counts as
// bytes is the captured length of whole frames, link layer and all.
type NDPIFlow struct {
	Proto         uint8
	Source, Dest  netip.AddrPort
	SourcePackets uint64
	SourceBytes   uint64
	DestPackets   uint64
	DestBytes     uint64
	Tunnel        string // "GTP", "GRE", "CAPWAP": the ends are those of the inner packet
}

var (
	ndpiFlow   = regexp.MustCompile(`^\t(\d+)\t(\w+) (\S+) (?:<->|->) (\S+) \[`)
	ndpiVolume = regexp.MustCompile(`\[(\d+) pkts/(\d+) bytes (?:<->|->) (\d+) pkts/(\d+) bytes\]`)
	ndpiTunnel = regexp.MustCompile(`\[proto: ([A-Z]+):\d`)
)

// ndpiProtocols are ndpiReader's names; it writes others as their number.
var ndpiProtocols = map[string]uint8{
	"ICMP": 1, "IGMP": 2, "TCP": 6, "UDP": 17, "GRE": 47, "ESP": 50, "AH": 51,
	"ICMPV6": 58, "OSPF": 89, "PIM": 103, "VRRP": 112, "SCTP": 132,
}

// ParseNDPI reads the list of flows that ndpiReader prints among much else. A
// line is a flow's when it has a volume.
func ParseNDPI(out []byte) ([]NDPIFlow, error) {
	var flows []NDPIFlow
	for line := range strings.Lines(string(out)) {
		volume := ndpiVolume.FindStringSubmatch(line)
		if volume == nil {
			continue
		}
		f, err := ndpiEnds(line)
		if err != nil {
			return flows, err
		}
		for i, n := range []*uint64{&f.SourcePackets, &f.SourceBytes, &f.DestPackets, &f.DestBytes} {
			if *n, err = strconv.ParseUint(volume[i+1], 10, 64); err != nil {
				return flows, err
			}
		}
		if m := ndpiTunnel.FindStringSubmatch(line); m != nil {
			f.Tunnel = m[1]
		}
		flows = append(flows, f)
	}
	return flows, nil
}

func ndpiEnds(line string) (f NDPIFlow, err error) {
	m := ndpiFlow.FindStringSubmatch(line)
	if m == nil {
		return f, fmt.Errorf("a flow without ends: %.80q", line)
	}
	proto, known := ndpiProtocols[m[2]]
	if !known {
		n, err := strconv.ParseUint(m[2], 10, 8)
		if err != nil {
			return f, fmt.Errorf("unknown protocol: %.80q", line)
		}
		proto = uint8(n)
	}
	f.Proto = proto
	if f.Source, err = ndpiEnd(m[3]); err == nil {
		f.Dest, err = ndpiEnd(m[4])
	}
	return f, err
}

// ndpiEnd reads "10.0.0.1:80" and "[2001:db8::1]:80". ndpiReader turns the
// first ":0:" of an IPv6 address into "::", which makes some ambiguous: one
// with two "::" had the first from there.
func ndpiEnd(s string) (netip.AddrPort, error) {
	if strings.Count(s, "::") > 1 {
		s = strings.Replace(s, "::", ":0:", 1)
	}
	return netip.ParseAddrPort(s)
}

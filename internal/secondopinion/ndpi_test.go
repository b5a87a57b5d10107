package secondopinion

import (
	"net/netip"
	"slices"
	"testing"
)

const ndpiOut = `DPI Packets (TCP):	6	(6.00 pkts/flow)
JA3 Host Stats: 
	1	 192.168.10.2             	 1      

	1	TCP 192.168.10.2:60099 <-> 13.224.103.22:443 [proto: 91/TLS][IP: 265/AmazonAWS][17 pkts/1469 bytes <-> 16 pkts/7759 bytes][0.19 sec]
	2	UDP [2600:1900:4160:5999::19::]:3478 -> [2600::1]:9 [VLAN: 10][proto: GTP:30/DTLS][cat: Web/5][3 pkts/665 bytes -> 0 pkts/0 bytes]


Undetected flows:
	1	115 10.0.0.1:0 -> 10.0.0.2:0 [proto: 0/Unknown][1 pkts/60 bytes -> 0 pkts/0 bytes]
`

func TestNDPI(t *testing.T) {
	end := netip.MustParseAddrPort
	want := []NDPIFlow{
		{Proto: 6, Source: end("192.168.10.2:60099"), Dest: end("13.224.103.22:443"), SourcePackets: 17, SourceBytes: 1469, DestPackets: 16, DestBytes: 7759},
		{Proto: 17, Source: end("[2600:1900:4160:5999:0:19::]:3478"), Dest: end("[2600::1]:9"), SourcePackets: 3, SourceBytes: 665, Tunnel: "GTP"},
		{Proto: 115, Source: end("10.0.0.1:0"), Dest: end("10.0.0.2:0"), SourcePackets: 1, SourceBytes: 60},
	}
	got, err := ParseNDPI([]byte(ndpiOut))
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("got %+v, %v, not %+v", got, err, want)
	}
	for _, bad := range []string{
		"\t1\tFOO 10.0.0.1:1 -> 10.0.0.2:2 [1 pkts/60 bytes -> 0 pkts/0 bytes]",
		"\t1\tTCP 10.0.0.1 -> 10.0.0.2:2 [1 pkts/60 bytes -> 0 pkts/0 bytes]",
		"[1 pkts/60 bytes -> 0 pkts/0 bytes]",
	} {
		if _, err := ParseNDPI([]byte(bad)); err == nil {
			t.Errorf("read without complaint: %q", bad)
		}
	}
}

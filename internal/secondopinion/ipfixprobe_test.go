package secondopinion

import (
	"net/netip"
	"strings"
	"testing"
)

const ipfixCSV = `10.0.0.2,10.0.0.1,100,0,0,2020-11-05T21:55:29.744325,2020-11-05T21:55:30.000000,00:00:5e:00:53:02,00:00:5e:00:53:01,2,0,53,1024,5,0,17,0,0,"a ""name""",[1|2]
10.0.0.2,10.0.0.1,100,0,0,2020-11-05T21:55:29.744325,2020-11-05T21:55:30.000000,00:00:5e:00:53:02,00:00:5e:00:53:01,2,0,53,1024,5,0,17,0,0,"another",[]
10.0.0.1,10.0.0.2,60,0,0,2020-11-05T21:55:31.000000,2020-11-05T21:55:31.000000,00:00:5e:00:53:01,00:00:5e:00:53:02,1,0,1024,53,5,0,17,0,0,"",[]
ipaddr DST_IP,ipaddr SRC_IP,uint64 BYTES,uint64 BYTES_REV,uint64 LINK_BIT_FIELD,time TIME_FIRST,time TIME_LAST,macaddr DST_MAC,macaddr SRC_MAC,uint32 PACKETS,uint32 PACKETS_REV,uint16 DST_PORT,uint16 SRC_PORT,uint16 VLAN_ID,uint8 DIR_BIT_FIELD,uint8 PROTOCOL,uint8 TCP_FLAGS,uint8 TCP_FLAGS_REV,string NAME,uint8* LIST
`

// A record that two plugins wrote counts once; directions are put together.
func TestIPFIXProbe(t *testing.T) {
	all, err := ParseIPFIXProbe(ipfixCSV)
	if err != nil || len(all) != 1 {
		t.Fatalf("got %v, %v", all, err)
	}
	talk, _ := NewTalk(udp, netip.MustParseAddrPort("10.0.0.1:1024"), netip.MustParseAddrPort("10.0.0.2:53"))
	e := all[talk]
	if e == nil || e.PacketsA != 2 || e.PacketsB != 1 || e.BytesA != 100 || e.BytesB != 60 || e.parts != 2 {
		t.Fatalf("got %+v", e)
	}
	if e.MACA != "00:00:5e:00:53:01" || e.Last-e.First != 1_255_675_000 {
		t.Errorf("got %+v", e)
	}
	for _, bad := range []string{"", "a,b\n", strings.Replace(ipfixCSV, "uint32 PACKETS,", "uint32 PAKETS,", 1), strings.Replace(ipfixCSV, ",100,", ",x,", 1)} {
		if _, err := ParseIPFIXProbe(bad); err == nil {
			t.Errorf("read without complaint: %.40q", bad)
		}
	}
}

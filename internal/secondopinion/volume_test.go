package secondopinion

import (
	"net/netip"
	"strings"
	"testing"
)

const tunnelled = `{"record":"frame","frame":{"number":1,"len":100,"cap_len":90},"eth":{},"ip":{"src":"10.0.0.1","dst":"10.0.0.2"},"pcappipe":{"protocols":"eth:ip:ipv6:tcp","flow":[1,2]},"inner":{"ipv6":{"src":"2001:db8::2","dst":"2001:db8::1"},"tcp":{"srcport":80,"dstport":1024}}}
{"record":"frame","frame":{"number":2,"len":40,"cap_len":40},"eth":{},"arp":{},"pcappipe":{"protocols":"eth:arp"}}
{"record":"flow","flow":1,"id.orig_h":"10.0.0.1","id.orig_p":0,"id.resp_h":"10.0.0.2","id.resp_p":0,"ip_proto":41,"orig_pkts":1,"orig_ip_bytes":80}
{"record":"flow","flow":2,"id.orig_h":"2001:db8::1","id.orig_p":1024,"id.resp_h":"2001:db8::2","id.resp_p":80,"ip_proto":6,"resp_pkts":1,"resp_ip_bytes":60}
`

func TestVolumes(t *testing.T) {
	var r Run
	if err := r.read(strings.NewReader(tunnelled)); err != nil {
		t.Fatal(err)
	}
	end := netip.MustParseAddrPort
	inner, _ := NewTalk(tcp, end("[2001:db8::1]:1024"), end("[2001:db8::2]:80"))

	frames, err := r.FrameVolumes()
	if err != nil || len(frames) != 1 || *frames.Of(inner) != (Volume{PacketsB: 1, BytesB: 90}) {
		t.Errorf("by frames: %v, %v", frames, err)
	}
	flows, err := r.FlowVolumes()
	if err != nil || len(flows) != 2 || *flows.Of(inner) != (Volume{PacketsB: 1, BytesB: 60}) {
		t.Errorf("by flows: %v, %v", flows, err)
	}
	theirs := ReadVolumes([]NDPIFlow{
		{Proto: tcp, Source: end("[2001:db8::2]:80"), Dest: end("[2001:db8::1]:1024"), SourcePackets: 1, SourceBytes: 90},
		{Proto: icmp, Source: end("10.0.0.1:7"), Dest: end("10.0.0.2:9"), DestPackets: 2},
	})
	if *theirs[inner] != *frames[inner] || len(theirs) != 2 {
		t.Errorf("theirs: %v", theirs)
	}
	r.Flows = r.Flows[:1]
	if _, err := r.FrameVolumes(); err == nil {
		t.Error("a frame of an unknown flow is counted without complaint")
	}
}

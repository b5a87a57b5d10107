package secondopinion

import "testing"

func TestStack(t *testing.T) {
	for path, want := range map[string]string{
		"eth:ethertype:ip:tcp:tls":                             "eth:ip:tcp",
		"eth:ethertype:ip:udp:vxlan:eth:ethertype:ip:tcp:http": "eth:ip:udp:vxlan:eth:ip:tcp",
		"radiotap:wlan_radio:wlan:data":                        "radiotap:wlan",
		"eth:ethertype:mpls:pwethheuristic:pwethcw:eth:data":   "eth:mpls:pwethcw:eth",
		"eth:ethertype:ip:tcp:openflow:eth:ethertype:ip":       "eth:ip:tcp",
		"null:data": "null",
		"":          "",
	} {
		if got := Stack(path); got != want {
			t.Errorf("%s: %s, not %s", path, got, want)
		}
	}
}

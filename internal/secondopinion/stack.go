package secondopinion

import "strings"

// promised are the layers that pcappipe says it decodes, under tshark's names.
var promised = words(`
	eth vlan ieee8021ad ieee8021ah llc mpls pwethcw pwach pppoed pppoes ppp chdlc nsh
	null raw sll radiotap wlan wlan_aggregate nflog arp
	ip ipv6 ipv6.hopopts ipv6.routing ipv6.fraghdr ipv6.dstopts ah esp mipv6 hip shim6
	icmp icmpv6 igmp tcp udp udplite sctp
	pktap ppi prism wlancap pflog enc tr fr fddi isl avsp macsec pim
	gre etherip erspan vxlan vxlan_gpe geneve gtp gtpv2 l2tp teredo ayiya capwap capwap.data lisp lisp-data`)

// noLayers are names in tshark's stacks that stand for no header: how a type
// field was looked up, what a pseudowire was guessed by, what radio signals are
// taken from, bytes of no protocol, and its marks on damage.
var noLayers = words("user_dlt pcap_pktdata ethertype wlan_radio pwethheuristic data _ws.malformed _ws.short _ws.unreassembled _ws.lua")

func words(s string) map[string]bool {
	set := make(map[string]bool)
	for w := range strings.FieldsSeq(s) {
		set[w] = true
	}
	return set
}

// Stack returns the part of a tshark stack that can be compared: everything up
// to the first layer that pcappipe does not promise. What stands beyond is the
// payload of a protocol that it does not open; addresses found there show as
// differences of their own.
func Stack(path string) string {
	var kept []string
	for name := range strings.SplitSeq(path, ":") {
		if noLayers[name] {
			continue
		}
		if !promised[name] {
			break
		}
		kept = append(kept, name)
	}
	return strings.Join(kept, ":")
}

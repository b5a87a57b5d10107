package conn

import (
	"strings"
	"testing"

	"github.com/pcappipe/pcappipe/flow"
)

// reassembledScript is tcpScript for a flow whose streams are reassembled.
func reassembledScript(text string) script {
	s := tcpScript(text)
	s.reassembled = true
	return s
}

// What does not advance the highest sequence number is told the first, the
// tenth, the hundredth time.
func TestRetransmissionsAreTold(t *testing.T) {
	tests := []struct{ name, script, want string }{
		{"nothing sent again", "> S, < SA, > A, > PA 10, > PA 10, < PA 20", "S1 ShADd 20/20"},
		{"data sent again", "> S, < SA, > A, > PA 10, > PA 10 @1", "S1 ShADT 10/0"},
		{"part of it sent again", "> S, < SA, > A, > PA 10, > PA 4 @1", "S1 ShADT 10/0"},
		{"data sent again, and more", "> S, < SA, > A, > PA 10, > PA 15 @1", "S1 ShAD 15/0"},
		{"by the responder", "> S, < SA, > A, < PA 10, < PA 10 @1", "S1 ShAdt 0/10"},
		{"data that comes late", "> S, < SA, > A, > PA 10 @11, > PA 10 @1", "S1 ShADT 20/0"},
		{"a keep-alive with a byte", "> S, < SA, > A, > PA 10, > A 1 @10", "S1 ShADT 10/0"},
		{"a keep-alive without", "> S, < SA, > A, > PA 10, > A 0 @10", "S1 ShAD 10/0"},
		{"an ACK sent again", "> S, < SA, > A, > PA 10, < A, < A", "S1 ShADa 10/0"},
		{"data sent again after FIN", "> S, < SA, > A, > PFA 10, > PFA 10 @1", "S2 ShAFT 10/0"},
		{"a FIN sent again without data", "> S, < SA, > A, > FA, > FA @1", "S2 ShAF 0/0"},
		{"after a RST by its sender", "> S, < SA, > A, > PA 10, > R, > PA 10 @1", "RSTO ShADR 10/0"},
		{"after a RST by its peer", "> S, < SA, > A, > PA 10, < R, > PA 10 @1", "RSTR ShADrT 10/0"},
		{"the data of a SYN", "> S 5, < SA, > A", "S1 SThA 5/0"},
		{"the data of a RST", "> S, < SA, > A, < RA 50", "RSTR ShArt 0/0"},
		{"the data of a SYN far from the stream", "> S, < SA, > A, > FA, > S 5 @9000000", "S2 ShAFS 0/0"},
		{"from the middle", "> PA 10, < A, > PA 10 @0", "OTH DaT 10/0"},
		{"ten times", "> S, < SA, > A, > PA 10, > PA 10 @1 x10", "S1 ShADTT 10/0"},
		{"ninety-nine times", "> S, < SA, > A, > PA 10, > PA 10 @1 x99", "S1 ShADTT 10/0"},
		{"a thousand times", "> S, < SA, > A, > PA 10, > PA 10 @1 x1000", "S1 ShADTTTT 10/0"},
		{"with a window of zero", "> S, < SA, > A, > PA 10, > PA 10 @1 w0", "S1 ShADWT 10/0"},
		{"a SYN with ACK first, with data", "< SA 5, > A, > PA 10", "S1 ^htAD 10/5"},
		{"a SYN with ACK first, with data, sent again", "< SA 5, < SA 5 @0 x9, > A", "S1 ^httA 0/5"},
	}
	for _, tt := range tests {
		c, key := reassembledScript(tt.script).play(t)
		if got := told(t, &c, &key); got != tt.want {
			t.Errorf("%s: %s\n got %s\nwant %s", tt.name, tt.script, got, tt.want)
		}
	}
}

// Bytes that were acknowledged and are not there are missed where both ends
// were established, and at most closed since.
func TestGapsAreTold(t *testing.T) {
	tests := []struct{ name, script, history, missed string }{
		{"nothing", "> S, < SA, > A", "ShA", "0"},
		{"of the originator", "> S, < SA, > A, > PA 10 @101, < A g100", "ShADaG", "100"},
		{"of the responder", "> S, < SA, > A, < PA 10 @101, > A g100", "ShAdg", "100"},
		{"of both", "> S, < SA, > A, < A g7, > A g8", "ShAaGg", "15"},
		{"by data", "> S, < SA, > A, < PA 20 g10", "ShAdG", "10"},
		{"by data that is sent again itself", "> S, < SA, > A, < PA 20, < PA 20 @1 g10", "ShAdtG", "10"},
		{"by a FIN", "> S, < SA, > A, < FA g10", "ShAfG", "10"},
		{"after both closed", "> S, < SA, > A, > FA, < FA, > A g10", "ShAFfg", "10"},
		{"by a RST: its acknowledgement proves nothing", "> S, < SA, > A, < RA g10", "ShAr", "0"},
		{"after a RST", "> S, < SA, > A, < RA, > A g10", "ShAr", "0"},
		{"after FIN, RST and FIN", "> S, < SA, > A, > FA, > R, < FA, < A g10", "ShAFRfa", "0"},
		{"from the middle: it may never have been there", "> PA 10, < PA 20, > A g10", "DdA", "0"},
		{"from the middle, to the end", "> PA 10, < PA 20, > FA, < FA g10", "DdFf", "0"},
		{"without the SYN", "< SA, > A, > PA 10 @101, < A g100", "^hADaG", "100"},
		{"one direction only", "> S, > A ^1, > A ^501 g500", "SA", "0"},
		{"none", "> S, < SA, > A, < A g0", "ShAa", "0"},
		{"ten times", "> S, < SA, > A, < A g5 x10", "ShAaGG", "50"},
		{"a hundred times, ten the other way", "> S, < SA, > A, < A g5 x100, > A g1 x10", "ShAaGGGgg", "510"},
		{"past 4 GiB", "> S, < SA, > A, < A g3000000000 x2", "ShAaG", "6000000000"},
	}
	for _, tt := range tests {
		c, key := reassembledScript(tt.script).play(t)
		m := fields(t, &c, &key, nil, AtEnd)
		if m["history"] != tt.history || m["missed_bytes"] != tt.missed {
			t.Errorf("%s: %s\n got %s, %s bytes\nwant %s, %s bytes", tt.name, tt.script, m["history"], m["missed_bytes"], tt.history, tt.missed)
		}
	}
}

// Whether streams are reassembled shows in missed_bytes and in the letters t
// and g alone.
func TestAllElseIsTheSame(t *testing.T) {
	for _, text := range []string{
		"> S, < SA, > A, > PA 10, > PA 10 @1, < A g5, < PFA 20, > FA",
		"> S 5, < SA 6, > A, > R, < R",
		"< SA 5, < SA 5 @0 x20, > A, > PA 10",
		"> S 5, > S 5 @0 x9, > R",
		"> S 5, > S 5 @100, > S 5 @200, > S 5 @300, > R 9",
		"> PA 10, < PA 20, > PA 10 @0, < RA 5 g5",
	} {
		without, key := tcpScript(text).play(t)
		with, _ := reassembledScript(text).play(t)
		same(t, text, &without, &with, &key)
	}
}

// same reports where the record of a reassembled flow differs in what it must not.
func same(t *testing.T, what string, without, with *Conn, key *flow.Key) {
	t.Helper()
	want, got := fields(t, without, key, nil, AtEnd), fields(t, with, key, nil, AtEnd)
	if _, has := want["missed_bytes"]; has {
		t.Errorf("%s: missed_bytes without reassembly", what)
	}
	if history := want["history"]; strings.ContainsAny(history, "TtGg") {
		t.Errorf("%s: history %s without reassembly", what, history)
	} else if len(got["history"]) < historyRoom {
		got["history"] = strings.NewReplacer("T", "", "t", "", "G", "", "g", "").Replace(got["history"])
	} else {
		got["history"] = history // cut
	}
	if got["history"] == "" {
		delete(got, "history")
	}
	delete(got, "missed_bytes")
	compare(t, got, want)
}

// What reassembly counted stands at the end of the record, by who began the
// flow; where nothing is reassembled, it is absent.
func TestReassembledRow(t *testing.T) {
	names := []string{"missed_bytes", "orig_retrans", "resp_retrans", "orig_reordered", "resp_reordered"}
	get := func(m map[string]string) string {
		var out []string
		for _, name := range names {
			if v, has := m[name]; has {
				out = append(out, v)
			}
		}
		return strings.Join(out, " ")
	}
	for _, tt := range []struct{ name, script, want string }{
		{"the client began", "> S, < SA, > A, < A g5", "5 1 2 3 4"},
		{"the server did", "< S, > SA, < A", "0 2 1 4 3"},
		{"the client was found to have begun", "< SA, > A, < A g6", "6 1 2 3 4"},
	} {
		c, key := reassembledScript(tt.script).play(t)
		_, client := tcpScript("").key()
		var r Reassembled
		r.Retransmitted[client], r.Retransmitted[client^1] = 1, 2
		r.Reordered[client], r.Reordered[client^1] = 3, 4
		if got := get(fieldsWith(t, &c, &key, nil, AtEnd, &r)); got != tt.want {
			t.Errorf("%s: got %s, want %s", tt.name, got, tt.want)
		}
	}
	c, key := tcpScript("> S, < SA, > A, < A g5").play(t)
	if got := get(fields(t, &c, &key, nil, AtEnd)); got != "" {
		t.Errorf("without reassembly: %s", got)
	}
	s := script{clientPort: 5000, serverPort: 6000, proto: protoUDP, text: "> 10, < 20 g5", reassembled: true}
	c, key = s.play(t)
	if got, want := told(t, &c, &key)+get(fields(t, &c, &key, nil, AtEnd)), "SF Dd 10/20"; got != want {
		t.Errorf("UDP: got %s, want %s", got, want)
	}
}

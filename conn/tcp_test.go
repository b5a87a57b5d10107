package conn

import "testing"

// tcpScript is a script between ports of which neither is a likely server's.
func tcpScript(text string) script {
	return script{clientPort: 40000, serverPort: 4444, proto: protoTCP, clientISN: 1000, serverISN: 9000, text: text}
}

// TestTCP tells how connections go, in the order in which they grow stranger.
func TestTCP(t *testing.T) {
	tests := []struct{ name, script, want string }{
		{"a SYN alone", "> S", "S0 S -/-"},
		{"a SYN sent again is told once", "> S, > S @0", "S0 S 0/0"},
		{"a SYN refused", "> S, < RA", "REJ Sr 0/0"},
		{"a SYN answered", "> S, < SA", "S1 Sh 0/0"},
		{"a handshake", "> S, < SA, > A", "S1 ShA 0/0"},
		{"data both ways", "> S, < SA, > A, > PA 10, < A, < PA 20, > A", "S1 ShADad 10/20"},
		{"an ordinary end", "> S, < SA, > A, > PA 10, < PA 20, > A, > FA, < FA, > A", "SF ShADdFf 10/20"},
		{"each FIN acknowledged", "> S, < SA, > A, > PA 10, < A, > FA, < A, < FA, > A", "SF ShADaFf 10/0"},
		{"FIN sent again is told once", "> S, < SA, > A, > FA, > FA @1, < FA", "SF ShAFf 0/0"},
		{"a later FIN is told again", "> S, < SA, > A, > FA, > FA @9, < FA", "SF ShAFFf 8/0"},
		{"FIN with data", "> S, < SA, > A, > PFA 10, < PFA 20", "SF ShAFf 10/20"},
		{"closed by the originator only", "> S, < SA, > A, > FA, < A", "S2 ShAFa 0/0"},
		{"closed by the responder only", "> S, < SA, > A, < FA, > A", "S3 ShAf 0/0"},
		{"reset by the originator", "> S, < SA, > A, > PA 10, > R", "RSTO ShADR 10/0"},
		{"reset by the responder", "> S, < SA, > A, > PA 10, < R", "RSTR ShADr 10/0"},
		{"reset by both", "> S, < SA, > A, > PA 10, < RA, > R", "RSTR ShADrR 10/0"},
		{"reset by both without data is a refusal", "> S, < SA, > A, > R, < R", "REJ ShARr 0/0"},
		{"reset after both closed changes nothing", "> S, < SA, > A, > FA, < FA, > R", "SF ShAFfR 0/0"},
		{"reset after one closed", "> S, < SA, > A, > FA, > R", "RSTO ShAFR 0/0"},
		{"FIN, RST, then the other FIN", "> S, < SA, > A, > FA, > R, < FA", "SF ShAFRf 0/0"},
		{"the data of a RST is not counted", "> S, < SA, > A, < RA 50", "RSTR ShAr 0/0"},
		{"a RST without an ACK and a wild number", "> S, < SA, > A, > PA 10, > R @2000000000", "RSTO ShADR 10/0"},
		{"a SYN given up", "> S, > R", "RSTOS0 SR 0/0"},
		{"a SYN, then FIN: half open", "> S, > F", "SH SF 0/0"},
		{"a SYN acknowledged before it is answered", "> S, < A, < SA, > A", "S1 SahA 0/0"},
		{"a SYN with data", "> S 5, < SA, > A, > PA 3", "S1 ShAD 8/0"},
		{"both begin", "> S, < S, > A, < A", "S1 SsAa 0/0"},

		{"a RST alone", "> R", "OTH R -/-"},
		{"FIN and RST in one", "> S, < SA, > A, > FR, > FR", "RSTO ShAI 0/0"},
		{"SYN and FIN in one", "> SF", "SH Q -/-"},
		{"no flag at all", "> U", "OTH - -/-"},

		{"from the middle", "> PA 10, < A, < PA 20, > A", "OTH DadA 10/20"},
		{"from the middle to the end", "> A, > FA, < FA", "SF AFf 0/0"},
		{"the end alone, one way", "> FA", "SH F -/-"},
		{"the answer alone", "> PA 10, < RA", "RSTRH Dr 10/0"},
		{"one direction only: nothing is known of the other", "> S, > A ^1, > PA 10 ^1, > A ^501", "S0 SAD 10/0"},
		{"one direction only, to its end", "> S, > A ^1, > PA 10 ^1, > FA ^501, > A ^502", "SH SADF 10/0"},
		{"lost data is counted by numbers", "> S, < SA, > A, > PA 10, > PA 10 @5001", "S1 ShAD 5010/0"},
		{"data sent again is not", "> S, < SA, > A, > PA 10, > PA 10 @1", "S1 ShAD 10/0"},
		{"nor is a keep-alive", "> S, < SA, > A, > PA 10, < A, > A 1 @10, < A", "S1 ShADa 10/0"},
		{"what was acknowledged was sent", "> S, < SA, > A, < A ^1001", "S1 ShAa 1000/0"},
		{"an acknowledgement of zero is a broken header", "> S, < SA, > A, < A ^-1000", "S1 ShAa 0/0"},
		{"only SYN and FIN of 3 GB", "> S, < SA, > A, > FA @3000000001", "S2 ShAF 3000000000/0"},

		{"a SYN with ACK first, acknowledged", "< SA, > A, > PA 10", "S1 ^hAD 10/0"},
		{"a SYN with ACK first, acknowledged by its sender", "< SA, < A, < FA", "SHR ^haf 0/0"},
		{"a SYN with ACK first, refused: a scan", "< SA, > R", "REJ Hr 0/0"},
		{"a SYN with ACK alone", "< SA", "OTH H -/-"},
		{"SYN and its answer in the wrong order", "< SA, > S, > A, < PA 5", "S1 Hs^Ad 0/5"},

		{"a window of zero", "> S, < SA, > A, < A w0, < A", "S1 ShAaw 0/0"},
		{"ten windows of zero", "> S, < SA, > A, < A w0 x10", "S1 ShAaww 0/0"},
		{"ninety-nine windows of zero", "> S, < SA, > A, < A w0 x99", "S1 ShAaww 0/0"},
		{"a hundred windows of zero", "> S, < SA, > A, < A w0 x100", "S1 ShAawww 0/0"},
		{"a window of zero on a RST means nothing", "> S, < RA w0", "REJ Sr 0/0"},
		{"nor to an end that sends no more", "> S, < SA, > A, > FA, < A w0", "S2 ShAFa 0/0"},

		{"a cut header is counted and not read", "> S cut, < SA cut", "OTH - 0/0"},
	}
	for _, tt := range tests {
		c, key := tcpScript(tt.script).play(t)
		if got := told(t, &c, &key); got != tt.want {
			t.Errorf("%s: %s\n got %s\nwant %s", tt.name, tt.script, got, tt.want)
		}
	}
}

// Who began is guessed from the ports where no SYN tells.
func TestPortsTellTheOriginator(t *testing.T) {
	tests := []struct {
		name           string
		client, server uint16
		script, want   string
	}{
		{"a server's data first", 40000, 80, "< PA 20, > A", "OTH ^dA 0/20"},
		{"a client's data first", 40000, 80, "> PA 20, < A", "OTH Da 20/0"},
		{"a server's SYN with ACK first", 40000, 80, "< SA, > A", "S1 ^hA 0/0"},
		{"a server's SYN with ACK, refused", 40000, 80, "< SA, > R", "RSTO ^hR 0/0"},
		{"a server's SYN with ACK, then FIN", 40000, 80, "< SA, < FA", "SHR ^hf 0/0"},
		{"a server's SYN with ACK, then RST", 40000, 80, "< SA, < R", "RSTRH ^hr 0/0"},
		{"SYN and its answer in the wrong order", 40000, 80, "< SA, > S, > A", "OTH ^hSA 0/0"},
		{"a SYN from a server's port is a SYN", 80, 40000, "> S, < SA", "S1 Sh 0/0"},
		{"both servers' ports: the lower is the responder's", 443, 80, "< PA 20, > A", "OTH ^dA 0/20"},
		{"both servers' ports, the lower first asked", 443, 80, "> PA 20, < A", "OTH Da 20/0"},
		{"both servers' ports and SYN with ACK: not known", 443, 80, "< SA", "OTH H -/-"},
	}
	for _, tt := range tests {
		s := tcpScript(tt.script)
		s.clientPort, s.serverPort = tt.client, tt.server
		c, key := s.play(t)
		if got := told(t, &c, &key); got != tt.want {
			t.Errorf("%s: %s\n got %s\nwant %s", tt.name, tt.script, got, tt.want)
		}
	}
}

// Sequence numbers wrap; sizes do not, wherever the connection begins.
func TestSequenceNumbersWrap(t *testing.T) {
	const text = "> S, < SA, > A, > PA 1000 x5, < PA 2000 x5, > A, > FA, < FA, > A"
	for _, isn := range []uint32{0, 1, 1<<31 - 2, 1 << 31, 1<<32 - 5001, 1<<32 - 2, 1<<32 - 1} {
		s := tcpScript(text)
		s.clientISN, s.serverISN = isn, isn+7
		c, key := s.play(t)
		if got, want := told(t, &c, &key), "SF ShADdFf 5000/10000"; got != want {
			t.Errorf("initial sequence number %d: got %s, want %s", isn, got, want)
		}
	}
}

// A connection can carry more than the sequence space holds.
func TestMoreThanFourGiB(t *testing.T) {
	const segment = 1 << 29
	s := tcpScript("> S, < SA, > A, > PA 536870912 x20, > FA, < FA")
	c, key := s.play(t)
	if got, want := told(t, &c, &key), "SF ShADFf 10737418240/0"; got != want || 20*segment != 10737418240 {
		t.Errorf("got %s, want %s", got, want)
	}
	// The data is missing: the acknowledgements tell.
	s.text = "> S, < SA, > A"
	for i := 1; i <= 20; i++ {
		s.text += ", > A ^" + itoa(i*segment+1)
	}
	c, key = s.play(t)
	if got, want := told(t, &c, &key), "S1 ShA 0/10737418240"; got != want {
		t.Errorf("by acknowledgements: got %s, want %s", got, want)
	}
}

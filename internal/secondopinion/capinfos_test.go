package secondopinion

import "testing"

const capinfosWhole = `File name:           a.pcap
File type:           nsecpcap
File encapsulation:  ether
Number of packets:   20
Number of interfaces in file: 1
Interface #0 info:
                     Number of packets = 7
`

func TestCapinfos(t *testing.T) {
	for _, row := range []struct {
		name  string
		reply Reply
		want  Capinfos
	}{
		{"a whole capture", Reply{Stdout: []byte(capinfosWhole)}, Capinfos{Opened: true, Type: "nsecpcap", Frames: 20}},
		{
			"a cut capture",
			Reply{
				Stdout: []byte("File type:           pcap\nNumber of packets:   2\n"),
				Stderr: "capinfos: An error occurred after reading 2 packets from \"a.pcap\".\n" +
					"capinfos: The file \"a.pcap\" appears to have been cut short in the middle of a packet.\n" +
					"  (will continue anyway, checksums might be incorrect)\n",
				Status: 1,
			},
			Capinfos{
				Opened: true, Type: "pcap", Frames: 2,
				Damage: "An error occurred after reading 2 packets. The file appears to have been cut short in the middle of a packet.",
			},
		},
		{
			"a corrupt capture",
			Reply{
				Stderr: "capinfos: An error occurred after reading 27 packets from \"a\".\n" +
					"capinfos: The file \"a\" appears to be damaged or corrupt.\n" +
					"(pcap: File has 8323328-byte packet, bigger than maximum of 262144)\n",
				Status: 1,
			},
			Capinfos{
				Opened: true, Type: "pcap", Frames: 27,
				Damage: "An error occurred after reading 27 packets. The file appears to be damaged or corrupt. " +
					"(pcap: File has 8323328-byte packet, bigger than maximum of 262144)",
			},
		},
		{
			"no capture",
			Reply{Stderr: "capinfos: The file \"a.txt\" isn't a capture file in a format capinfos understands.\n", Status: 2},
			Capinfos{Damage: "The file isn't a capture file in a format capinfos understands."},
		},
	} {
		got, err := ParseCapinfos(row.reply)
		if err != nil || got != row.want {
			t.Errorf("%s: got %+v, %v, not %+v", row.name, got, err, row.want)
		}
	}
	if _, err := ParseCapinfos(Reply{}); err == nil {
		t.Error("an empty reply is taken for an answer")
	}
}

func TestOnlyPromisedFormatsCount(t *testing.T) {
	for kind, want := range map[string]bool{
		"pcap": true, "nsecpcap": true, "modpcap": true, "pcap (gzip compressed)": true, "pcapng": true,
		"vwr80211": false, "stanag4607": false, "json": false,
	} {
		if got := (Capinfos{Opened: true, Type: kind}).Reads(); got != want {
			t.Errorf("%s counts: %v", kind, got)
		}
	}
	if (Capinfos{Type: "pcap"}).Reads() {
		t.Error("a file that could not be opened counts")
	}
}

package secondopinion

import (
	"encoding/hex"
	"encoding/json"
	"strings"
	"testing"
)

// tsharkFrame returns one frame as tshark writes it, asked for reassemblyColumns.
func tsharkFrame(values map[string]string) string {
	list := make([]string, len(reassemblyColumns))
	for i, name := range reassemblyColumns {
		list[i] = values[name]
	}
	return strings.Join(list, "\t") + "\n"
}

// followedStream returns a stream as tshark writes it, its bytes in these lines.
func followedStream(number, ends string, lines ...string) string {
	a, b, _ := strings.Cut(ends, " ")
	bar := strings.Repeat("=", 67) + "\n"
	return "\n" + bar + "Follow: tcp,raw\nFilter: tcp.stream eq " + number + "\nNode 0: " + a + "\nNode 1: " + b + "\n" +
		strings.Join(lines, "\n") + "\n" + bar
}

// What tshark writes is understood: frames that hold no packet are not counted,
// gaps are no bytes, and each end has its own.
func TestTsharkReassembly(t *testing.T) {
	gap := hex.EncodeToString([]byte("[2 bytes missing in capture file]\x00"))
	out := tsharkFrame(map[string]string{"frame.time_epoch": "1.000000000", "tcp.stream": "0"}) +
		tsharkFrame(nil) + // a custom block
		tsharkFrame(map[string]string{"frame.interface_id": "0"}) +
		tsharkFrame(map[string]string{
			"frame.time_epoch": "1.000000000", "tcp.stream": "1,2",
			"ip.fragment": "4,3", "ip.fragment.count": "2", "ip.fragment.overlap": "1,1",
			"ip.reassembled.length": "3", "ip.reassembled.data": "616263",
		}) +
		followedStream("1", ":0 :0") +
		followedStream("2", "[2001:db8::1]:80 [2001:db8::2]:1024") +
		followedStream("0", "10.0.0.2:1024 10.0.0.1:80", "6162", "\t6162", gap, "6364") +
		followedStream("3", ":0 :0")
	digest, err := TsharkReassembly([]byte(out))
	if err != nil {
		t.Fatal(err)
	}
	const (
		abc     = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
		ab      = "fb8e20fc2e4c3f248c60c39bd652f3c1347298bb977b8b4d5903b85055620603"
		abcd    = "88d4266fd4e6338d13b845fcf289579d209c897823b9217da3e161936f031589"
		nothing = `{"bytes":0,"sha256":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}`
	)
	want := `{"frames":3,"streams":[` +
		`{"number":0,"first":1,"ends":["10.0.0.2:1024","10.0.0.1:80"],"sides":[{"bytes":4,"sha256":"` + abcd + `","gaps":[{"after":2,"length":2}],"marks":"ed82cd11"},{"bytes":2,"sha256":"` + ab + `","marks":"9e83486d"}]},` +
		`{"number":1,"first":3,"ends":["",""],"sides":[` + nothing + `,` + nothing + `]},` +
		`{"number":2,"first":3,"ends":["[2001:db8::1]:80","[2001:db8::2]:1024"],"sides":[` + nothing + `,` + nothing + `]}],` +
		`"datagrams":[{"version":4,"frame":3,"frames":[2,3],"length":3,"sha256":"` + abc + `","overlap":"identical"}]}`
	if string(digest) != want {
		t.Errorf("got\n%s, not\n%s", digest, want)
	}

	more, err := TsharkReassembly([]byte(followedStream("64", "10.0.0.2:1 10.0.0.1:80", "61") + followedStream("65", ":0 :0")))
	if err != nil {
		t.Fatal(err)
	}
	var r Reassembly
	if err := json.Unmarshal(more, &r); err != nil || len(r.Streams) != 1 || r.Streams[0].Number != 64 || r.Streams[0].Sides[0].Bytes != 1 {
		t.Errorf("a later run: %s, %v", more, err)
	}
	for what, bad := range map[string]string{
		"a column is missing":      "1.000000000\t0\n",
		"bytes that are no hex":    followedStream("0", "10.0.0.2:1 10.0.0.1:80", "6g"),
		"a length that is another": tsharkFrame(map[string]string{"frame.time_epoch": "1", "ip.fragment": "1", "ip.fragment.count": "1", "ip.reassembled.length": "3", "ip.reassembled.data": "61"}),
		"fewer fragments than counted": tsharkFrame(map[string]string{"frame.time_epoch": "1", "ip.fragment": "1", "ip.fragment.count": "2",
			"ip.reassembled.length": "1", "ip.reassembled.data": "61"}),
	} {
		if digest, err := TsharkReassembly([]byte(bad)); err == nil {
			t.Errorf("%s, and it is read as %s", what, digest)
		}
	}
}

// A frame may complete a datagram and the one inside it.
func TestTsharkDatagrams(t *testing.T) {
	values := make([]string, numDatagramColumns)
	values[fragmentFrames], values[fragmentCounts], values[fragmentErrors] = "1,2,5,6", "2,2", "4"
	values[reassembledLengths], values[reassembledBytes] = "1,2", "61,6162"
	all, err := tsharkDatagrams(6, 6, &counter{}, values)
	if err != nil || len(all) != 2 {
		t.Fatalf("got %+v, %v", all, err)
	}
	if a, b := all[0], all[1]; len(a.Frames) != 2 || len(b.Frames) != 3 || a.Overlap != "" || b.Length != 2 {
		t.Errorf("got %+v, %+v", a, b)
	}
}

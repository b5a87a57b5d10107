package secondopinion

import (
	"strings"
	"testing"

	"github.com/pcappipe/pcappipe/record"
)

// tsharkLine returns one frame as tshark writes it.
func tsharkLine(values map[string]string) string {
	list := make([]string, len(Columns)+1)
	for name, v := range values {
		list[column(name)] = v
	}
	return strings.Join(list, "\t") + "\n"
}

// Custom blocks are no packets, whatever tshark counts.
func TestTshark(t *testing.T) {
	timed := tsharkLine(map[string]string{"frame.number": "1", "frame.time_epoch": "1.000000000"})
	custom := tsharkLine(map[string]string{"frame.number": "2", "frame.len": "60"})
	timeless := tsharkLine(map[string]string{"frame.number": "3", "frame.interface_id": "0", "ip.dst": "10.0.0.2,10.1.0.2"})
	n := 0
	for f, err := range TsharkFrames([]byte(timed + custom + timeless)) {
		if n++; err != nil {
			t.Fatal(err)
		}
		if n == 2 && (f[column("ip.dst")] != "10.0.0.2,10.1.0.2" || f[numberColumn] != "2") {
			t.Errorf("got %q", f)
		}
	}
	if n != 2 {
		t.Errorf("%d frames, not 2", n)
	}
	for _, err := range TsharkFrames([]byte("1\teth\n")) {
		if err == nil {
			t.Error("a line that lacks columns is read without complaint")
		}
	}
}

// Values are the same if they mean the same.
func TestAsOurs(t *testing.T) {
	for _, row := range []struct {
		kind         record.Type
		theirs, want string
	}{
		{record.Uint, "0x0800,17", "2048,17"},
		{record.Uint, "010", "10"},
		{record.Uint, "0", "0"},
		{record.Bool, "1", "1"},
		{record.Address, "2001:db8::0:1,10.0.0.1", "2001:db8::1,10.0.0.1"},
		{record.Bytes, "00:ff,<MISSING>", "00ff,"},
		{record.MAC, "00:00:5e:00:53:01", "00:00:5e:00:53:01"},
		{record.Time, "Nov  8, 2009 04:41:36.000000000 UTC", "1257655296.000000000"},
		{record.Time, "1257655296.000000000", "1257655296.000000000"},
		{record.MAC, "00005e0053010203", "00:00:5e:00:53:01:02:03"},
		{record.Text, "a,0x10", "a,0x10"},
	} {
		if got := asOurs(row.kind, row.theirs); got != row.want {
			t.Errorf("%q: %q, not %q", row.theirs, got, row.want)
		}
	}
}

package http2

import "testing"

func TestMessagesAreCountedHoweverTheContentIsCut(t *testing.T) {
	b := []byte("\x00\x00\x00\x00\x03abc\x01\x00\x00\x00\x00\x00\x00\x00\x00\x02de\x00\x00\x00\x00\x09cut")
	for piece := 1; piece <= len(b); piece++ {
		var m Messages
		for i := 0; i < len(b); i += piece {
			m.Data(b[i:min(len(b), i+piece)])
		}
		if m.Count() != 3 || m.Lost() {
			t.Errorf("pieces of %d: %d messages, lost %v", piece, m.Count(), m.Lost())
		}
	}
}

func TestAGapCostsMessagesOnlyWhereOneBegins(t *testing.T) {
	for _, row := range []struct {
		name          string
		before, after string
		gap           uint64
		count         uint64
		lost          bool
	}{
		{"in a message", "\x00\x00\x00\x00\x05a", "e\x00\x00\x00\x00\x00", 3, 2, false},
		{"to a message's end", "\x00\x00\x00\x00\x05a", "\x00\x00\x00\x00\x01x", 4, 2, false},
		{"over a message's end", "\x00\x00\x00\x00\x05a", "\x00\x00\x00\x00\x01x", 5, 0, true},
		{"in a prefix", "\x00\x00\x00", "\x00\x01x", 1, 0, true},
		{"of nothing", "\x00\x00\x00\x00\x01", "x", 0, 1, false},
		{"before what is no gRPC", "", "<html>", 0, 0, true},
	} {
		var m Messages
		m.Data([]byte(row.before))
		m.Gap(row.gap)
		m.Data([]byte(row.after))
		if m.Count() != row.count || m.Lost() != row.lost {
			t.Errorf("%s: %d messages, lost %v; want %d, %v", row.name, m.Count(), m.Lost(), row.count, row.lost)
		}
	}
}

package reassembly

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"net/netip"
	"strings"
	"testing"

	"github.com/pcappipe/pcappipe/record"
)

func TestDatagramSchema(t *testing.T) {
	if err := DatagramSchema.Check(); err != nil {
		t.Error(err)
	}
	const want = "ip.version src dst id proto complete length frames frames_truncated overlap holes cut beyond ends outcome " +
		"conflicts_truncated payload conflicts.start conflicts.end conflicts.frame conflicts.kept conflicts.dropped"
	if got := strings.Join(DatagramSchema.Names(), " "); got != want {
		t.Errorf("fields\n got %s\nwant %s", got, want)
	}
}

func TestDatagramRow(t *testing.T) {
	sum := func(s string) string { h := sha256.Sum256([]byte(s)); return hex.EncodeToString(h[:]) }
	for _, row := range []struct {
		name    string
		play    func(h *datagramHarness) *Datagram
		payload bool
		want    string
	}{
		{"whole", func(h *datagramHarness) *Datagram {
			h.add(4, 8, "xyz", false)
			return h.add(4, 0, eight, true)
		}, true,
			"ip.version=4 src=10.0.0.1 dst=10.0.0.2 id=7 proto=17 complete=1 length=11 frames=1 frames=2 overlap=none outcome=complete " +
				"payload=303132333435363778797a"},
		{"nobody asked for the payload", func(h *datagramHarness) *Datagram {
			h.add(4, 8, "xyz", false)
			return h.add(4, 0, eight, true)
		}, false,
			"ip.version=4 src=10.0.0.1 dst=10.0.0.2 id=7 proto=17 complete=1 length=11 frames=1 frames=2 overlap=none outcome=complete"},
		{"with holes, a conflict and bytes behind the end", func(h *datagramHarness) *Datagram {
			h.add(6, 8, "aaaaaaaa", true)
			h.addTo(datagramKey(6, 7), 24, 16, "bb", true)
			h.add(6, 48, "cccccccc", true)
			h.add(6, 32, "cccccccc", false)
			h.add(6, 32, "dd", false)
			return h.end()[0]
		}, true,
			"ip.version=6 src=a00:1:: dst=a00:2:: id=7 proto=17 complete=0 length=40 frames=1 frames=2 frames=3 frames=4 frames=5 " +
				"overlap=identical holes=0-40 cut=14 beyond=8 ends=1 outcome=overlapped payload="},
		{"given up", func(h *datagramHarness) *Datagram {
			h.addTo(datagramKey(4, 7), 8, 16, "aaaaaaaa", true)
			h.add(4, 12, "bbbb", true)
			return h.end()[0]
		}, true,
			"ip.version=4 src=10.0.0.1 dst=10.0.0.2 id=7 proto=17 complete=0 length=24 frames=1 frames=2 overlap=conflict holes=0-8 holes=16-24 cut=8 " +
				"outcome=end payload=6161616161616161 { conflicts.start=12 conflicts.end=16 conflicts.frame=2 " +
				"conflicts.kept=" + sum("aaaa") + " conflicts.dropped=" + sum("bbbb") + " }"},
	} {
		h := newDatagramHarness(t, DatagramConfig{})
		var r record.Row
		row.play(h).Row(&r, row.payload)
		if err := r.Check(); err != nil {
			t.Errorf("%s: %v", row.name, err)
		}
		if got := datagramText(&r); got != row.want {
			t.Errorf("%s:\n got %s\nwant %s", row.name, got, row.want)
		}
	}
}

// Lists have an end, and say so.
func TestDatagramRowIsBounded(t *testing.T) {
	h := newDatagramHarness(t, DatagramConfig{Memory: 1 << 30})
	for i := range maxDatagramFrames + 1 {
		h.add(4, 8, "ab"[i&1:][:1], true)
	}
	var r record.Row
	h.end()[0].Row(&r, false)
	got := datagramText(&r)
	if n := strings.Count(got, " frames="); n != maxDatagramFrames || !strings.Contains(got, " frames_truncated=1") {
		t.Errorf("%d frames: %s", n, got)
	}
	if n := strings.Count(got, "conflicts.start="); n != maxDatagramConflicts || !strings.Contains(got, " conflicts_truncated=1") {
		t.Errorf("%d conflicts: %s", n, got)
	}
}

// datagramText writes a row's values as text.
func datagramText(r *record.Row) string {
	var words []string
	layer := DatagramSchema.Layers[0]
	for i := range r.Values {
		v := &r.Values[i]
		switch v.Op {
		case record.Open:
			if layer = DatagramSchema.Layers[v.Field]; layer.Key != "" {
				words = append(words, "{")
			}
		case record.Close:
			if layer.Key != "" {
				words = append(words, "}")
			}
		default:
			f := layer.Fields[v.Field]
			words = append(words, f.Name+"="+datagramValue(r, v, f.Type))
		}
	}
	return strings.Join(words, " ")
}

func datagramValue(r *record.Row, v *record.Value, t record.Type) string {
	switch {
	case v.Op == record.Number:
		return fmt.Sprint(v.Num)
	case t == record.Address:
		a, _ := netip.AddrFromSlice(r.Of(v))
		return a.String()
	case t == record.Range:
		b := r.Of(v)
		return fmt.Sprintf("%d-%d", binary.BigEndian.Uint64(b), binary.BigEndian.Uint64(b[8:]))
	case t == record.Bytes:
		return hex.EncodeToString(r.Of(v))
	}
	return string(r.Of(v))
}

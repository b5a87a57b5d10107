package reassembly

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"strings"
	"testing"

	"github.com/pcappipe/pcappipe/flow"
	"github.com/pcappipe/pcappipe/record"
)

func TestStreamSchemas(t *testing.T) {
	for _, tt := range []struct {
		schema *record.Schema
		want   string
	}{
		{StreamSchema, "flow uid direction length delivered gaps gaps_truncated missed given_up duplicate conflicting out_of_window after_close evicted cut " +
			"sha256 end_reason file file_truncated conflicts_truncated conflicts.start conflicts.end conflicts.frame conflicts.kept conflicts.dropped"},
		{TurnSchema, "flow uid direction start end ack frames frames_truncated gaps gaps_truncated complete payload payload_truncated"},
	} {
		if err := tt.schema.Check(); err != nil {
			t.Error(err)
		}
		if got := strings.Join(tt.schema.Names(), " "); got != tt.want {
			t.Errorf("%s\n got %s\nwant %s", tt.schema.Kind, got, tt.want)
		}
	}
}

// streamRowText writes out a row: names and values in their order.
func streamRowText(t *testing.T, row *record.Row) string {
	t.Helper()
	if err := row.Check(); err != nil {
		t.Error(err)
	}
	var words []string
	var layer *record.Layer
	for i := range row.Values {
		v := &row.Values[i]
		switch v.Op {
		case record.Open:
			layer = row.Schema.Layers[v.Field]
			continue
		case record.Close:
			continue
		}
		f, value := &layer.Fields[v.Field], ""
		switch b := row.Of; {
		case v.Op == record.Number:
			value = fmt.Sprint(v.Num)
		case f.Type == record.Range:
			value = fmt.Sprintf("%d-%d", binary.BigEndian.Uint64(b(v)), binary.BigEndian.Uint64(b(v)[8:]))
		case f.Type == record.Bytes:
			value = hex.EncodeToString(b(v))
		default:
			value = string(b(v))
		}
		words = append(words, f.Name+"="+value)
	}
	return strings.Join(words, " ")
}

func TestStreamRow(t *testing.T) {
	sum := func(s string) string { h := sha256.Sum256([]byte(s)); return hex.EncodeToString(h[:]) }
	x := newStreamScript(t, StreamConfig{}, &streamListener{t: t}).
		play("> S, < S ^0, > 'abcd, > @1 'XcY, > @8 'gh, > @4 'e, < ^10, > @6 'f, > @8 'gh, > @10 'ij +4, > F, > 'more").close(false)
	var row record.Row
	s := x.c.Stats(flow.FromA)
	s.Row(&row, &StreamOf{Flow: 7, UID: "Cname", Originator: true, End: "fin", SHA256: []byte{1, 2}, File: "7-a", FileTruncated: true})
	want := "flow=7 uid=Cname direction=orig length=16 delivered=9 gaps=5-8 gaps=12-16 missed=7 given_up=0 duplicate=3 conflicting=2 out_of_window=1 " +
		"after_close=4 evicted=0 cut=4 sha256=0102 end_reason=fin file=7-a file_truncated=1 " +
		"conflicts.start=1 conflicts.end=4 conflicts.frame=4 conflicts.kept=" + sum("bcd") + " conflicts.dropped=" + sum("XcY")
	if got := streamRowText(t, &row); got != want {
		t.Errorf("\n got %s\nwant %s", got, want)
	}
	s = x.c.Stats(flow.FromB)
	s.Row(&row, &StreamOf{Flow: 7, UID: "Cname", End: "fin"})
	want = "flow=7 uid=Cname direction=resp length=0 delivered=0 missed=0 given_up=0 duplicate=0 conflicting=0 out_of_window=0 " +
		"after_close=0 evicted=0 cut=0 end_reason=fin"
	if got := streamRowText(t, &row); got != want {
		t.Errorf("\n got %s\nwant %s", got, want)
	}
}

func TestTurnRow(t *testing.T) {
	var got []string
	for _, payload := range []bool{true, false} {
		turns := &Turns{Payload: payload, Emit: func(n *Turn) {
			var row record.Row
			n.Row(&row, 7, "Cname", n.From == flow.FromB, payload)
			got = append(got, streamRowText(t, &row))
		}}
		newStreamScript(t, StreamConfig{}, turns).play("> 'ab, < S, < 'x +2 ^2").close(false)
		turns.Close()
	}
	for i, want := range []string{
		"flow=7 uid=Cname direction=resp start=0 end=2 frames=1 complete=1 payload=6162",
		"flow=7 uid=Cname direction=orig start=0 end=3 ack=2 frames=3 gaps=1-3 complete=0 payload=78",
		"flow=7 uid=Cname direction=resp start=0 end=2 frames=1 complete=1",
		"flow=7 uid=Cname direction=orig start=0 end=3 ack=2 frames=3 gaps=1-3 complete=0",
	} {
		if got[i] != want {
			t.Errorf("\n got %s\nwant %s", got[i], want)
		}
	}
}

// What a list does not have room for is said. What was handed on before a gap that is not
// listed is not compared any more.
func TestRowsTellWhatTheyLeaveOut(t *testing.T) {
	a, heard := NewAssembler(StreamConfig{}), &streamListener{t: t}
	var c Connection
	a.Add(&c, flow.FromA, &Segment{Flags: flow.SYN, Seq: 0xffffffff}, heard)
	for i := range uint32(300) {
		a.Add(&c, flow.FromA, &Segment{Seq: 2 * i, Payload: []byte("a"), Length: 2}, heard)
		a.Add(&c, flow.FromA, &Segment{Seq: 2 * i, Payload: []byte("bb"), Length: 2}, heard)
		streamBalance(t, &c)
	}
	a.Close(&c, false, heard)
	s := c.Stats(flow.FromA)
	if len(s.Gaps) != 256 || s.GapCount != 300 || len(s.Conflicts) != 16 || s.ConflictCount != 256 || s.Missed != 300 {
		t.Errorf("%d of %d gaps, %d of %d conflicts, missed %d", len(s.Gaps), s.GapCount, len(s.Conflicts), s.ConflictCount, s.Missed)
	}
	var row record.Row
	s.Row(&row, &StreamOf{Flow: 1, UID: "Cname", Originator: true, End: "idle"})
	text := streamRowText(t, &row)
	if !strings.Contains(text, "gaps_truncated=1") || !strings.Contains(text, "conflicts_truncated=1") {
		t.Errorf("got %s", text)
	}
	long := Turn{End: 1, FramesTruncated: true, GapsTruncated: true, PayloadTruncated: true}
	long.Row(&row, 1, "", true, true)
	for _, name := range []string{"frames_truncated=1", "gaps_truncated=1", "payload_truncated=1"} {
		if text := streamRowText(t, &row); !strings.Contains(text, name) {
			t.Errorf("got %s, want %s", text, name)
		}
	}
}

package http2

import (
	"strings"
	"testing"
)

// What RFC 9113 makes a connection error ends a side whose frames were followed from the
// beginning; nothing is told after it.
func TestASideThatIsNoHTTP2IsLeftAlone(t *testing.T) {
	for _, row := range []struct {
		name string
		sent *writer
		told string
	}{
		{"content of no stream", client().frame(data, 0, 0, 1), ""},
		{"settings of a stream", client().frame(settings, 0, 1), ""},
		{"settings of an odd size", client().frame(settings, 0, 0, 1), ""},
		{"a ping of seven bytes", client().frame(ping, 0, 0, make([]byte, 7)...), ""},
		{"a client's promise", client().frame(pushPromise, flagEndHeaders, 1, 0, 0, 0, 2), ""},
		{"a continuation of nothing", client().frame(continuation, 0, 1, 1), ""},
		{"more padding than there is", client().frame(data, flagPadded, 1, 9, 0), ""},
		{"a block that another frame interrupts", client().frame(headers, 0, 1, 0x82).frame(data, 0, 1, 1),
			`client 1 headers partial ":method"="GET"`},
		{"a beginning without settings", func() *writer {
			w := newWriter()
			w.WriteString(Preface)
			return w.frame(ping, 0, 0, make([]byte, 8)...)
		}(), ""},
	} {
		row.sent.headers(5, true, ":method", "GET")
		for piece := 1; piece <= row.sent.Len(); piece++ {
			c := New()
			if told := hear(t, c, true, row.sent.Bytes(), piece); !c.Failed(true) || c.Failed(false) || told != row.told {
				t.Fatalf("%s, in pieces of %d: failed %v, told:\n%s", row.name, piece, c.Failed(true), told)
			}
		}
	}
}

// A block that is no HPACK costs its fields from there on, and not the frames behind it.
func TestABlockThatIsNoHPACKIsPartial(t *testing.T) {
	w := client().frame(headers, flagEndHeaders, 1, 0x82, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff).
		frame(data, flagEndStream, 1, 'x')
	want := "client 1 headers partial \":method\"=\"GET\"\nclient 1 data 78\nclient 1 end"
	if told := hear(t, New(), true, w.Bytes(), w.Len()); told != want {
		t.Errorf("told:\n%s\nwant:\n%s", told, want)
	}
}

// An upgraded connection begins as the RFC says, or is none.
func TestAnUpgradedConnectionBeginsWithPrefaceAndSettings(t *testing.T) {
	for _, row := range []struct {
		fromClient bool
		sent       *writer
		failed     bool
	}{
		{true, client(), false},
		{false, server().headers(1, true, ":status", "200"), false},
		{true, newWriter().headers(1, true, ":method", "GET", ":scheme", "http", ":path", "/"), true},
		{false, newWriter().headers(1, true, ":status", "200"), true},
	} {
		for piece := 1; piece <= row.sent.Len(); piece++ {
			c := NewUpgraded()
			r := newTranscript(t)
			for i := 0; i < row.sent.Len(); i += piece {
				c.Data(row.fromClient, uint64(i), row.sent.Bytes()[i:min(row.sent.Len(), i+piece)], r)
			}
			if c.Failed(row.fromClient) != row.failed {
				t.Errorf("%x: failed %v", row.sent.Bytes(), c.Failed(row.fromClient))
			}
		}
	}
}

// A header block without an end is looked at up to a bound, and kept no longer than that.
func TestAHeaderBlockWithoutAnEndIsBounded(t *testing.T) {
	w := client().frame(headers, 0, 1, 0x82)
	part := []byte(strings.Repeat("\x00\x01a\x7f\x00"+strings.Repeat("v", 127), 120))
	for range 30 {
		w.frame(continuation, 0, 1, part...)
	}
	c, r := New(), newTranscript(t)
	for i := 0; i < w.Len(); i += 1000 {
		c.Data(true, uint64(i), w.Bytes()[i:min(w.Len(), i+1000)], r)
		if c.Charge() > maxBlock {
			t.Fatalf("%d bytes are kept", c.Charge())
		}
	}
	w.Reset()
	w.frame(continuation, flagEndHeaders, 1).headers(3, true, ":method", "GET")
	c.Data(true, 1<<30, w.Bytes(), r)
	if len(r.lines) != 3 || !strings.HasPrefix(r.lines[0], `client 1 headers partial ":method"="GET" "a"="v`) ||
		r.lines[1] != `client 3 headers end ":method"="GET"` || c.Charge() != 0 {
		t.Errorf("told %.300s; %d bytes are kept", r, c.Charge())
	}
}

func TestContentAllocatesNothing(t *testing.T) {
	w := client()
	for range 100 {
		w.frame(data, 0, 1, make([]byte, 100)...)
	}
	begin := client().Len()
	c := New()
	var h Handler = deaf{}
	c.Data(true, 0, w.Bytes()[:begin], h)
	b := w.Bytes()[begin:]
	if n := testing.AllocsPerRun(10, func() {
		for i := 0; i < len(b); i += 77 {
			c.Data(true, 0, b[i:min(len(b), i+77)], h)
		}
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// A deaf Handler does nothing with what it is told.
type deaf struct{}

func (deaf) Bytes(bool, uint32, uint64, uint64) {}
func (deaf) Headers(*Headers)                   {}
func (deaf) Data(bool, uint32, []byte)          {}
func (deaf) End(bool, uint32)                   {}
func (deaf) Reset(bool, uint32, uint32)         {}
func (deaf) Goaway(bool, uint32, uint32)        {}
func (deaf) Lost(bool, Loss)                    {}

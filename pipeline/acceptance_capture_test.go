package pipeline

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pcappipe/pcappipe/decoder/filter"
	"github.com/pcappipe/pcappipe/internal/capture"
)

// halves cuts the packets of Ethernet frames that are larger than so many bytes into two fragments each.
func halves(frames []capture.Frame, size int) (list []capture.Frame) {
	be := binary.BigEndian
	for i, f := range frames {
		if len(f.Data) <= size {
			list = append(list, f)
			continue
		}
		payload := f.Data[34:]
		for _, part := range []struct{ start, end, field int }{{0, 24, 0x2000}, {24, len(payload), 3}} {
			b := append(slices.Clone(f.Data[:34]), payload[part.start:part.end]...)
			be.PutUint16(b[16:], uint16(20+part.end-part.start))
			be.PutUint16(b[18:], uint16(1000+i))
			be.PutUint16(b[20:], uint16(part.field))
			list = append(list, capture.Frame{Nanos: f.Nanos, Data: b})
		}
	}
	return list
}

// within returns what a packet becomes in a tunnel between two hosts.
func within(proto uint8, header string) func([]byte) []byte {
	return func(packet []byte) []byte {
		outer := capture.IP(netip.MustParseAddr("172.16.0.1"), netip.MustParseAddr("172.16.0.2"), proto, append([]byte(header), packet...))
		return capture.Ethernet(0x0800, outer)
	}
}

// P5, 3.7: a TCP header in a fragment, or cut short, ended the program; what was in a tunnel was not
// looked at, or was of the tunnel's flow.
func TestAcceptance13FragmentsTunnelsAndShortHeaders(t *testing.T) {
	call := func() *capture.Call { return capture.NewCall("10.0.0.1:40000", "10.0.0.2:80") }
	tagged := func(packet []byte) []byte { return capture.Ethernet(0x8100, capture.VLAN(7, 0x0800, packet)) }
	expect(t, "fragments", found(t, Config{}, halves(thrice(call().Open()).Frames(), 80)), ofThrice...)
	expect(t, "a VLAN", found(t, Config{}, thrice(call().In(tagged).Open()).Frames()), ofThrice...)
	inner := func(s string) string { return strings.Replace(s, "1.", "2.", 1) } // the tunnel's own flow is the first
	for name, wrap := range map[string]func([]byte) []byte{"IP in IP": within(4, ""), "GRE": within(47, "\x00\x00\x08\x00")} {
		got := found(t, Config{}, thrice(call().In(wrap).Open()).Frames())
		expect(t, name, got, inner(ofThrice[0]), inner(ofThrice[1]), inner(ofThrice[2]))
		if got[0].ClientAddress != "10.0.0.1" || got[0].PeerAddress != "10.0.0.2" {
			t.Errorf("%s: %s asks %s", name, got[0].ClientAddress, got[0].PeerAddress)
		}
	}
	frames := thrice(call().Open()).Frames()
	for i := range frames {
		frames[i].Wire = len(frames[i].Data)
		frames[i].Data = frames[i].Data[:min(60, len(frames[i].Data))]
	}
	for i, r := range found(t, Config{}, frames) {
		if r.Path != "" || r.Trace != nil || r.RequestMissing == 0 && r.ResponseMissing == 0 {
			t.Errorf("of six bytes of each message, exchange %d is %s", i, r.line())
		}
	}
	for size := range 60 { // in the midst of each header
		frames := thrice(call().Open()).Frames()
		for i := range frames {
			frames[i].Data = frames[i].Data[:min(size, len(frames[i].Data))]
		}
		if got := found(t, Config{}, frames); size < 54 && len(got) > 0 {
			t.Errorf("of %d bytes of each frame, there are %s", size, lines(got))
		}
	}
}

// P4: a frame that a filter left out was waited for, and ended the program where its place in the order was looked at.
func TestAcceptance14FilteredFramesHoldNothingUp(t *testing.T) {
	var calls []*capture.Call
	for n := range 20 {
		calls = append(calls, thrice(capture.NewCall(fmt.Sprintf("10.0.0.1:%d", 40000+n), "10.0.0.2:80").Open()))
	}
	frames := capture.Together(calls...)
	for expression, want := range map[string]int{"port 40007": 3, "not port 40007": 57, "greater 60": 60, "udp": 0} {
		f, err := filter.Compile(expression)
		if err != nil {
			t.Fatal(err)
		}
		got := found(t, Config{Filter: f}, frames)
		for i := range got {
			if r := &got[i]; r.Status != 200+int(r.Path[1]-'0') || r.Outcome != "responded" {
				t.Errorf("%s: %s", expression, r.line())
			}
		}
		if len(got) != want {
			t.Errorf("%s: %d exchanges, want %d", expression, len(got), want)
		}
		all := records(t, Config{Inputs: []string{file(t, "a.pcap", capture.Pcap(frames))}, Filter: f}, "frames", "exchanges")
		for _, r := range parsed[labelRecord](t, all, "frame") {
			if r.Own.Label != "" {
				t.Errorf("%s: frame %d is labelled late", expression, r.Frame.Number)
			}
		}
	}
}

// F8: all deadlines were of the wall clock: ten seconds were over for a capture of hours when ten
// seconds of work were. Here hours are read in no time, and give the same as through a pipe that gives a little at a time.
func TestAcceptance15HoursGiveWhatTheyGaveLive(t *testing.T) {
	c := capture.NewCall("10.0.0.1:40000", "10.0.0.2:80").Open()
	var want []string
	for n := range 30 {
		c.Wait(2 * time.Minute).Client(ask(fmt.Sprint("/", n), '1', 'a')).Wait(4*time.Minute + 50*time.Second).Server(answer(200, ""))
		want = append(want, fmt.Sprintf("1.%d GET /%d 1111/aaaa 200 responded", n+1, n))
	}
	frames := c.Frames()
	got := found(t, Config{}, frames)
	expect(t, "hours", got, want...)
	for i := range got {
		if took := got[i].took(t); took.Truncate(time.Second) != 4*time.Minute+50*time.Second {
			t.Errorf("%s took %v", got[i].line(), took)
		}
	}
	b := capture.Pcap(frames)
	whole := records(t, Config{Inputs: []string{file(t, "a.pcap", b)}}, "exchanges", "traces", "flows")
	live := Config{Inputs: []string{"-"}, Stdin: &dribble{b, rand.New(rand.NewPCG(1, 2))}, Engine: Pipeline, Workers: 2, BatchSize: 300}
	same(t, "live", records(t, live, "exchanges", "traces", "flows"), whole)
}

// What is pending when a connection is said to be over is waited for, ten seconds and no longer.
func TestAcceptance15AnAnswerIsWaitedForBehindTheEnd(t *testing.T) {
	for _, row := range []struct {
		after time.Duration
		want  string
	}{{9 * time.Second, "1.1 GET /a 1111/aaaa 200 responded"}, {11 * time.Second, "1.1 GET /a 1111/aaaa 0 timeout"}} {
		c := capture.NewCall("10.0.0.1:40000", "10.0.0.2:80").Open().Client(ask("/a", '1', 'a')).HalfClose(false).Wait(row.after).Server(answer(200, "late"))
		got := found(t, Config{}, c.Frames())
		if len(got) == 0 || !strings.HasPrefix(lines(got), row.want) {
			t.Errorf("an answer %v behind a FIN:\n got %swant %s", row.after, lines(got), row.want)
		}
	}
}

// 1.1: a flow that nobody ends goes when it was idle for long enough, on the capture's clock.
// What is pending on it ends then, and before the frame that tells the time.
func TestAcceptance16AnIdleFlowEndsItsExchanges(t *testing.T) {
	idle := capture.NewCall("10.0.0.1:40000", "10.0.0.2:80").Open().Client(ask("/a", '1', 'a')).Server(answer(200, "")).Client(ask("/b", '2', 'b'))
	other := capture.NewCall("10.0.0.1:40001", "10.0.0.2:80").Wait(5*time.Minute - time.Second).Open().Wait(2 * time.Second).Client(ask("/c", '3', 'c'))
	frames := capture.Together(idle, other)
	got := found(t, Config{}, frames)
	expect(t, "idle", got, "1.1 GET /a 1111/aaaa 200 responded", "1.2 GET /b 2222/bbbb 0 timeout idle", "2.1 GET /c 3333/cccc 0 aborted end")
	all := string(records(t, Config{Inputs: []string{file(t, "a.pcap", capture.Pcap(frames))}}, "frames", "exchanges"))
	before, after := strings.Index(all, `{"record":"frame","frame":{"number":12,`), strings.Index(all, `{"record":"frame","frame":{"number":13,`)
	if at := strings.Index(all, `"timeout"`); at < before || at > after {
		t.Errorf("the exchange that was idle stands at %d, frame 12 at %d, frame 13 at %d", at, before, after)
	}
}

// Where there is no room, what is pending is given up, which is told of each and in the summary.
func TestAcceptance16WhatIsGivenUpIsCounted(t *testing.T) {
	var calls []*capture.Call
	for n := range 500 {
		calls = append(calls, capture.NewCall(client(n), "10.1.0.1:80").Wait(time.Duration(n)*time.Millisecond).Open().Client(ask(fmt.Sprint("/", n), '1', 'a')))
	}
	got := found(t, Config{Memory: 256 << 10}, capture.Together(calls...))
	outcomes := make(map[string]int)
	for i := range got {
		outcomes[got[i].Outcome+" "+got[i].EndReason]++
	}
	if len(got) != 500 || outcomes["evicted evicted"] < 100 || outcomes["aborted end"] < 10 || outcomes["evicted evicted"]+outcomes["aborted end"] != 500 {
		t.Errorf("of %d exchanges that were pending: %v", len(got), outcomes)
	}
}

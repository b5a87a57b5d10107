package pipeline

import (
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pcappipe/pcappipe/internal/capture"
)

// bearing runs the program and returns the exchanges that each frame bears, in the
// frames' order, each between commas.
func bearing(t *testing.T, frames []capture.Frame) string {
	t.Helper()
	var list []string
	all := records(t, Config{Inputs: []string{file(t, "a.pcap", capture.Pcap(frames))}}, "frames", "exchanges")
	for _, r := range parsed[labelRecord](t, all, "frame") {
		list = append(list, strings.Join(r.Own.Exchange, "+")+r.Own.Label)
	}
	return strings.Join(list, " ")
}

// thrice has a connection of three traced requests, one after the other.
func thrice(c *capture.Call) *capture.Call {
	for i := range 3 {
		c.Client(ask(fmt.Sprint("/", i), '1'+byte(i), 'a')).Wait(time.Millisecond).Server(answer(200+i, "well"))
	}
	return c
}

var ofThrice = []string{"1.1 GET /0 1111/aaaa 200 responded", "1.2 GET /1 2222/aaaa 201 responded", "1.3 GET /2 3333/aaaa 202 responded"}

// F5: at the client's end, and on the device "any", the number of a response was looked
// for among those of requests. Who asks is told by what is said, whichever port is the
// ephemeral one, and whatever the link is.
func TestAcceptance05EgressAndAnyCaptures(t *testing.T) {
	for _, ends := range [][2]string{{"10.0.0.1:40000", "10.0.0.2:443"}, {"10.0.0.1:80", "10.0.0.2:50000"}, {"[::1]:1024", "[::1]:1023"}} {
		got := found(t, Config{}, thrice(capture.NewCall(ends[0], ends[1]).From(3_000_000_000, 7)).Frames()) // without its beginning
		expect(t, ends[0], got, ofThrice...)
		for i := range got {
			if client := fmt.Sprintf("%s:%d", got[i].ClientAddress, got[i].ClientPort); client != strings.NewReplacer("[", "", "]", "").Replace(ends[0]) {
				t.Errorf("%s: the client is %s", ends[0], client)
			}
		}
	}
	const cooked = 113 // what "any" gives
	b := capture.Pcap(thrice(capture.NewCall("10.0.0.1:40000", "10.0.0.2:443").In(func(packet []byte) []byte {
		return append([]byte{0, 4, 0, 1, 0, 6, 2, 0, 0, 0, 0, 1, 0, 0, 8, 0}, packet...)
	}).Open()).Frames())
	binary.LittleEndian.PutUint32(b[20:], cooked)
	expect(t, "any", exchangesOf(t, Config{Inputs: []string{file(t, "any.pcap", b)}}), ofThrice...)
}

// F6: sequence numbers were compared as numbers, and never forgotten: behind their
// wrap, and behind 4 GiB, frames bore the traces of others.
func TestAcceptance06SequenceNumbersWrap(t *testing.T) {
	const bears = "   1.1 1.1 1.1 1.1 1.2 1.2 1.2 1.2 1.3 1.3 1.3 1.3"
	for before := uint32(0); before < 300; before += uint32(rounds(7, 1)) {
		frames := thrice(capture.NewCall("10.0.0.1:40000", "10.0.0.2:80").From(-before, -(2 * before)).Open()).Frames()
		if before%50 == 35 {
			expect(t, fmt.Sprint(before, " before it wraps"), found(t, Config{}, frames), ofThrice...)
		}
		if got := bearing(t, frames); got != bears {
			t.Fatalf("%d before it wraps, frames bear %q, want %q", before, got, bears)
		}
	}
}

func TestAcceptance06AFlowOfMoreThanFourGiB(t *testing.T) {
	const large = 4<<30 + 100
	c := capture.NewCall("10.0.0.1:40000", "10.0.0.2:80").Open()
	c.Client(ask("/large", '1', 'a')).Server(fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n", int64(large))).Snap(true, large)
	frames := thrice(c).Frames()
	path := file(t, "a.pcap", capture.Pcap(frames))
	config := Config{Inputs: []string{path}, Engine: Pipeline}
	config.Output.Fields = []string{"frame.number", "pcappipe.exchange", "pcappipe.label"} // 66,000 frames with all their fields take a second more
	all := records(t, config, "frames", "exchanges")
	got := parsed[exchangeRecord](t, all, "exchange")
	expect(t, "large", got, "1.1 GET /large 1111/aaaa 200 responded", "1.2 GET /0 1111/aaaa 200 responded", "1.3 GET /1 2222/aaaa 201 responded", "1.4 GET /2 3333/aaaa 202 responded")
	if got[0].ResponseMissing != large {
		t.Errorf("%d bytes of the large response are missing, want %d", got[0].ResponseMissing, int64(large))
	}
	labels := parsed[labelRecord](t, all, "frame")
	for i, want := range []string{"1.2", "1.2", "1.2", "1.2", "1.3", "1.3", "1.3", "1.3", "1.4", "1.4", "1.4", "1.4"} {
		if r := labels[len(labels)-12+i]; !slices.Equal(r.Own.Exchange, []string{want}) {
			t.Errorf("behind 4 GiB, frame %d bears %v%s, want %s", i, r.Own.Exchange, r.Own.Label, want)
		}
	}
}

// F14: requests were kept by trace, so that one of many with the same trace had the
// time and the target of another, and the end of one flow took what others had pending.
func TestAcceptance07OneTraceOnTenFlowsAtOnce(t *testing.T) {
	const spans = "123456789a"
	var calls []*capture.Call
	var want []string
	for n := range 10 {
		c := capture.NewCall(fmt.Sprintf("10.0.0.1:%d", 40000+n), "10.0.0.2:80").Wait(time.Duration(n) * time.Millisecond).Open()
		c.Client(ask(fmt.Sprint("/", n), '7', spans[n])).Wait(time.Duration(100-9*n) * time.Millisecond)
		if n == 9 {
			calls = append(calls, c.Hang(true, ""))
			want = append(want, "10.1 GET /9 7777/aaaa 0 aborted fin")
			continue
		}
		calls = append(calls, c.Server(answer(400+n, "well")).Hang(true, ""))
		want = append(want, fmt.Sprintf("%d.1 GET /%d 7777/%s %d responded", n+1, n, strings.Repeat(spans[n:n+1], 4), 400+n))
	}
	got := found(t, Config{}, capture.Together(calls...))
	expect(t, "one trace", got, want...)
	for i := range got {
		r := &got[i]
		if n := int(r.Flow) - 1; r.Status != 0 && r.took(t)-time.Duration(100-9*n)*time.Millisecond > time.Millisecond {
			t.Errorf("%s took %v", r.line(), r.took(t))
		}
	}
}

// F10: what a connection left behind was taken away ten seconds later from the one
// that had its addresses and ports by then.
func TestAcceptance08PortsAreUsedAgainWithinASecond(t *testing.T) {
	first := capture.NewCall("10.0.0.1:40000", "10.0.0.2:80").From(1000, 5000).Open().Client(ask("/a", '1', 'a')).Server(answer(200, "")).Client(ask("/b", '2', 'b')).Hang(true, "")
	second := capture.NewCall("10.0.0.1:40000", "10.0.0.2:80").From(900_000, 5_000_000).Wait(500 * time.Millisecond).Open().Client(ask("/c", '3', 'c')).Wait(12 * time.Second).Server(answer(201, ""))
	second.Client(ask("/d", '4', 'd')).Server(answer(202, ""))
	frames := capture.Together(first, second)
	expect(t, "again", found(t, Config{}, frames), "1.1 GET /a 1111/aaaa 200 responded", "1.2 GET /b 2222/bbbb 0 aborted fin",
		"2.1 GET /c 3333/cccc 201 responded", "2.2 GET /d 4444/dddd 202 responded")
	const bears = "   1.1 1.1 1.1 1.1 1.2 1.2 1.2 1.2 1.2    2.1 2.1 2.1 2.1 2.2 2.2 2.2 2.2"
	if got := bearing(t, frames); got != bears {
		t.Errorf("frames bear %q, want %q", got, bears)
	}
}

// swap has two frames come in each other's place, at the same times.
func swap(frames []capture.Frame, i, j int) []capture.Frame {
	frames[i].Data, frames[j].Data = frames[j].Data, frames[i].Data
	return frames
}

// again puts a frame once more behind another.
func again(frames []capture.Frame, i, behind int) []capture.Frame {
	f := frames[i]
	f.Nanos = frames[behind].Nanos + 1
	return slices.Insert(frames, behind+1, f)
}

// F5, F15: a response that was looked at before its request had no trace; what came
// again bore the trace of what was said before it.
func TestAcceptance09OutOfOrderAgainAndOverlapping(t *testing.T) {
	// SYN, SYN-ACK, ACK; then for each exchange: request, ACK, response, ACK.
	plain := func() []capture.Frame {
		return thrice(capture.NewCall("10.0.0.1:40000", "10.0.0.2:80").Open()).Frames()
	}
	cut := func() []capture.Frame {
		return thrice(capture.NewCall("10.0.0.1:40000", "10.0.0.2:80").Cut(60).Open()).Frames()
	}
	for _, row := range []struct {
		name   string
		frames []capture.Frame
	}{
		{"a response before its request", swap(plain(), 7, 9)},
		{"the first response before the first request", swap(plain(), 3, 5)},
		{"a response before its request's acknowledgement", swap(plain(), 8, 9)},
		{"requests again behind all", again(again(plain(), 3, 14), 7, 15)},
		{"a response again, before the next request", again(plain(), 5, 6)},
		{"parts of a head in another order", swap(swap(cut(), 3, 4), 5, 6)},
		{"a part again in the next exchange", again(cut(), 4, 12)},
	} {
		expect(t, row.name, found(t, Config{}, row.frames), ofThrice...)
	}
	const bears = "   1.1 1.1 1.1 1.1 1.2 1.2 1.2 1.2 1.3 1.3 1.3 1.3 1.1 1.2"
	if got := bearing(t, again(again(plain(), 3, 14), 7, 15)); got != bears {
		t.Errorf("frames bear %q, want %q", got, bears)
	}
	const first = "   1.1 1.1 1.1 1.1 1.2 1.2 1.2 1.2 1.3 1.3 1.3 1.3"
	if got := bearing(t, swap(plain(), 7, 9)); got != first {
		t.Errorf("where a response comes before its request, frames bear %q, want %q", got, first)
	}
}

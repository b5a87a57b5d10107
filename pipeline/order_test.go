package pipeline

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/pcappipe/pcappipe/internal/capture"
)

// A told is what a record says of its own place among the others.
type told struct {
	Record    string
	Frame     struct{ Number uint64 }
	Flow      uint64
	Direction string
	Start     place
	Frames    []uint64
	Exchange  string
	Outcome   string
	Reason    string `json:"end_reason"`
	Last      uint64 `json:"last_frame"`
}

// A place is where a turn begins in its stream. What begins at a time has none.
type place uint64

func (p *place) UnmarshalJSON(b []byte) error {
	n, err := strconv.ParseUint(string(b), 10, 64)
	if err == nil {
		*p = place(n)
	}
	return nil
}

// kind returns which kind of record it is.
func (r *told) kind() kind {
	for k := range kinds {
		if strings.TrimSuffix(k.String(), "s") == r.Record {
			return k
		}
	}
	return kinds
}

// compare is the order of the records that one frame brings about.
func (r *told) compare(o *told) int {
	if r.kind() == datagrams && o.kind() == datagrams {
		return 0 // by what is not in them
	}
	return cmp.Or(cmp.Compare(r.kind(), o.kind()), cmp.Compare(r.Flow, o.Flow),
		cmp.Compare(r.Direction, o.Direction), cmp.Compare(r.Start, o.Start), cmp.Compare(r.ordinal(), o.ordinal())) // "orig" comes before "resp"
}

// ordinal returns which exchange of its flow it is; 0: it is none.
func (r *told) ordinal() (n uint64) {
	if _, digits, is := strings.Cut(r.Exchange, "."); is {
		n, _ = strconv.ParseUint(digits, 10, 64)
	}
	return n
}

func read(t *testing.T, records []byte) (list []told) {
	t.Helper()
	for line := range strings.Lines(string(records)) {
		var r told
		if err := json.Unmarshal([]byte(line), &r); err != nil || r.kind() == kinds {
			t.Fatalf("%v in %.200s", err, line)
		}
		list = append(list, r)
	}
	return list
}

// Records come by the frame that completed them, then by kind, flow, direction
// and place in the stream. What the time of a frame ended comes before all that
// the frame itself has brought about, and what the end of the capture ended after all.
func TestRecordsComeInOrder(t *testing.T) {
	for seed := range rounds(2, 40) {
		for _, memory := range ceilings {
			frames := traffic(1000+seed, 1500)
			c := Config{Inputs: []string{file(t, "a.pcap", capture.Pcap(frames))}, Engine: Pipeline, Workers: 2, BatchSize: 10_000, Memory: memory}
			list := read(t, records(t, c, "datagrams", "frames", "turns", "streams", "exchanges", "traces", "flows"))
			number := uint64(0)
			for len(list) > 0 {
				n := slices.IndexFunc(list, func(r told) bool { return r.Record == "frame" })
				between := list
				if n >= 0 {
					between, list = list[:n], list[n+1:]
				} else {
					list = nil
				}
				what := fmt.Sprintf("seed %d, memory %d, behind frame %d", seed, memory, number)
				between = completed(t, what, between, number)
				if n >= 0 {
					number++
					begun(t, what, between, number)
				} else {
					sorted(t, what+", at the end", between)
				}
			}
			if number != uint64(len(frames)) {
				t.Fatalf("seed %d: %d frames, want %d", seed, number, len(frames))
			}
		}
	}
}

// completed checks those of the records that a frame has completed, and returns
// the others, which come before the next frame.
func completed(t *testing.T, what string, list []told, frame uint64) (rest []told) {
	t.Helper()
	n := 0
	for n < len(list) && list[n].kind() > frames && (n == 0 || list[n-1].compare(&list[n]) <= 0) &&
		(list[n].kind() != flows || list[n].Reason != "idle") {
		n++
	}
	return list[n:]
}

// begun checks the records that come before a frame: what its time has ended, and
// datagrams that it has completed or driven out.
func begun(t *testing.T, what string, list []told, frame uint64) {
	t.Helper()
	ended := len(list)
	for ended > 0 && list[ended-1].kind() == datagrams && list[ended-1].Outcome != "timeout" {
		ended--
	}
	sorted(t, what+", ended by time", list[:ended])
	for i := range list {
		switch r := &list[i]; {
		case r.Outcome == "complete" || r.Outcome == "refused":
			if last := r.Frames[len(r.Frames)-1]; i < ended || last != frame {
				t.Fatalf("%s: a datagram that frame %d has completed stands before frame %d", what, last, frame)
			}
		case r.Outcome == "evicted" && i < ended:
			t.Fatalf("%s: a datagram was driven out before frame %d", what, frame)
		case r.Record == "flow" && (r.Reason == "evicted" || r.Reason == "reuse" || r.Last >= frame):
			t.Fatalf("%s: flow %d (%s), with frames up to %d, stands before frame %d", what, r.Flow, r.Reason, r.Last, frame)
		}
	}
}

func sorted(t *testing.T, what string, list []told) {
	t.Helper()
	for i := 1; i < len(list); i++ {
		if list[i-1].compare(&list[i]) > 0 {
			t.Fatalf("%s: %+v comes before %+v", what, list[i-1], list[i])
		}
	}
}

package capture

import (
	"bytes"
	"reflect"
	"testing"
)

// A seed gives the same traffic each time, as much as is asked for, of frames that
// are no larger than a capture can hold.
func TestSessionsAreWhatTheirSeedSays(t *testing.T) {
	for seed := range uint64(200) {
		frames := Sessions(seed, 300)
		if len(frames) != 300 || seed < 20 && !reflect.DeepEqual(frames, Sessions(seed, 300)) {
			t.Fatalf("seed %d: %d frames, or others each time", seed, len(frames))
		}
		for i := range frames {
			if f := &frames[i]; f.wire() > 1<<16+200 || f.Nanos < 0 {
				t.Fatalf("seed %d: frame %d has %d of %d bytes at %d", seed, i+1, len(f.Data), f.wire(), f.Nanos)
			}
		}
	}
}

// What was said in dialogues is in their turns, and each byte of it is in a frame.
func TestDialoguesAreSaidInTurns(t *testing.T) {
	for seed := range uint64(20) {
		_, said := Dialogues(seed, 10)
		for i, d := range said {
			at := [2]int{}
			for _, turn := range d.Turns {
				from := 0
				if turn.Server {
					from = 1
				}
				if turn.Start != at[from] || turn.End <= turn.Start || turn.Heard != at[1-from] {
					t.Fatalf("seed %d, dialogue %d: turn %+v, said %v", seed, i, turn, at)
				}
				at[from] = turn.End
			}
			if at != [2]int{len(d.Said[0]), len(d.Said[1])} || bytes.Equal(d.Said[0], d.Said[1]) {
				t.Fatalf("seed %d, dialogue %d: %v in turns, of %d and %d bytes", seed, i, at, len(d.Said[0]), len(d.Said[1]))
			}
		}
	}
}

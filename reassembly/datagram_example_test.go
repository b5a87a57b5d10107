package reassembly_test

import (
	"fmt"

	"github.com/pcappipe/pcappipe/reassembly"
)

// Fragments go in as their frames come; a datagram comes out when it is whole,
// or when it is given up.
func ExampleDatagrams() {
	d := reassembly.NewDatagrams(reassembly.DatagramConfig{Policy: reassembly.Linux})
	key := reassembly.DatagramKey{Src: [16]byte{10, 0, 0, 1}, Dst: [16]byte{10, 0, 0, 2}, ID: 1, Version: 4, Proto: 17}
	header := []byte{0x45, 0, 0, 28, 0, 1, 0x20, 0, 64, 17, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2}
	fragments := []reassembly.Fragment{
		{Offset: 8, Length: 4, Payload: []byte("orld"), Header: header, Next: 17, Size: 24, Frame: 1, Clock: 0},
		{Offset: 0, Length: 8, More: true, Payload: []byte("hello, w"), Header: header, Next: 17, Size: 28, Frame: 2, Clock: 1000},
		{Offset: 16, Length: 8, More: true, Payload: []byte("too much"), Header: header, Next: 17, Size: 28, Frame: 3, Clock: 2000},
	}
	for i := range fragments {
		for g := d.Expire(fragments[i].Clock); g != nil; g = d.Expire(fragments[i].Clock) {
			fmt.Println(g.Outcome)
			d.Return(g)
		}
		if g := d.Add(&key, &fragments[i]); g != nil {
			fmt.Printf("%v: %q, a packet of %d bytes\n", g.Outcome, g.Payload(), len(g.Packet()))
			d.Return(g)
		}
	}
	for g := d.Remaining(); g != nil; g = d.Remaining() {
		for start, end := range g.Holes() {
			fmt.Printf("%v: from frame %d on, without [%d, %d)\n", g.Outcome, g.Parts[0].Frame, start, end)
		}
		d.Return(g)
	}
	// Output:
	// complete: "hello, world", a packet of 32 bytes
	// end: from frame 3 on, without [0, 16)
}

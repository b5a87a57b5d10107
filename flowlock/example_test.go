package flowlock_test

import (
	"context"
	"fmt"
	"time"

	"github.com/pcappipe/pcappipe/flow"
	"github.com/pcappipe/pcappipe/flowlock"
)

// A request, its response and the end of their connection, as goroutines that
// take packets would see them. The packet after the FIN still has its label, and
// when nothing can come any more the flow is gone.
func ExampleLocks() {
	var clock flowlock.CaptureClock
	locks := flowlock.NewLocks(flowlock.LockConfig{
		Clock: &clock,
		Ended: func(x flowlock.Exchange) { fmt.Println(x.Request.Trace.ID, x.Outcome, "after", x.Latency()) },
	})
	defer locks.Close()
	client, server := []byte{10, 0, 0, 1}, []byte{10, 0, 0, 2}
	key, from := flow.NewKey(flow.IPv4, 6, client, server, 40000, 80, 0)

	packet := func(at time.Duration, flags uint16, requests []flowlock.Request, responses []flowlock.Response) {
		clock.Advance(int64(at))
		h, err := locks.Lock(context.Background(), key, flags)
		if err != nil {
			fmt.Println(err)
			return
		}
		defer h.Unlock()
		h.UnlockWithTraces(flags, requests, responses)
		label, _ := h.At(1, from, 100)
		fmt.Printf("%v: labelled %q\n", at, label.Trace.ID)
	}
	packet(0, flow.SYN, nil, nil)
	packet(1*time.Second, flow.ACK, []flowlock.Request{{
		Stream: 1, From: from, Offset: 0, Time: int64(1 * time.Second), Trace: flowlock.Trace{ID: "4bf92f35"}}}, nil)
	packet(2*time.Second, flow.FIN|flow.ACK, nil, nil) // blocks nobody, though a request is pending
	packet(3*time.Second, flow.ACK, nil, []flowlock.Response{{
		Stream: 1, From: 1 - from, Offset: 0, Ack: 400, Time: int64(3 * time.Second)}})
	packet(12*time.Second, flow.ACK, nil, nil)
	clock.Advance(int64(13 * time.Second))
	fmt.Println(locks.Stats().Flows, "flows")

	// Output:
	// 0s: labelled ""
	// 1s: labelled "4bf92f35"
	// 2s: labelled "4bf92f35"
	// 4bf92f35 responded after 2s
	// 3s: labelled "4bf92f35"
	// 12s: labelled "4bf92f35"
	// 0 flows
}

package flowlock

import (
	"fmt"
	"testing"
	"time"

	"github.com/pcappipe/pcappipe/flow"
)

// BenchmarkUse does for a group of pieces what the sequencer does for most: it
// warms the table, finds the flow and gives its job a ticket, and looks what is
// idle once a batch. Every flow is used in turn.
func BenchmarkUse(b *testing.B) {
	const batch = 512
	for _, flows := range []uint32{1_000, 100_000, 1_000_000} {
		b.Run(fmt.Sprint(flows, "_flows"), func(b *testing.B) {
			t := New[int]([Classes]time.Duration{TCP: time.Hour, UDP: time.Hour, ICMP: time.Hour, Other: time.Hour})
			keys := make([]flow.Key, flows)
			groups := make([]flow.Group, flows)
			for i := range keys {
				keys[i] = key(uint32(i)*0x9e3779b1, 6)
				groups[i].Hash = keys[i].Hash()
				t.Begin(&keys[i], groups[i].Hash, 0)
			}
			clock, at := int64(0), 0
			for b.Loop() {
				if at+batch > len(keys) {
					at = 0
				}
				t.Warm(groups[at : at+batch])
				for i := at; i < at+batch; i++ {
					clock++
					slot, ok := t.Find(&keys[i], groups[i].Hash)
					if !ok {
						b.Fatal("a flow is lost")
					}
					t.Use(slot, clock)
				}
				t.Reap(clock, func(uint32) { b.Fatal("a flow is idle") })
				at += batch
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/batch, "ns/group")
		})
	}
}

// BenchmarkJob brings one flow through the jobs of one worker.
func BenchmarkJob(b *testing.B) {
	var f Flow[int]
	var l Lot[int]
	for ticket := uint32(0); b.Loop(); ticket++ {
		if Enter(&f, &l, 0, ticket, 0) {
			f.State++
			Leave(&f, &l, 0, ticket)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N), "ns/job")
}

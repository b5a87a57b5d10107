package reassembly

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// datagramTraffic is fragments of many datagrams of one size, some of them late.
func datagramTraffic(datagrams, size, late int) (keys []DatagramKey, fragments []Fragment) {
	const mtu = 1480
	random := rand.New(rand.NewPCG(3, 4))
	for id := range datagrams {
		for at := 0; at < size; at += mtu {
			n := min(mtu, size-at)
			keys = append(keys, *datagramKey(4, uint32(id)))
			fragments = append(fragments, Fragment{
				Offset: uint32(at), Length: uint32(n), More: at+n < size, Next: 17,
				Header: datagramHeader4, Payload: make([]byte, n), Size: uint32(n) + 20,
			})
		}
	}
	for range len(fragments) * late / 100 {
		i := random.IntN(len(fragments))
		j := min(i+random.IntN(20), len(fragments)-1)
		k, f := keys[i], fragments[i]
		keys = slices.Insert(slices.Delete(keys, i, i+1), j, k)
		fragments = slices.Insert(slices.Delete(fragments, i, i+1), j, f)
	}
	return keys, fragments
}

// datagramRound hands all fragments in and gives back what comes out.
func datagramRound(d *Datagrams, keys []DatagramKey, fragments []Fragment) (whole int) {
	for i := range fragments {
		if g := d.Add(&keys[i], &fragments[i]); g != nil {
			whole++
			d.Return(g)
		}
	}
	return whole
}

// When as much has been held before, no fragment costs an allocation, in order or not.
func TestDatagramsAllocateNothing(t *testing.T) {
	for _, row := range []struct{ size, late int }{{3000, 0}, {8192 + 8, 0}, {65515, 0}, {8192 + 8, 30}} {
		keys, fragments := datagramTraffic(100, row.size, row.late)
		d := NewDatagrams(DatagramConfig{})
		datagramRound(d, keys, fragments)
		got := testing.AllocsPerRun(5, func() {
			if whole := datagramRound(d, keys, fragments); whole != 100 {
				t.Fatalf("%d datagrams", whole)
			}
		})
		if got > 0 {
			t.Errorf("datagrams of %d bytes, %d %% late: %v allocations", row.size, row.late, got)
		}
	}
}

func BenchmarkDatagrams(b *testing.B) {
	for _, row := range []struct {
		name       string
		size, late int
	}{
		{"two fragments", 2000, 0}, {"8 KiB", 8200, 0}, {"64 KiB", 65515, 0},
		{"8 KiB, 1 % late", 8200, 1}, {"8 KiB, 10 % late", 8200, 10}, {"8 KiB, 50 % late", 8200, 50},
	} {
		b.Run(row.name, func(b *testing.B) {
			keys, fragments := datagramTraffic(200, row.size, row.late)
			d := NewDatagrams(DatagramConfig{})
			b.ReportAllocs()
			rounds := 0
			for b.Loop() {
				datagramRound(d, keys, fragments)
				rounds++
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(rounds*len(fragments)), "ns/fragment")
		})
	}
}

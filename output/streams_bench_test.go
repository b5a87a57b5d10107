package output

import (
	"fmt"
	"sync"
	"testing"
)

// BenchmarkStreams writes streams in segments of 1,448 bytes, from two goroutines,
// so many of them at a time.
func BenchmarkStreams(b *testing.B) {
	for _, c := range []struct{ streams, size, live int }{
		{4_000, 4_000, 50},
		{4_000, 4_000, 4_000},
		{4_000, 16_000, 4_000},
		{100, 1_000_000, 100},
		{4, 25_000_000, 4},
	} {
		b.Run(fmt.Sprintf("%dx%d,%d live", c.streams, c.size, c.live), func(b *testing.B) {
			b.SetBytes(int64(c.streams * c.size))
			for b.Loop() {
				s, err := OpenStreams(b.TempDir() + "/out")
				if err != nil {
					b.Fatal(err)
				}
				var wg sync.WaitGroup
				for g := range 2 {
					wg.Go(func() {
						for first := g * c.live / 2; first < c.streams; first += c.live {
							writeTogether(s, uint64(first), c.live/2, c.size)
						}
					})
				}
				wg.Wait()
				b.StopTimer() // the time until others may read is not the disk's
				if err := s.Abort(); err != nil {
					b.Fatal(err)
				}
				b.StartTimer()
			}
		})
	}
}

// writeTogether writes n streams of one size, a segment of each in turn.
func writeTogether(s *Streams, first uint64, n, size int) {
	files := make([]StreamFile, n)
	segment := make([]byte, 1448)
	for at := 0; at < size; at += len(segment) {
		for i := range files {
			s.Write(&files[i], streamName(first+uint64(i)), uint64(at), segment[:min(len(segment), size-at)])
		}
	}
	for i := range files {
		s.Finish(&files[i], streamName(first+uint64(i)), uint64(size))
	}
}

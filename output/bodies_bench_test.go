package output

import (
	"fmt"
	"sync"
	"testing"
)

// BenchmarkBodies writes bodies of one size and coding in segments of 1,448 bytes, from
// two goroutines, and counts what they are before their coding.
func BenchmarkBodies(b *testing.B) {
	for _, encoder := range []string{"", "gzip", "deflate", "br", "zstd"} {
		for _, size := range []int{2_000, 200_000, 5_000_000} {
			b.Run(fmt.Sprintf("%s %d", encoder, size), func(b *testing.B) {
				data := prose(size)
				if encoder != "" {
					data = encode(b, encoder, data)
				}
				files, err := OpenBodies(b.TempDir()+"/out", true)
				if err != nil {
					b.Fatal(err)
				}
				defer files.Abort()
				b.ReportAllocs()
				b.SetBytes(int64(2 * size))
				for n := uint64(0); b.Loop(); n++ {
					var wg sync.WaitGroup
					for g := range uint64(2) {
						wg.Go(func() { writeWhole(b, files, NameBody(g, n, true), data, encoder, size) })
					}
					wg.Wait()
				}
			})
		}
	}
}

func writeWhole(b *testing.B, files *Bodies, name BodyName, data []byte, encoding string, size int) {
	var f BodyFile
	for at := 0; at < len(data); at += 1448 {
		files.Write(&f, name, data[at:min(at+1448, len(data))])
	}
	if r := files.Finish(&f, name, encoding, true); r.Err != "" || r.Size != uint64(size) {
		b.Errorf("%+v", r)
	}
}

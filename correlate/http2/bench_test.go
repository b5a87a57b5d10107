package http2

import (
	"bytes"
	"fmt"
	"testing"

	"golang.org/x/net/http2/hpack"
)

// BenchmarkConn reads a connection's requests: a header block that mostly stands in the table, and
// content of 1 KiB, in pieces as segments bring them. reference is what x/net's decoder takes for the
// header blocks alone.
func BenchmarkConn(b *testing.B) {
	const requests = 1000
	w := client()
	begin := w.Len()
	var blocks [][]byte
	for i := range requests {
		block := w.encode(":method", "POST", ":scheme", "http", ":path", fmt.Sprintf("/shop.Cart/Get%d", i%20), ":authority", "cart.test:7070",
			"content-type", "application/grpc", "te", "trailers", "user-agent", "grpc-go/1.60.0",
			"traceparent", fmt.Sprintf("00-%032x-%016x-01", i+1, i+1))
		blocks = append(blocks, block)
		w.frame(headers, flagEndHeaders, uint32(2*i+1), block...)
		w.frame(data, flagEndStream, uint32(2*i+1), bytes.Repeat([]byte{7}, 1024)...)
	}
	b.Run("conn", func(b *testing.B) {
		b.ReportAllocs()
		b.SetBytes(int64(w.Len()))
		for b.Loop() {
			c := New()
			c.Data(true, 0, w.Bytes()[:begin], deaf{})
			for i := begin; i < w.Len(); i += 1448 {
				c.Data(true, uint64(i), w.Bytes()[i:min(w.Len(), i+1448)], deaf{})
			}
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/requests, "ns/request")
	})
	b.Run("reference", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			d := hpack.NewDecoder(defaultTable, func(hpack.HeaderField) {})
			for _, block := range blocks {
				d.Write(block)
				d.Close()
			}
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/requests, "ns/request")
	})
}

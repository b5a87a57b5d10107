package http2

import (
	"testing"
)

func TestWhatFramesMean(t *testing.T) {
	for _, row := range []struct {
		name   string
		client bool
		sent   *writer
		told   string
	}{
		{"a request", true, client().headers(1, true, ":method", "GET", ":path", "/a"),
			`client 1 headers end ":method"="GET" ":path"="/a"
client 1 end`},
		{"a response, its content padded, and trailers", false, server().headers(1, false, ":status", "200").
			frame(data, flagPadded, 1, 2, 'a', 'b', 0, 0).frame(data, 0, 1, 'c').headers(1, true, "grpc-status", "0"),
			`server 1 headers ":status"="200"
server 1 data 616263
server 1 headers trailers end "grpc-status"="0"
server 1 end`},
		{"a header block in three frames, with priority and padding", true,
			func() *writer {
				w := client()
				b := w.encode(":method", "PUT", "a", "b")
				w.frame(headers, flagPadded|flagPriority|flagEndStream, 3, append([]byte{1, 0, 0, 0, 0, 9, b[0]}, 0)...)
				w.frame(continuation, 0, 3, b[1:3]...)
				return w.frame(continuation, flagEndHeaders, 3, b[3:]...)
			}(),
			`client 3 headers end ":method"="PUT" "a"="b"
client 3 end`},
		{"a promise", false, func() *writer {
			w := server()
			return w.frame(pushPromise, flagEndHeaders, 1, append([]byte{0, 0, 0, 2}, w.encode(":path", "/")...)...)
		}(), `server 1 headers promise 2 ":path"="/"`},
		{"what ends streams", false, server().frame(rstStream, 0, 5, 0, 0, 0, 8).frame(goaway, 0, 0, 0, 0, 0, 7, 0, 0, 0, 1, 'x'),
			`server 5 reset 8
server goaway 7 1`},
		{"what means nothing here", true, client().frame(ping, 0, 0, make([]byte, 8)...).frame(windowUpdate, 0, 1, 0, 0, 0, 1).
			frame(0x77, 0xff, 9, 1, 2, 3).frame(priority, 0, 1, 0, 0, 0, 0, 0), ""},
	} {
		for piece := 1; piece <= row.sent.Len(); piece++ {
			if told := hear(t, New(), row.client, row.sent.Bytes(), piece); told != row.told {
				t.Fatalf("%s, in pieces of %d bytes:\n%s\nwant:\n%s", row.name, piece, told, row.told)
			}
		}
	}
}

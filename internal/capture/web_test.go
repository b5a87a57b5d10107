package capture

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"testing"

	"golang.org/x/net/http2/hpack"
)

// A seed gives the same web each time.
func TestWebsAreWhatTheirSeedSays(t *testing.T) {
	for seed := range uint64(6) {
		if w := Exchanges(seed, 10, Lossy); len(w.Frames) < 100 || !reflect.DeepEqual(w, Exchanges(seed, 10, Lossy)) {
			t.Fatalf("seed %d: %d frames, or others each time", seed, len(w.Frames))
		}
	}
}

// Segments bear what was said, at the offsets that they tell; all of it where
// nothing is lost.
func TestSegmentsOfAWebBearWhatWasSaid(t *testing.T) {
	for seed := range uint64(20) {
		for _, harm := range []Harm{Orderly, Disorderly, Lossy} {
			w := Exchanges(seed, 10, harm)
			segments, lost := 0, 0
			for n, c := range w.Conversations {
				segments += len(c.Segments)
				seen := [2][]bool{make([]bool, len(c.Said[0])), make([]bool, len(c.Said[1]))}
				for _, s := range c.Segments {
					if data := w.Frames[s.Frame-1].Data; s.Start < s.End && !bytes.HasSuffix(data, c.Said[bit(s.Server)][s.Start:s.End]) {
						t.Fatalf("seed %d, conversation %d: frame %d does not bear bytes %d to %d", seed, n, s.Frame, s.Start, s.End)
					}
					for i := s.Start; i < s.End; i++ {
						seen[bit(s.Server)][i] = true
					}
				}
				for from := range seen {
					for _, was := range seen[from] {
						lost += bit(!was)
					}
				}
			}
			if segments != len(w.Frames) || (lost > 0) != (harm == Lossy) {
				t.Errorf("seed %d, harm %d: %d frames, %d segments, %d bytes were lost", seed, harm, len(w.Frames), segments, lost)
			}
		}
	}
}

// slice returns a message's bytes.
func (c *Conversation) slice(server bool, m *Message) (b []byte) {
	for _, r := range m.Ranges {
		b = append(b, c.Said[bit(server)][r[0]:r[1]]...)
	}
	return b
}

// What net/http reads of HTTP/1 is what the truth says.
func TestAWebIsHTTP1(t *testing.T) {
	requests, responses := 0, 0
	for seed := range uint64(30) {
		for _, c := range Exchanges(seed, 10, Orderly).Conversations {
			if c.Version != "1" {
				continue
			}
			for _, e := range c.Exchanges {
				what := fmt.Sprintf("seed %d, %v, exchange %d", seed, c.Client, e.Number)
				req, err := http.ReadRequest(bufio.NewReader(bytes.NewReader(c.slice(false, &e.Request))))
				if err != nil {
					t.Fatalf("%s: %v", what, err)
				}
				body, err := io.ReadAll(req.Body)
				if err != nil || !bytes.Equal(body, e.Request.Content) || req.Method != e.Method || req.RequestURI != e.Target ||
					req.Host != e.Authority || req.UserAgent() != e.UserAgent || e.Path != req.URL.Path && e.Method != "CONNECT" {
					t.Fatalf("%s: %v, %v is not %+v", what, err, req, e)
				}
				requests++
				if e.Status == 0 || !e.Response.Whole {
					continue
				}
				res, err := http.ReadResponse(bufio.NewReader(bytes.NewReader(c.Said[1][e.Final:e.Response.Ranges[0][1]])), req)
				if err != nil {
					t.Fatalf("%s: %v", what, err)
				}
				if body, err = io.ReadAll(res.Body); err != nil || !bytes.Equal(body, e.Response.Content) || res.StatusCode != e.Status || res.Header.Get("Content-Type") != e.ContentType {
					t.Fatalf("%s: %v, %v is not %+v", what, err, res, e)
				}
				responses++
			}
		}
	}
	t.Log(requests, "requests,", responses, "responses")
}

// What is in the frames of HTTP/2 is what the truth says.
func TestAWebIsHTTP2(t *testing.T) {
	checked := 0
	for seed := range uint64(30) {
		for _, c := range Exchanges(seed, 10, Orderly).Conversations {
			if c.Version != "2" {
				continue
			}
			got := [2]map[uint32]*heardStream{hear2(t, c.Said[0][len(preface):]), hear2(t, c.Said[1])}
			for _, e := range c.Exchanges {
				what := fmt.Sprintf("seed %d, %v, stream %d", seed, c.Client, e.StreamID)
				asked, answered := got[0][e.StreamID], got[1][e.StreamID]
				if e.Pushed {
					asked = answered
				}
				if i := slices.Index(asked.fields, field{":path", e.Target}); i < 0 || !e.Pushed && (!bytes.Equal(asked.content, e.Request.Content) || asked.ended != e.Request.Whole) {
					t.Fatalf("%s: %+v is not %+v", what, asked, e)
				}
				if e.Status != 0 && (!slices.Contains(answered.fields, field{":status", strconv.Itoa(e.Status)}) || !bytes.Equal(answered.content, e.Response.Content) || answered.ended != e.Response.Whole) {
					t.Fatalf("%s: %+v is not %+v", what, answered, e)
				}
				checked++
			}
		}
	}
	t.Log(checked, "exchanges")
}

// A heardStream is what one end said on a stream.
type heardStream struct {
	fields  []field
	content []byte
	ended   bool
}

// hear2 reads frames.
func hear2(t *testing.T, b []byte) map[uint32]*heardStream {
	t.Helper()
	streams := make(map[uint32]*heardStream)
	of := func(id uint32) *heardStream {
		if streams[id] == nil {
			streams[id] = new(heardStream)
		}
		return streams[id]
	}
	decoder := hpack.NewDecoder(16384, nil)
	var block []byte
	var to uint32
	for len(b) > 0 {
		n := int(b[0])<<16 | int(b[1])<<8 | int(b[2])
		kind, flags, id, payload := b[3], b[4], binary.BigEndian.Uint32(b[5:]), b[9:9+n]
		b = b[9+n:]
		if flags&flagPadded != 0 && (kind == frameData || kind == frameHeaders || kind == framePushPromise) {
			payload = payload[1 : len(payload)-int(payload[0])]
		}
		if flags&flagEndStream != 0 && (kind == frameData || kind == frameHeaders) {
			of(id).ended = true
		}
		switch kind {
		case frameData:
			of(id).content = append(of(id).content, payload...)
			continue
		case frameHeaders:
			if flags&flagPriority != 0 {
				payload = payload[5:]
			}
			to = id
		case framePushPromise:
			to, payload = binary.BigEndian.Uint32(payload), payload[4:]
		case frameContinuation:
		default:
			continue
		}
		if block = append(block, payload...); flags&flagEndHeaders != 0 {
			list, err := decoder.DecodeFull(block)
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range list {
				of(to).fields = append(of(to).fields, field{f.Name, f.Value})
			}
			block = nil
		}
	}
	return streams
}

package correlate

import (
	"github.com/pcappipe/pcappipe/correlate/http1"
	"github.com/pcappipe/pcappipe/correlate/http2"
	"github.com/pcappipe/pcappipe/flow"
)

// mostUndecided is how many bytes of a direction are kept that may begin HTTP.
const mostUndecided = 2 * http2.MaxRecognise

// search looks whether what has come of a direction begins HTTP.
func (d *dialogue) search(from flow.Direction) {
	s, k := &d.sides[from], d.by
	if s.doubt {
		d.doubt(from)
		return
	}
	for len(s.stash) > 0 {
		first := &s.stash[0]
		b := first.bytes
		if len(s.stash) > 1 {
			k.join = k.join[:0]
			for i := range s.stash {
				k.join = append(k.join, s.stash[i].bytes...)
			}
			b = k.join
		}
		switch speech, v := k.recognise(from, b, first.start == 0); v {
		case http1.More:
			if s.kept <= mostUndecided {
				return
			}
		case http1.Yes:
			d.begin(from, speech)
			return
		}
		if http1.Resembles(b) {
			s.doubt = true
			return
		}
		p := d.take(from)
		if d.of.look(from, len(p.bytes)) > 0 {
			d.forget(from)
		}
	}
}

// mostDoubt is how many bytes of a direction are kept that would be a malformed request.
const mostDoubt = 8 << 10

// doubt looks at what has come behind what may be a malformed request: a right one ends the doubt.
func (d *dialogue) doubt(from flow.Direction) {
	s := &d.sides[from]
	last := &s.stash[len(s.stash)-1]
	if speaks, v := d.by.recognise(from, last.bytes, false); v == http1.Yes && last.bytes != nil {
		d.begin(from, speaks)
	} else if s.kept > mostDoubt {
		d.forget(from)
		d.of.look(from, mostDoubt)
	}
}

// begin says that a direction has begun to speak.
func (d *dialogue) begin(from flow.Direction, speaks speech) {
	d.confirmed = true
	d.sides[0].doubt, d.sides[1].doubt = false, false
	d.client = from
	if speaks == response || speaks == server2 {
		d.client = from ^ 1
	}
	if speaks == request || speaks == response {
		d.protocol = speaks1
		for i := range d.sides {
			s := &d.sides[i]
			offset := s.told
			if len(s.stash) > 0 {
				offset = s.stash[0].start
			}
			s.parser.Reset(sideOf(flow.Direction(i) == d.client), offset)
		}
	} else {
		d.protocol = speaks2
		d.h2 = http2.New()
		d.streams = make(map[uint32]*pending)
	}
	if d.by.config.Labels && d.labels == nil {
		d.labels = newLabels()
	}
	for i := range d.of.looked {
		if d.of.looked[i] >= mostLooked {
			d.of.looked[i], d.of.resumes[i] = 0, true
			d.sides[i].knows = false
		}
	}
}

func sideOf(client bool) http1.Side {
	if client {
		return http1.Requests
	}
	return http1.Responses
}

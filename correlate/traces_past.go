package correlate

import "crypto/sha256"

// pastCost is what is charged for each trace that is remembered: a digest in a
// list and in a map, both of which may be half empty.
const pastCost = 128

// A traceDigest stands for a trace's id. It is cryptographic, so that no capture
// can be made in which two ids are taken for one.
type traceDigest [16]byte

func digestTrace(id string) traceDigest {
	sum := sha256.Sum256([]byte(id))
	return traceDigest(sum[:16])
}

// tracesPast remembers which traces are over, as many as it may, so that it can
// be said that another continues one.
type tracesPast struct {
	most  int
	known map[traceDigest]int // how often it is in the list
	list  []traceDigest       // oldest first, from first on
	first int
}

func (p *tracesPast) has(id string) bool {
	if len(p.known) == 0 {
		return false
	}
	_, has := p.known[digestTrace(id)]
	return has
}

// add remembers a trace as the latest. The oldest is forgotten where there are too many.
func (p *tracesPast) add(id string) {
	if p.most == 0 {
		return
	}
	if p.known == nil {
		p.known = make(map[traceDigest]int)
	}
	d := digestTrace(id)
	p.known[d]++
	p.list = append(p.list, d)
	if p.count() > p.most {
		p.forget()
	}
}

// forget drops the oldest. What was dropped leaves the list when it is half of it.
func (p *tracesPast) forget() {
	d := p.list[p.first]
	p.first++
	if p.known[d]--; p.known[d] == 0 {
		delete(p.known, d)
	}
	if p.first > len(p.list)/2 {
		p.list = p.list[:copy(p.list, p.list[p.first:])]
		p.first = 0
	}
}

func (p *tracesPast) count() int { return len(p.list) - p.first }

func (p *tracesPast) charge() int64 { return int64(p.count()) * pastCost }

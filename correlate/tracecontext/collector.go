package tracecontext

import (
	"cmp"
	"math/bits"
	"slices"
)

// A Collector takes a message's fields, in the order in which they came, and
// tells the traces that they name. Its zero value is ready. It belongs to one
// goroutine.
//
// Of a header that comes more than once the first counts, right or wrong, as it
// does for most who read them. But two of traceparent that disagree say nothing,
// and the lines of tracestate are one list.
type Collector struct {
	seen    uint32    // which headers have come, as bits
	found   []Context // what sources of one header say
	state   tracestate
	b3      b3Parts
	datadog datadogParts
}

// Field takes a field, its name in any case. It keeps nothing of the two.
func (c *Collector) Field(name, value []byte) {
	if n := len(name); 0 < n && n < len(ofLength) {
		if perhaps := ofLength[n] & ofInitial[name[0]]; perhaps != 0 {
			c.named(perhaps, name, value)
		}
	}
}

// named takes a field that is perhaps one of these headers.
func (c *Collector) named(perhaps uint32, name, value []byte) {
	for ; perhaps != 0; perhaps &= perhaps - 1 {
		if h := bits.TrailingZeros32(perhaps); is(name, headers[h]) {
			again := c.seen>>h&1 != 0
			c.seen |= 1 << h
			c.take(header(h), trim(value), again)
			return
		}
	}
}

// take reads a header; again says whether it has come before.
func (c *Collector) take(h header, value []byte, again bool) {
	switch h {
	case traceparentHeader:
		c.alone(Traceparent, value, again)
	case elasticHeader:
		c.alone(ElasticAPM, value, again)
	case tracestateHeader:
		c.state.add(value)
	default:
		if !again {
			c.first(h, value)
		}
	}
}

// alone reads a traceparent: there may be one, or several that say the same.
func (c *Collector) alone(s Source, value []byte, again bool) {
	x, ok := parseTraceparent(s, value)
	if !again {
		c.add(x, ok)
	} else if !ok || !slices.Contains(c.found, x) {
		c.found = slices.DeleteFunc(c.found, func(f Context) bool { return f.Source == s })
	}
}

// first reads a header that counts when it comes first.
func (c *Collector) first(h header, value []byte) {
	switch h {
	case b3Header:
		c.add(parseB3(value))
	case b3TraceHeader, b3SpanHeader, b3ParentHeader, b3SampledHeader, b3FlagsHeader:
		c.b3.take(h, value)
	case cloudTraceHeader:
		c.add(parseCloudTrace(value))
	case jaegerHeader:
		c.add(parseJaeger(value))
	case xrayHeader:
		c.add(parseXRay(value))
	case datadogTraceHeader, datadogParentHeader, datadogPriorityHeader, datadogOriginHeader, datadogTagsHeader:
		c.datadog.take(h, value)
	case grpcHeader:
		c.add(parseGRPC(value))
	case skyWalkingHeader:
		c.add(parseSkyWalking(value))
	case sentryHeader:
		c.add(parseSentry(value))
	case requestIDHeader:
		c.add(parseRequestID(value))
	}
}

// add keeps what a source says, if it says anything.
func (c *Collector) add(x Context, ok bool) {
	if ok {
		c.found = append(c.found, x)
	}
}

// Contexts returns what the fields so far say, the best source first, or nil.
// It is the caller's own.
func (c *Collector) Contexts() []Context {
	multi, byB3 := c.b3.context()
	dog, byDatadog := c.datadog.context()
	if len(c.found) == 0 && !byB3 && !byDatadog {
		return nil
	}
	all := make([]Context, 0, len(c.found)+2)
	all = append(all, c.found...)
	if byB3 {
		all = append(all, multi)
	}
	if byDatadog {
		all = append(all, dog)
	}
	slices.SortFunc(all, func(a, b Context) int { return cmp.Compare(a.Source, b.Source) })
	if all[0].Source == Traceparent {
		all[0].State = c.state.String()
	}
	return all
}

// Reset makes c ready for another message.
func (c *Collector) Reset() {
	if c.seen == 0 {
		return
	}
	clear(c.found)
	*c = Collector{found: c.found[:0], state: c.state.emptied()}
}

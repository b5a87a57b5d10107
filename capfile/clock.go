package capfile

import (
	"math"
	"math/bits"
)

// A clock turns an interface's timestamps into nanoseconds since 1970, exactly
// and rounded down.
type clock struct {
	units  uint64 // per second
	scale  uint64 // nanoseconds per unit; 0 where that is no whole number
	most   uint64 // the largest timestamp for which scale alone does
	offset int64  // seconds to be added
}

// newClock returns the clock of an if_tsresol and an if_tsoffset option. false:
// that many units per second do not fit into 64 bits.
func newClock(resolution uint8, offset int64) (clock, bool) {
	c := clock{units: 1, offset: offset}
	exponent := resolution & 0x7f
	if resolution&0x80 != 0 {
		if exponent > 63 {
			return clock{}, false
		}
		c.units = 1 << exponent
	} else {
		if exponent > 19 {
			return clock{}, false
		}
		for range exponent {
			c.units *= 10
		}
	}
	if c.units <= 1e9 && 1e9%c.units == 0 && offset == 0 {
		c.scale = 1e9 / c.units
		c.most = math.MaxInt64 / c.scale
	}
	return c, true
}

// nanos returns a timestamp's time. What an int64 cannot hold (before 1678,
// after 2262) becomes its nearest value, and its frame has no time.
func (c *clock) nanos(timestamp uint64) int64 {
	if timestamp <= c.most && c.scale != 0 {
		return int64(timestamp * c.scale)
	}
	return c.divide(timestamp)
}

func (c *clock) divide(timestamp uint64) int64 {
	seconds, rest := timestamp/c.units, timestamp%c.units
	hi, lo := bits.Mul64(rest, 1e9)
	fraction, _ := bits.Div64(hi, lo, c.units)
	return nanoseconds(seconds, c.offset, int64(fraction))
}

// nanoseconds adds seconds, an offset in seconds and a fraction below a second.
func nanoseconds(seconds uint64, offset, fraction int64) int64 {
	const most = math.MaxInt64/1_000_000_000 - 1 // seconds that always fit
	sum := int64(min(seconds, math.MaxInt64))
	switch {
	case offset > 0 && sum > math.MaxInt64-offset:
		return math.MaxInt64
	case sum+offset > most:
		return math.MaxInt64
	case sum+offset < -most:
		return math.MinInt64
	}
	return (sum+offset)*1e9 + fraction
}

package output

import (
	"math"
	"strconv"
	"testing"
	"time"
)

func TestNumbersAreAsStrconvHasThem(t *testing.T) {
	numbers := []uint64{0, 1, 9, 10, 11, 99, 100, 101, math.MaxUint64, math.MaxInt64, 1 << 63}
	for p := uint64(1); p <= 1e19 && p != 0; p *= 10 {
		numbers = append(numbers, p-1, p, p+1, p+p/2, 9*(p/10))
		if p == 1e19 {
			break
		}
	}
	for shift := range 64 {
		numbers = append(numbers, math.MaxUint64>>shift, 0x123456789abcdef0>>shift)
	}
	for _, n := range numbers {
		if got, want := string(appendUint(nil, n)), strconv.FormatUint(n, 10); got != want {
			t.Errorf("%s is written %s", want, got)
		}
		if got, want := string(appendInt(nil, int64(n))), strconv.FormatInt(int64(n), 10); got != want {
			t.Errorf("%s is written %s", want, got)
		}
	}
	for n := range uint64(100_000) {
		if got, want := string(appendUint(nil, n)), strconv.FormatUint(n, 10); got != want {
			t.Fatalf("%s is written %s", want, got)
		}
	}
}

func TestTimesAreExact(t *testing.T) {
	for _, c := range []struct {
		nanos      int64
		epoch, iso string
	}{
		{0, "0.000000000", "1970-01-01T00:00:00.000000000Z"},
		{1, "0.000000001", "1970-01-01T00:00:00.000000001Z"},
		{-1, "-0.000000001", "1969-12-31T23:59:59.999999999Z"},
		{-1_500_000_000, "-1.500000000", "1969-12-31T23:59:58.500000000Z"},
		{1_700_000_000_123_456_789, "1700000000.123456789", "2023-11-14T22:13:20.123456789Z"},
		{951_782_400_000_000_000, "951782400.000000000", "2000-02-29T00:00:00.000000000Z"},
		{math.MaxInt64, "9223372036.854775807", "2262-04-11T23:47:16.854775807Z"},
		{math.MinInt64, "-9223372036.854775808", "1677-09-21T00:12:43.145224192Z"},
	} {
		if got := string(appendSeconds(nil, c.nanos)); got != c.epoch {
			t.Errorf("%s is written %s", c.epoch, got)
		}
		if got := string(appendISO(nil, c.nanos)); got != c.iso {
			t.Errorf("%s is written %s", c.iso, got)
		}
	}
}

func TestEveryDayIsAsPackageTimeHasIt(t *testing.T) {
	const day = 24 * int64(time.Hour)
	for at := math.MinInt64 / day; at < math.MaxInt64/day; at++ {
		nanos := at*day + at%day
		if got, want := string(appendISO(nil, nanos)), time.Unix(0, nanos).UTC().Format("2006-01-02T15:04:05.000000000Z"); got != want {
			t.Fatalf("%s is written %s", want, got)
		}
	}
}

func FuzzNumbers(f *testing.F) {
	f.Add(uint64(1_700_000_000_123_456_789))
	f.Fuzz(func(t *testing.T, n uint64) {
		if got, want := string(appendUint(nil, n)), strconv.FormatUint(n, 10); got != want {
			t.Errorf("%s is written %s", want, got)
		}
		if got, want := string(appendSeconds(nil, int64(n))), seconds(int64(n)); got != want {
			t.Errorf("%s is written %s", want, got)
		}
		if got, want := string(appendISO(nil, int64(n))), time.Unix(0, int64(n)).UTC().Format("2006-01-02T15:04:05.000000000Z"); got != want {
			t.Errorf("%s is written %s", want, got)
		}
	})
}

package main

import (
	"math/big"
	"testing"
	"time"

	"github.com/pcappipe/pcappipe/pipeline"
)

func TestBounds(t *testing.T) {
	for _, row := range []struct {
		text string
		want pipeline.Bound
	}{
		{"0", pipeline.Bound{Set: true}},
		{"1084443427", pipeline.Bound{Set: true, Nanos: 1084443427e9}},
		{"1084443427.311224", pipeline.Bound{Set: true, Nanos: 1084443427311224000}},
		{"1084443427.000000001", pipeline.Bound{Set: true, Nanos: 1084443427000000001}},
		{"1700000000.123456789", pipeline.Bound{Set: true, Nanos: 1700000000123456789}},
		{"-0.5", pipeline.Bound{Set: true, Nanos: -5e8}},
		{"9223372036.854775807", pipeline.Bound{Set: true, Nanos: 1<<63 - 1}},
		{"2004-05-13T10:17:07Z", pipeline.Bound{Set: true, Nanos: 1084443427e9}},
		{"2004-05-13T12:17:07.311224001+02:00", pipeline.Bound{Set: true, Nanos: 1084443427311224001}},
		{"+0", pipeline.Bound{Set: true, Relative: true}},
		{"+1h30m", pipeline.Bound{Set: true, Relative: true, Nanos: int64(90 * time.Minute)}},
		{"+2d", pipeline.Bound{Set: true, Relative: true, Nanos: int64(48 * time.Hour)}},
		{"+1d12h0.000000001s", pipeline.Bound{Set: true, Relative: true, Nanos: int64(36*time.Hour) + 1}},
		{"+250us", pipeline.Bound{Set: true, Relative: true, Nanos: 250e3}},
	} {
		if got, err := parseBound(row.text); err != nil || got != row.want {
			t.Errorf("%s is %+v, %v; not %+v", row.text, got, err, row.want)
		}
	}
	for _, text := range []string{
		"", ".", "1.", ".5", "-", "+", "1.1234567890", "1e9", "0x10", "1_000", " 1", "9223372036.854775808", "99999999999",
		"++1h", "+-1h", "-1h", "1h", "+1", "+1x", "+d", "+1d1d", "+1d-1h", "+999999d", "+106751d24h",
		"2004-05-13", "2004-05-13T10:17:07", "2004-05-13T25:00:00Z", "1600-01-01T00:00:00Z", "2300-01-01T00:00:00Z",
	} {
		if got, err := parseBound(text); err == nil {
			t.Errorf("%q is taken as %+v", text, got)
		}
	}
}

// Epoch seconds are read exactly as a rational number has them.
func FuzzEpoch(f *testing.F) {
	for _, seed := range []string{"1084443427.311224", "-1.000000001", "9223372036.854775807", "0.1", "00.10", "-0"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		nanos, ok := parseEpoch(text)
		if !ok {
			return
		}
		exact, good := new(big.Rat).SetString(text)
		if !good {
			t.Fatalf("%q is taken as %d ns", text, nanos)
		}
		if exact.Mul(exact, big.NewRat(1e9, 1)).Cmp(new(big.Rat).SetInt64(nanos)) != 0 {
			t.Errorf("%q is %s ns, not %d", text, exact, nanos)
		}
	})
}

func TestSizes(t *testing.T) {
	for text, want := range map[string]int64{
		"1000000": 1e6, "512MiB": 512 << 20, "1GiB": 1 << 30, "1G": 1 << 30, "1g": 1 << 30, "2k": 2048, "1gb": 1e9, "3MB": 3e6, "77b": 77,
	} {
		got := int64(0)
		if err := (size{&got, 1, 1 << 40}).Set(text); err != nil || got != want {
			t.Errorf("%s is %d, %v; not %d", text, got, err, want)
		}
	}
	for _, text := range []string{"", "0", "-1", "+1", "1.5G", "G", "1X", "1 G", "1GG", "2T", "99999999999999999999", "9999999999T", "0x10"} {
		got := int64(7)
		if err := (size{&got, 1, 1 << 40}).Set(text); err == nil || got != 7 {
			t.Errorf("%q is taken as %d", text, got)
		}
	}
	for n, want := range map[int64]string{1 << 30: "1GiB", 3 << 19: "1536KiB", 1000: "1000", 0: "0"} {
		if got := sizeText(n); got != want {
			t.Errorf("%d is written %s, not %s", n, got, want)
		}
	}
}

func TestSpans(t *testing.T) {
	for text, want := range map[string]time.Duration{"5m": 5 * time.Minute, "1d": 24 * time.Hour, "1.5d": 36 * time.Hour, "1d1ns": 24*time.Hour + 1} {
		got := time.Duration(0)
		if err := (span{&got}).Set(text); err != nil || got != want {
			t.Errorf("%s is %v, %v; not %v", text, got, err, want)
		}
	}
	for _, text := range []string{"", "0", "0s", "-5m", "5", "d", "1dd", "-1d", "5 m", "300000d"} {
		if err := (span{new(time.Duration)}).Set(text); err == nil {
			t.Errorf("%q is taken", text)
		}
	}
	for d, want := range map[time.Duration]string{5 * time.Minute: "5m", time.Hour: "1h", 90 * time.Second: "1m30s", 10 * time.Second: "10s"} {
		if got := shortDuration(d); got != want {
			t.Errorf("%v is written %s, not %s", d, got, want)
		}
	}
}

func TestNumbersAreWrittenToBeRead(t *testing.T) {
	for n, want := range map[int64]string{0: "0", 999: "999", 1000: "1,000", 1234567: "1,234,567", -1000: "-1,000", -999: "-999"} {
		if got := grouped(n); got != want {
			t.Errorf("%d is written %s, not %s", n, got, want)
		}
	}
	if got := grouped(uint64(1<<64 - 1)); got != "18,446,744,073,709,551,615" {
		t.Errorf("the largest number is written %s", got)
	}
	for _, row := range []struct {
		v    float64
		unit string
		want string
	}{
		{0, "B", "0 B"}, {7, "frames", "7 frames"}, {21.32, "frames/s", "21.3 frames/s"}, {999.6, "B/s", "1.00 kB/s"},
		{4160, "frames/s", "4.16 k frames/s"}, {1.076e9, "B", "1.08 GB"}, {99.96, "B", "100 B"}, {9.996, "B", "10.0 B"},
	} {
		if got := scaled(row.v, row.unit); got != row.want {
			t.Errorf("%v is written %s, not %s", row.v, got, row.want)
		}
	}
	for d, want := range map[time.Duration]string{0: "0:00", 7 * time.Second: "0:07", 754 * time.Second: "12:34", 3723 * time.Second: "1:02:03"} {
		if got := clock(d); got != want {
			t.Errorf("%v is written %s, not %s", d, got, want)
		}
	}
}

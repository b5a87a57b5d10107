package main

import (
	"fmt"
	"strconv"
	"time"
)

// grouped writes a number with a comma at each thousand.
func grouped[N ~uint64 | ~int64 | ~int](n N) string {
	s := strconv.FormatInt(int64(n), 10)
	if n > 0 {
		s = strconv.FormatUint(uint64(n), 10)
	}
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// scaled writes a quantity with three digits and a decimal prefix: 1.23 MB, or,
// with a unit that is a word, 1.23 M frames.
func scaled(v float64, unit string) string {
	prefixes := [...]string{"", "k", "M", "G", "T", "P"}
	p := 0
	for v >= 999.5 && p < len(prefixes)-1 {
		v /= 1000
		p++
	}
	decimals := 2
	switch {
	case v >= 99.95 || p == 0 && v == float64(int64(v)):
		decimals = 0
	case v >= 9.995:
		decimals = 1
	}
	if prefixes[p] != "" && len(unit) > len("bit/s") {
		unit = " " + unit
	}
	return strconv.FormatFloat(v, 'f', decimals, 64) + " " + prefixes[p] + unit
}

// share writes a part of a whole in percent.
func share(part, whole uint64) string {
	if whole == 0 {
		return "0.0"
	}
	return strconv.FormatFloat(100*float64(part)/float64(whole), 'f', 1, 64)
}

// moment writes a capture time, to the nanosecond.
func moment(nanos int64) string {
	return time.Unix(0, nanos).UTC().Format("2006-01-02 15:04:05.000000000")
}

// seconds writes nanoseconds as seconds with nine decimals.
func seconds(nanos uint64) string {
	return fmt.Sprintf("%d.%09d", nanos/1e9, nanos%1e9)
}

// clock writes a time to wait: 0:07, 12:34, 1:02:03.
func clock(d time.Duration) string {
	s := int64(d.Round(time.Second) / time.Second)
	if s >= 3600 {
		return fmt.Sprintf("%d:%02d:%02d", s/3600, s/60%60, s%60)
	}
	return fmt.Sprintf("%d:%02d", s/60, s%60)
}

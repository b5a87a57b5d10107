package main

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/pcappipe/pcappipe/flow"
	"github.com/pcappipe/pcappipe/pipeline"
	"github.com/spf13/pflag"
)

// The values of flags. Each is a [pflag.Value] whose Set says, in its error,
// what is allowed: the flag's name and the value are put before it.

// A number is a whole number in a range.
type number struct {
	to       *uint64
	min, max uint64
}

func (n number) Set(s string) error {
	v, err := strconv.ParseUint(s, 10, 64)
	if err != nil || v < n.min || v > n.max {
		if n.max == math.MaxUint64 {
			return fmt.Errorf("allowed is a whole number from %d", n.min)
		}
		return fmt.Errorf("allowed is a whole number from %d to %d", n.min, n.max)
	}
	*n.to = v
	return nil
}

func (n number) String() string { return strconv.FormatUint(*n.to, 10) }
func (n number) Type() string   { return "N" }

// A choice is one word out of few.
type choice[T ~string] struct {
	to      *T
	allowed []T
	called  string // what the help calls the value
}

func (c choice[T]) Set(s string) error {
	if !slices.Contains(c.allowed, T(s)) {
		return fmt.Errorf("allowed is %s", alternatives(c.allowed))
	}
	*c.to = T(s)
	return nil
}

func (c choice[T]) String() string { return string(*c.to) }
func (c choice[T]) Type() string   { return c.called }

// A named value is one that has a name.
type named[T fmt.Stringer] struct {
	to     *T
	parse  func(string) (T, bool)
	names  []string
	called string
}

func (n named[T]) Set(s string) error {
	value, known := n.parse(s)
	if !known {
		return fmt.Errorf("allowed is %s", alternatives(n.names))
	}
	*n.to = value
	return nil
}

func (n named[T]) String() string { return (*n.to).String() }
func (n named[T]) Type() string   { return n.called }

// A flowName names a flow by its number or its uid.
type flowName struct {
	to    *pipeline.Follow
	given string
}

func (f *flowName) Set(s string) error {
	number, err := strconv.ParseUint(s, 10, 64)
	switch {
	case err == nil && number > 0:
		f.to.Flow, f.to.UID = number, ""
	case flow.IsUID(s):
		f.to.Flow, f.to.UID = 0, s
	default:
		return errors.New("allowed is a flow's number, from 1, or its uid, as flow records have them")
	}
	f.given = s
	return nil
}

func (f *flowName) String() string { return f.given }
func (f *flowName) Type() string   { return "FLOW" }

// An exchangeName names an exchange by the numbers of its flow and of itself.
type exchangeName struct {
	to    *pipeline.Only
	given string
}

func (e *exchangeName) Set(s string) error {
	of, number, _ := strings.Cut(s, ".")
	flow, err := strconv.ParseUint(of, 10, 64)
	n, err2 := strconv.ParseUint(number, 10, 64)
	if err != nil || err2 != nil || flow == 0 || n == 0 {
		return errors.New("allowed is an exchange's number as exchange records have it, such as 12.3")
	}
	e.to.Flow, e.to.Exchange, e.given = flow, n, s
	return nil
}

func (e *exchangeName) String() string { return e.given }
func (e *exchangeName) Type() string   { return "N.M" }

// A list is words separated by commas. The flag may be given again and adds to
// what was given before; the default is not part of that.
type list struct {
	to    *[]string
	given bool
}

func (l *list) Set(s string) error {
	words := strings.Split(s, ",")
	if slices.Contains(words, "") {
		return errors.New("allowed are names separated by commas")
	}
	if !l.given {
		l.given, *l.to = true, nil
	}
	for _, w := range words {
		*l.to = append(*l.to, strings.TrimSpace(w))
	}
	return nil
}

func (l *list) String() string { return strings.Join(*l.to, ",") }
func (l *list) Type() string   { return "LIST" }

// A span is a length of time above zero: a Go duration, and d for days.
type span struct{ to *time.Duration }

func (s span) Set(text string) error {
	d, err := parseDuration(text)
	if err != nil || d <= 0 {
		return errors.New("allowed is a duration above zero such as 90s, 5m, 1h30m or 2d")
	}
	*s.to = d
	return nil
}

func (s span) String() string { return shortDuration(*s.to) }
func (s span) Type() string   { return "TIME" }

// shortDuration writes 5m0s as 5m.
func shortDuration(d time.Duration) string {
	s := d.String()
	if strings.HasSuffix(s, "m0s") {
		s = s[:len(s)-2]
	}
	if strings.HasSuffix(s, "h0m") {
		s = s[:len(s)-2]
	}
	return s
}

// parseDuration reads a Go duration that may begin with a number of days: 1d12h.
func parseDuration(s string) (time.Duration, error) {
	days, rest, found := strings.Cut(s, "d")
	if !found {
		return time.ParseDuration(s)
	}
	if strings.Trim(days, "0123456789.") != "" {
		return 0, fmt.Errorf("%q is no number of days", days)
	}
	d, err := time.ParseDuration(days + "h")
	if err != nil || d > math.MaxInt64/24 {
		return 0, fmt.Errorf("%q is no number of days", days)
	}
	d *= 24
	if rest == "" {
		return d, nil
	}
	more, err := time.ParseDuration(rest)
	if err != nil || more < 0 || d > math.MaxInt64-more || strings.HasPrefix(rest, "+") {
		return 0, fmt.Errorf("%q is no duration", s)
	}
	return d + more, nil
}

// A size is a number of bytes, with a unit or without.
type size struct {
	to       *int64
	min, max int64
}

// units are those of sizes. A lone letter is the power of two, as memory is sold.
var units = map[string]int64{
	"": 1, "b": 1,
	"k": 1 << 10, "m": 1 << 20, "g": 1 << 30, "t": 1 << 40,
	"kib": 1 << 10, "mib": 1 << 20, "gib": 1 << 30, "tib": 1 << 40,
	"kb": 1e3, "mb": 1e6, "gb": 1e9, "tb": 1e12,
}

func (z size) Set(s string) error {
	digits := strings.TrimRight(s, "BKMGTibkmgt")
	n, err := strconv.ParseInt(digits, 10, 64)
	unit, known := units[strings.ToLower(s[len(digits):])]
	if err != nil || !known || strings.HasPrefix(s, "+") || n > math.MaxInt64/unit || n*unit < z.min || n*unit > z.max {
		return fmt.Errorf("allowed is a size from %s to %s such as 512MiB, 2G or 1000000", sizeText(z.min), sizeText(z.max))
	}
	*z.to = n * unit
	return nil
}

func (z size) String() string { return sizeText(*z.to) }
func (z size) Type() string   { return "SIZE" }

// sizeText writes a size in the largest unit that divides it.
func sizeText(n int64) string {
	for _, unit := range []string{"TiB", "GiB", "MiB", "KiB"} {
		if u := units[strings.ToLower(unit)]; n != 0 && n%u == 0 {
			return strconv.FormatInt(n/u, 10) + unit
		}
	}
	return strconv.FormatInt(n, 10)
}

// A bound is an end of the wanted part of a capture.
type bound struct {
	to   *pipeline.Bound
	text string // as given
}

func (b *bound) Set(s string) error {
	v, err := parseBound(s)
	if err != nil {
		return err
	}
	*b.to, b.text = v, s
	return nil
}

func (b *bound) String() string { return b.text }
func (b *bound) Type() string   { return "T" }

// parseBound reads epoch seconds, a date and time, or a distance from the first
// frame. No time passes through a float: a bound hits a frame to the nanosecond.
func parseBound(s string) (pipeline.Bound, error) {
	if after, relative := strings.CutPrefix(s, "+"); relative {
		d, err := parseDuration(after)
		if err == nil && d >= 0 && !strings.HasPrefix(after, "+") && !strings.HasPrefix(after, "-") {
			return pipeline.Bound{Set: true, Relative: true, Nanos: int64(d)}, nil
		}
	} else if nanos, ok := parseEpoch(s); ok {
		return pipeline.Bound{Set: true, Nanos: nanos}, nil
	} else if t, err := time.Parse(time.RFC3339Nano, s); err == nil && inNanos(t) {
		return pipeline.Bound{Set: true, Nanos: t.UnixNano()}, nil
	}
	return pipeline.Bound{}, errors.New("allowed is epoch seconds (1084443427.311224), RFC 3339 with a zone (2004-05-13T10:17:07Z), " +
		"or a distance from the first frame (+1h30m)")
}

// inNanos says whether a time is within what 64 bits of nanoseconds hold: 1678 to 2261.
func inNanos(t time.Time) bool { return t.Year() >= 1678 && t.Year() <= 2261 }

// parseEpoch reads seconds since 1970 with up to nine decimals.
func parseEpoch(s string) (nanos int64, ok bool) {
	whole, decimals, point := strings.Cut(s, ".")
	digits, negative := strings.CutPrefix(whole, "-")
	if digits == "" || strings.Trim(digits+decimals, "0123456789") != "" || point && (decimals == "" || len(decimals) > 9) {
		return 0, false
	}
	// Seconds and decimals side by side are nanoseconds; ParseInt minds the range.
	text := digits + decimals + strings.Repeat("0", 9-len(decimals))
	if negative {
		text = "-" + text
	}
	nanos, err := strconv.ParseInt(text, 10, 64)
	return nanos, err == nil
}

// Inputs are the words without a flag, and the values of -r, in the order of
// the command line.
type inputs struct {
	to    *[]string
	flags *pflag.FlagSet
	taken int // how many words without a flag are in to already
}

func (in *inputs) Set(s string) error {
	in.takeWords()
	*in.to = append(*in.to, s)
	return nil
}

// takeWords adds the words without a flag that have been met so far.
func (in *inputs) takeWords() {
	*in.to = append(*in.to, in.flags.Args()[in.taken:]...)
	in.taken = in.flags.NArg()
}

func (in *inputs) String() string { return "" }
func (in *inputs) Type() string   { return "FILE" }

// A toggle is on or off, and says so: a flag that is on by default needs a value.
type toggle struct{ to *bool }

func (t toggle) Set(s string) error {
	switch s {
	case "on", "true":
		*t.to = true
	case "off", "false":
		*t.to = false
	default:
		return errors.New("allowed is on or off")
	}
	return nil
}

func (t toggle) String() string {
	if *t.to {
		return "on"
	}
	return "off"
}
func (t toggle) Type() string { return "on|off" }

// alternatives writes "a, b or c".
func alternatives[T ~string](words []T) string {
	var b strings.Builder
	for i, w := range words {
		switch {
		case i > 0 && i == len(words)-1:
			b.WriteString(" or ")
		case i > 0:
			b.WriteString(", ")
		}
		b.WriteString(string(w))
	}
	return b.String()
}

package secondopinion

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// A Tally counts values by field: how many were compared, how many are equal.
// What could not be compared is counted apart, by the reason, and never as
// equal.
type Tally struct {
	fields []string // in order of first use
	counts map[string]*Count
	apart  []Apart // in order of first use
}

// A Count is how many values of a field were compared.
type Count struct {
	Compared int `json:"compared"`
	Equal    int `json:"equal"`
}

// Percent is how many of a hundred values are equal.
func (c Count) Percent() float64 { return 100 * float64(c.Equal) / float64(cmp.Or(c.Compared, 1)) }

// An Apart is how much was not compared, and why.
type Apart struct {
	What string `json:"what"` // "frames of …"
	N    int    `json:"n"`
}

// Compare counts one value and says whether both sides have the same.
func (t *Tally) Compare(field string, equal bool) bool {
	n := 0
	if equal {
		n = 1
	}
	t.add(field, Count{1, n})
	return equal
}

func (t *Tally) add(field string, n Count) {
	if t.counts == nil {
		t.counts = make(map[string]*Count)
	}
	c := t.counts[field]
	if c == nil {
		c = new(Count)
		t.counts[field] = c
		t.fields = append(t.fields, field)
	}
	c.Compared += n.Compared
	c.Equal += n.Equal
}

// Apart counts what was not compared.
func (t *Tally) Apart(what string, n int) {
	if n == 0 {
		return
	}
	i := slices.IndexFunc(t.apart, func(a Apart) bool { return a.What == what })
	if i < 0 {
		t.apart = append(t.apart, Apart{What: what})
		i = len(t.apart) - 1
	}
	t.apart[i].N += n
}

// Merge adds another tally.
func (t *Tally) Merge(u *Tally) {
	for _, field := range u.fields {
		t.add(field, *u.counts[field])
	}
	for _, a := range u.apart {
		t.Apart(a.What, a.N)
	}
}

// Total counts the values of all fields.
func (t *Tally) Total() (total Count) {
	for _, c := range t.counts {
		total.Compared += c.Compared
		total.Equal += c.Equal
	}
	return total
}

// String returns a table of the fields that have differences, and of all together.
func (t *Tally) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%-30s %10s %10s %8s %9s\n", "field", "compared", "equal", "differ", "percent")
	line := func(name string, c Count) {
		fmt.Fprintf(&b, "%-30s %10d %10d %8d %9.4f\n", name, c.Compared, c.Equal, c.Compared-c.Equal, c.Percent())
	}
	whole := 0
	for _, name := range t.fields {
		if c := *t.counts[name]; c.Equal < c.Compared || len(t.fields) < 20 {
			line(name, c)
		} else {
			whole++
		}
	}
	if whole > 0 {
		fmt.Fprintf(&b, "and %d fields without a difference\n", whole)
	}
	line("all", t.Total())
	for _, a := range t.apart {
		fmt.Fprintf(&b, "not compared: %d %s\n", a.N, a.What)
	}
	return b.String()
}

package secondopinion

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
)

// A Difference is one value on which pcappipe and another program differ.
type Difference struct {
	Source  string // "tshark", "capinfos", …
	Field   string
	Capture string
	Where   string // the frame and its stack as tshark has it, a conversation, a complaint
	Ours    string
	Theirs  string
}

func (d Difference) String() string {
	return fmt.Sprintf("%s | %s | %s | %s", d.Source, d.Field, d.Capture, d.what())
}

// what is the text that a reviewed line's expression looks at.
func (d Difference) what() string { return d.Where + ": " + d.Ours + " != " + d.Theirs }

// A Reviewed is a line of differences.txt: a class of differences that somebody
// looked at, how many there are, who is right and why. Its parts stand between
// bars:
//
//	source | field | captures | what | count | right | why
//
// captures is a path in the corpus, with * for anything inside a folder and **
// for anything at all; field is a name or *; what is a regular expression over
// "where: ours != theirs". The count is exact, so that a class cannot grow
// unnoticed.
type Reviewed struct {
	Source, Field  string
	Captures, What *regexp.Regexp
	Count          int
	Right          string // "pcappipe", the other program's name, "both" or "neither"
	Why            string

	line  int
	found int
}

// A Review is the lines of one source. A difference belongs to the first line that fits.
type Review struct {
	lines []*Reviewed
	New   []Difference // differences without a line
}

// ReadReview reads the lines of differences.txt that are about one source.
func ReadReview(r io.Reader, source string) (*Review, error) {
	review := new(Review)
	lines := bufio.NewScanner(r)
	for n := 1; lines.Scan(); n++ {
		text := strings.TrimSpace(lines.Text())
		if text == "" || strings.HasPrefix(text, "#") {
			continue
		}
		line, err := parseReviewed(text)
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
		line.line = n
		if line.Source == source {
			review.lines = append(review.lines, line)
		}
	}
	return review, lines.Err()
}

func parseReviewed(text string) (*Reviewed, error) {
	parts := strings.Split(text, " | ")
	if len(parts) != 7 {
		return nil, fmt.Errorf("%d parts between bars, not 7", len(parts))
	}
	for i := range parts {
		parts[i] = strings.TrimSpace(parts[i])
	}
	l := &Reviewed{Source: parts[0], Field: parts[1], Right: parts[5], Why: parts[6]}
	switch l.Right {
	case "pcappipe", "both", "neither", l.Source:
	default:
		return nil, fmt.Errorf("nobody called %q can be right", l.Right)
	}
	if l.Why == "" {
		return nil, fmt.Errorf("no reason")
	}
	var err error
	if l.Captures, err = pathExpression(parts[2]); err != nil {
		return nil, err
	}
	if l.What, err = regexp.Compile(parts[3]); err != nil {
		return nil, err
	}
	if l.Count, err = strconv.Atoi(parts[4]); err == nil && l.Count < 1 {
		err = fmt.Errorf("count %d", l.Count)
	}
	return l, err
}

func (l *Reviewed) fits(d Difference) bool {
	return (l.Field == "*" || l.Field == d.Field) && l.Captures.MatchString(d.Capture) && l.What.MatchString(d.what())
}

// pathExpression turns a pattern of paths into a regular expression.
func pathExpression(pattern string) (*regexp.Regexp, error) {
	parts := strings.Split(regexp.QuoteMeta(pattern), `\*\*`)
	for i := range parts {
		parts[i] = strings.ReplaceAll(parts[i], `\*`, `[^/]*`)
	}
	return regexp.Compile("^" + strings.Join(parts, ".*") + "$")
}

// Add finds the line of a difference, or keeps it as new.
func (r *Review) Add(d Difference) {
	for _, l := range r.lines {
		if l.fits(d) {
			l.found++
			return
		}
	}
	r.New = append(r.New, d)
}

// Stale returns what is wrong with lines that are not as the captures have it.
func (r *Review) Stale() []string {
	var stale []string
	for _, l := range r.lines {
		if l.found != l.Count {
			stale = append(stale, fmt.Sprintf("differences.txt:%d: %s %s: %d differences, not %d", l.line, l.Source, l.Field, l.found, l.Count))
		}
	}
	return stale
}

// Right counts the reviewed differences by who is right.
func (r *Review) Right() map[string]int {
	count := make(map[string]int)
	for _, l := range r.lines {
		count[l.Right] += l.found
	}
	return count
}

// A Tally counts values by field: how many were compared, how many are equal.
type Tally struct {
	fields []string // in order of first use
	counts map[string]*count
}

type count struct{ compared, equal, apart int }

// Compare counts one value and says whether both sides have the same.
func (t *Tally) Compare(field string, equal bool) bool {
	c := t.of(field)
	c.compared++
	if equal {
		c.equal++
	}
	return equal
}

// Apart counts values that only one side has, and that nothing could be said of.
func (t *Tally) Apart(field string, n int) { t.of(field).apart += n }

func (t *Tally) of(field string) *count {
	if t.counts == nil {
		t.counts = make(map[string]*count)
	}
	if t.counts[field] == nil {
		t.counts[field] = new(count)
		t.fields = append(t.fields, field)
	}
	return t.counts[field]
}

// String returns a table of all fields.
func (t *Tally) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%-20s %10s %10s %8s %9s %12s\n", "field", "compared", "equal", "differ", "percent", "not compared")
	for _, name := range t.fields {
		c := t.counts[name]
		percent := 100 * float64(c.equal) / float64(cmp.Or(c.compared, 1))
		fmt.Fprintf(&b, "%-20s %10d %10d %8d %9.4f %12d\n", name, c.compared, c.equal, c.compared-c.equal, percent, c.apart)
	}
	return b.String()
}

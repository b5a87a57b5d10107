package secondopinion

import (
	"bufio"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
)

// A Difference is one value on which pcappipe and another program differ.
type Difference struct {
	Source  string // "tshark", "tshark fields", "zeek", …
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

	text     string // the line as it is written
	captures string // its third part
	line     int
	found    int
}

// programOf returns the program behind a source: of "tshark conversations", tshark.
func programOf(source string) string {
	program, _, _ := strings.Cut(source, " ")
	return program
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
		line.text, line.line = text, n
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
	l := &Reviewed{Source: parts[0], Field: parts[1], captures: parts[2], Right: parts[5], Why: parts[6]}
	switch l.Right {
	case "pcappipe", "both", "neither", programOf(l.Source):
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

// Recount returns differences.txt with the counts of this source's lines as they
// were found. A line of which nothing was found is left for somebody to take
// out: the next may refer to it.
func (r *Review) Recount(text string) string {
	counted := make(map[string]string)
	for _, l := range r.lines {
		if l.found == 0 {
			continue
		}
		parts := strings.Split(l.text, " | ")
		parts[4] = strconv.Itoa(l.found)
		counted[l.text] = strings.Join(parts, " | ") + "\n"
	}
	var b strings.Builder
	for line := range strings.Lines(text) {
		if recounted, ours := counted[strings.TrimSpace(line)]; ours {
			line = recounted
		}
		b.WriteString(line)
	}
	return b.String()
}

// Right counts the reviewed differences by who is right.
func (r *Review) Right() map[string]int {
	count := make(map[string]int)
	for _, l := range r.lines {
		count[l.Right] += l.found
	}
	return count
}

package secondopinion

import (
	_ "embed"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

//go:embed intro.md
var intro string

// Page returns docs/correctness.md. Every source must have a result.
func Page(results map[string]*Result) (string, error) {
	if err := complete(results); err != nil {
		return "", err
	}
	var b strings.Builder
	b.WriteString(intro)
	b.WriteString("\n| compared with | captures | values | equal | % | differ: pcappipe is right | both are | the other is | nobody is |\n| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n")
	for _, s := range Sources {
		r := results[s.Name]
		t, right := r.total(), r.right()
		fmt.Fprintf(&b, "| [%s](#%s) | %s | %s | %s | %s | %s | %s | %s | %s |\n", s.Title, anchor(s.Title),
			thousands(r.Captures), thousands(t.Compared), thousands(t.Equal), percent(t),
			thousands(right["pcappipe"]), thousands(right["both"]), thousands(right[programOf(s.Name)]), thousands(right["neither"]))
	}
	for _, s := range Sources {
		section(&b, s, results[s.Name])
	}
	return b.String(), nil
}

func complete(results map[string]*Result) error {
	for _, s := range Sources {
		if results[s.Name] == nil {
			return fmt.Errorf("nothing was compared with %s", s.Name)
		}
	}
	return nil
}

// anchor is what a heading is linked to by.
func anchor(title string) string {
	return strings.ReplaceAll(strings.ReplaceAll(strings.ToLower(title), ":", ""), " ", "-")
}

// section writes what was compared with one source.
func section(b *strings.Builder, s Source, r *Result) {
	fmt.Fprintf(b, "\n## %s\n\n%s\n\n", s.Title, s.About)
	fmt.Fprintf(b, "With %s: %s of %s values are equal, %s %%.\n", r.With, thousands(r.total().Equal), thousands(r.total().Compared), percent(r.total()))
	const many = 25 // fields, of which a table is read
	if len(r.Fields) > many {
		table(b, "protocol", byProtocol(r.Fields))
		below := slices.DeleteFunc(slices.Clone(r.Fields), func(f FieldResult) bool { return f.Equal == f.Compared })
		fmt.Fprintf(b, "\n%d fields have values, %d of them without a difference. The others:\n", len(r.Fields), len(r.Fields)-len(below))
		slices.SortFunc(below, func(x, y FieldResult) int { return strings.Compare(x.Field, y.Field) })
		table(b, "field", below)
	} else {
		table(b, "value", r.Fields)
	}
	if len(r.Apart) > 0 {
		b.WriteString("\nNot compared, and counted nowhere above:\n\n")
		for _, a := range r.Apart {
			fmt.Fprintf(b, "- %s %s\n", thousands(a.N), a.What)
		}
	}
	if len(r.Reviewed) > 0 {
		b.WriteString("\n| values that differ | captures | number | right | why |\n| --- | --- | ---: | --- | --- |\n")
		for _, c := range r.Reviewed {
			fmt.Fprintf(b, "| %s | `%s` | %s | %s | %s |\n", strings.Replace(c.Field, "*", "any", 1), c.Captures, thousands(c.Count), c.Right, c.Why)
		}
	}
}

func table(b *strings.Builder, what string, rows []FieldResult) {
	fmt.Fprintf(b, "\n| %s | values | equal | %% |\n| --- | ---: | ---: | ---: |\n", what)
	for _, f := range rows {
		fmt.Fprintf(b, "| %s | %s | %s | %s |\n", f.Field, thousands(f.Compared), thousands(f.Equal), percent(f.Count))
	}
}

// byProtocol adds fields up by the first part of their names.
func byProtocol(fields []FieldResult) (list []FieldResult) {
	for _, f := range fields {
		name, _, _ := strings.Cut(f.Field, ".")
		i := slices.IndexFunc(list, func(p FieldResult) bool { return p.Field == name })
		if i < 0 {
			list = append(list, FieldResult{Field: name})
			i = len(list) - 1
		}
		list[i].Compared += f.Compared
		list[i].Equal += f.Equal
	}
	slices.SortFunc(list, func(x, y FieldResult) int { return strings.Compare(x.Field, y.Field) })
	return list
}

func (r *Result) total() (t Count) {
	for _, f := range r.Fields {
		t.Compared += f.Compared
		t.Equal += f.Equal
	}
	return t
}

// right counts reviewed differences by who is right.
func (r *Result) right() map[string]int {
	count := make(map[string]int)
	for _, c := range r.Reviewed {
		count[c.Right] += c.Count
	}
	return count
}

// thousands writes a number with commas.
func thousands(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// percent writes how many of a hundred are equal: 100 where all are, and never
// where one is not.
func percent(c Count) string {
	switch {
	case c.Compared == 0:
		return "–"
	case c.Equal == c.Compared:
		return "100"
	}
	n := int64(c.Equal) * 1_000_000 / int64(c.Compared) // cut, not rounded
	return fmt.Sprintf("%d.%04d", n/10_000, n%10_000)
}

// Marks around what Brief writes.
const (
	briefBegin = "<!-- make corpus writes from here -->\n"
	briefEnd   = "<!-- make corpus writes to here -->\n"
)

// Brief returns the page in a few lines: a row for every program.
func Brief(results map[string]*Result) (string, error) {
	if err := complete(results); err != nil {
		return "", err
	}
	type row struct {
		title string
		Count
		lost int // values in which the other is right
	}
	var rows []row
	captures := 0
	for _, s := range Sources {
		r := results[s.Name]
		captures = max(captures, r.Captures)
		title, _, _ := strings.Cut(s.Title, ":")
		i := slices.IndexFunc(rows, func(w row) bool { return w.title == title })
		if i < 0 {
			rows = append(rows, row{title: title})
			i = len(rows) - 1
		}
		t := r.total()
		rows[i].Compared += t.Compared
		rows[i].Equal += t.Equal
		rows[i].lost += r.right()[programOf(s.Name)]
	}
	var b strings.Builder
	b.WriteString("| compared with | values | equal, % | differences in which the other is right |\n| --- | ---: | ---: | ---: |\n")
	for _, w := range rows {
		if w.title != "Itself" {
			fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", w.title, thousands(w.Compared), percent(w.Count), thousands(w.lost))
		}
	}
	return b.String(), nil
}

// PutBrief returns a text with what stands between the marks replaced.
func PutBrief(text, brief string) (string, error) {
	before, rest, begins := strings.Cut(text, briefBegin)
	_, after, ends := strings.Cut(rest, briefEnd)
	if !begins || !ends {
		return "", fmt.Errorf("no %s… %s", briefBegin, briefEnd)
	}
	return before + briefBegin + brief + briefEnd + after, nil
}

package bench

import (
	"strings"
	"unicode/utf8"
)

// A table is rows of text under a head. It can be shown on a terminal and on a page.
type table struct {
	head []string // a column whose name begins with > stands to the right
	rows [][]string
}

func (t *table) add(cells ...string) { t.rows = append(t.rows, cells) }

func (t *table) right(column int) bool { return strings.HasPrefix(t.head[column], ">") }

func (t *table) name(column int) string { return strings.TrimPrefix(t.head[column], ">") }

// text returns the table in columns, for a terminal.
func (t *table) text() string {
	widths := make([]int, len(t.head))
	for i := range t.head {
		widths[i] = utf8.RuneCountInString(t.name(i))
		for _, row := range t.rows {
			widths[i] = max(widths[i], utf8.RuneCountInString(row[i]))
		}
	}
	var b strings.Builder
	line := func(cell func(int) string) {
		var l strings.Builder
		for i := range t.head {
			space := strings.Repeat(" ", widths[i]-utf8.RuneCountInString(cell(i)))
			if t.right(i) {
				l.WriteString(space + cell(i) + "  ")
			} else {
				l.WriteString(cell(i) + space + "  ")
			}
		}
		b.WriteString(strings.TrimRight(l.String(), " ") + "\n")
	}
	line(t.name)
	for _, row := range t.rows {
		line(func(i int) string { return row[i] })
	}
	return b.String()
}

// markdown returns the table as a page has it.
func (t *table) markdown() string {
	var b strings.Builder
	line := func(cell func(int) string) {
		for i := range t.head {
			b.WriteString("| " + cell(i) + " ")
		}
		b.WriteString("|\n")
	}
	line(t.name)
	line(func(i int) string {
		if t.right(i) {
			return "---:"
		}
		return "---"
	})
	for _, row := range t.rows {
		line(func(i int) string { return strings.ReplaceAll(row[i], "|", `\|`) })
	}
	return b.String()
}

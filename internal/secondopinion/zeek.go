package secondopinion

import (
	"fmt"
	"strings"
)

// A ZeekRow is one line of a Zeek log: its columns by name. Zeek writes "-"
// for what is not set.
type ZeekRow map[string]string

// ParseZeek reads a Zeek log in its tab-separated form, or what zeek-cut leaves
// of one: its first line then is the columns' names.
func ParseZeek(log []byte) ([]ZeekRow, error) {
	var names []string
	var rows []ZeekRow
	for line := range strings.Lines(string(log)) {
		line = strings.TrimSuffix(line, "\n")
		if after, is := strings.CutPrefix(line, "#fields\t"); is {
			names = strings.Split(after, "\t")
			continue
		}
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		columns := strings.Split(line, "\t")
		if names == nil {
			names = columns
			continue
		}
		if len(columns) != len(names) {
			return rows, fmt.Errorf("%d columns, not %d: %.80q", len(columns), len(names), line)
		}
		row := make(ZeekRow, len(names))
		for i, name := range names {
			row[name] = columns[i]
		}
		rows = append(rows, row)
	}
	return rows, nil
}

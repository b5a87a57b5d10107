package secondopinion

import (
	"fmt"
	"net/netip"
	"strings"
)

// ParseZeek reads a Zeek log in its tab-separated form, or what zeek-cut leaves
// of one: its first line then is the columns' names, unless it is a connection.
func ParseZeek(log []byte) ([]Row, error) {
	var names []string
	var rows []Row
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
			if names = unnamed(columns); names == nil {
				names = columns
				continue
			}
		}
		if len(columns) != len(names) {
			return rows, fmt.Errorf("%d columns, not %d: %.80q", len(columns), len(names), line)
		}
		row := make(Row, len(names))
		for i, name := range names {
			row[name] = columns[i]
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// unnamed names the columns of a row that begins with a connection's ends, as
// far as their values tell what they are; nil if it does not begin so.
func unnamed(columns []string) []string {
	if len(columns) < 5 {
		return nil
	}
	if _, err := netip.ParseAddr(columns[0]); err != nil {
		return nil
	}
	names := []string{"id.orig_h", "id.orig_p", "id.resp_h", "id.resp_p", "proto"}
	for i, value := range columns[5:] {
		if strings.HasPrefix(value, "1:") {
			names = append(names, "community_id")
		} else {
			names = append(names, fmt.Sprintf("column %d", 6+i))
		}
	}
	return names
}

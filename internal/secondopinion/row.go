package secondopinion

import (
	"fmt"
	"net/netip"
	"strings"
)

// A Row is one line of a log: its columns by name. Zeek and nginx write "-" for
// what is not set.
type Row map[string]string

// tabbed reads a line of values between tabs.
func tabbed(names []string, line string) (Row, error) {
	values := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
	if len(values) != len(names) {
		return nil, fmt.Errorf("%d columns, not %d: %.80q", len(values), len(names), line)
	}
	row := make(Row, len(names))
	for i, name := range names {
		row[name] = values[i]
	}
	return row, nil
}

// set returns a value, which is "-" where it is not set.
func (row Row) set(name string) string {
	if row[name] == "-" {
		return ""
	}
	return row[name]
}

// link reads who asked whom from four columns.
func (row Row) link(client, clientPort, server, serverPort string) (l Link, err error) {
	if l.Client, err = netip.ParseAddrPort(endText(row[client], row[clientPort])); err != nil {
		return l, err
	}
	l.Server, err = netip.ParseAddrPort(endText(row[server], row[serverPort]))
	return l, err
}

func endText(addr, port string) string {
	if strings.Contains(addr, ":") {
		addr = "[" + addr + "]"
	}
	return addr + ":" + port
}

//go:build corpus

package conn_test

import (
	"bufio"
	"cmp"
	"fmt"
	"maps"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/pcappipe/pcappipe/capfile"
	"github.com/pcappipe/pcappipe/conn"
	"github.com/pcappipe/pcappipe/decoder"
	"github.com/pcappipe/pcappipe/flow"
	"github.com/pcappipe/pcappipe/frame"
	"github.com/pcappipe/pcappipe/record"
)

// TestAgainstZeek compares flows with the conn.log baselines of Zeek's tests.
// CORPUS names the folder that holds Zeek's captures and baselines as "zeek".
//
// Zeek ends flows by its own timers, and here nothing is reassembled: flows of
// one tuple are compared where both sides have the same number of them, each
// with the one closest to it, and the rest is counted. What differs must be
// explained.
func TestAgainstZeek(t *testing.T) {
	root := filepath.Join(cmp.Or(os.Getenv("PCAPPIPE_CORPUS"), "../../shared/corpus"), "zeek")
	c := comparison{t: t, same: map[string]int{}, differ: map[string]int{}, left: map[string]int{}}
	for _, b := range baselines(t, root) {
		c.baseline(b)
	}
	c.report()
}

// explained says why the flows of a log differ, or are not there.
var explained = map[string]string{
	"core.pcap.dynamic-filter/conn.log":                         "the script filters packets",
	"scripts.base.frameworks.netcontrol.packetfilter/conn.log":  "the script filters packets",
	"scripts.base.protocols.ftp.gridftp/conn.log":               "the script stops following after a threshold",
	"core.tunnels.gre-aruba-amsdu/conn.log":                     "bare: Zeek does not know port 443",
	"core.tunnels.gtp.different_dl_and_ul/conn.log":             "fragments, which are not reassembled here",
	"core.tunnels.teredo/conn.log":                              "Teredo on another port",
	"core.tunnels.teredo_bubble_with_payload/conn.log":          "Teredo on another port",
	"core.unknown-ip-protocol/conn.log":                         "SCTP flows have ports here",
	"scripts.base.frameworks.logging.field-name-map2/conn.log":  "wrong IP checksums",
	"scripts.base.protocols.dns.max-compression-depth/conn.log": "Zeek flips by what the content says",
	"scripts.base.protocols.vlan.vlan-0-qinq/conn.log.cut":      "VLAN 0 is a priority, not a VLAN",
	"scripts.base.protocols.vlan.vlan-0/conn.log.cut":           "VLAN 0 is a priority, not a VLAN",
	"core.vntag-in-vlan/conn.log":                               "Zeek does not count segments whose options are cut",
}

// A baseline is one conn.log and what it was made of.
type baseline struct {
	name, log, trace string
	checksums        bool // Zeek looked at them
	bare             bool // Zeek knew no ports
}

// baselines reads which capture made which log.
func baselines(t *testing.T, root string) (all []baseline) {
	f, err := os.Open(filepath.Join(root, "TEST_TRACE_MAP.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	known := map[string]int{}
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		col := strings.Split(lines.Text(), "\t")
		if len(col) < 3 || strings.Contains(col[2], "TESTBASE") {
			continue
		}
		logs, _ := filepath.Glob(filepath.Join(root, col[0], "conn*.log*"))
		for _, log := range logs {
			name := strings.TrimSuffix(filepath.Base(log), ".cut")
			if name != "conn.log" && !strings.Contains(col[2], name) {
				continue
			}
			known[log]++
			all = append(all, baseline{
				name: filepath.Base(col[0]) + "/" + filepath.Base(log), log: log, trace: filepath.Join(root, col[1]),
				checksums: !strings.Contains(col[2], " -C"), bare: strings.Contains(col[2], " -b"),
			})
		}
	}
	return slices.DeleteFunc(all, func(b baseline) bool { return known[b.log] > 1 })
}

// logRows reads a log in Zeek's own format, or what zeek-cut leaves of it.
func logRows(t *testing.T, path string) (rows []map[string]string) {
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var names []string
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		text := lines.Text()
		if rest, ok := strings.CutPrefix(text, "#fields\t"); ok {
			names = strings.Split(rest, "\t")
			continue
		}
		if strings.HasPrefix(text, "#") {
			continue
		}
		values := strings.Split(text, "\t")
		if names == nil {
			names = values
			continue
		}
		row := map[string]string{}
		for i, v := range values[:min(len(values), len(names))] {
			row[names[i]] = v
		}
		rows = append(rows, row)
	}
	return rows
}

// A comparison counts values by column.
type comparison struct {
	t            *testing.T
	same, differ map[string]int
	left         map[string]int // flows not compared, by reason
	flows        int
	logs         int
}

func (c *comparison) baseline(b baseline) {
	rows := logRows(c.t, b.log)
	if len(rows) == 0 {
		return
	}
	if rows[0]["id.orig_h"] == "" || rows[0]["id.resp_p"] == "" {
		c.alone(b, rows)
		return
	}
	c.logs++
	ours, theirs := byTuple(flows(c.t, b.trace)), byTuple(rows)
	for _, k := range slices.Sorted(maps.Keys(theirs)) {
		switch {
		case len(ours[k]) == 0:
			c.left["flows not found"] += len(theirs[k])
			c.complain(b, "not found: "+k)
		case len(ours[k]) != len(theirs[k]):
			c.left["flows that are cut into other generations"] += len(theirs[k])
			c.t.Logf("%s: %s: %d flows, Zeek %d", b.name, k, len(ours[k]), len(theirs[k]))
		default:
			c.pair(b, ours[k], theirs[k])
		}
	}
}

func byTuple(rows []map[string]string) map[string][]map[string]string {
	m := map[string][]map[string]string{}
	for _, r := range rows {
		m[tuple(r)] = append(m[tuple(r)], r)
	}
	return m
}

// alone compares a log that does not name its flows, where there is only one.
func (c *comparison) alone(b baseline, rows []map[string]string) {
	ours := flows(c.t, b.trace)
	if len(rows) != 1 || len(ours) != 1 {
		c.left["flows without a tuple"] += len(rows)
		return
	}
	c.logs++
	c.flow(b, ours[0], rows[0])
}

// pair compares flows of one tuple, each with the one closest to it.
func (c *comparison) pair(b baseline, ours, theirs []map[string]string) {
	for _, want := range theirs {
		best := slices.MinFunc(ours, func(x, y map[string]string) int {
			return len(differences(x, want)) - len(differences(y, want))
		})
		ours = slices.DeleteFunc(ours, func(r map[string]string) bool { return r["flow"] == best["flow"] })
		c.flow(b, best, want)
	}
}

// complain reports a difference that nothing explains.
func (c *comparison) complain(b baseline, what string) {
	if reason := explained[b.name]; reason != "" {
		c.t.Logf("%s: %s (%s)", b.name, what, reason)
		return
	}
	c.t.Errorf("%s (checksums %v, bare %v): %s", b.name, b.checksums, b.bare, what)
}

// tuple names a flow by its ends, in either order.
func tuple(r map[string]string) string {
	ends := []string{r["id.orig_h"] + " " + r["id.orig_p"], r["id.resp_h"] + " " + r["id.resp_p"]}
	slices.Sort(ends)
	return strings.Join(ends, " - ")
}

var compared = []string{"id.orig_h", "proto", "ip_proto", "duration", "orig_bytes", "resp_bytes", "conn_state", "history",
	"orig_pkts", "orig_ip_bytes", "resp_pkts", "resp_ip_bytes", "vlan", "community_id"}

func (c *comparison) flow(b baseline, ours, theirs map[string]string) {
	if b.checksums && strings.ContainsAny(theirs["history"], "cC") {
		c.left["flows with wrong checksums"]++
		return
	}
	c.flows++
	wrong := differences(ours, theirs)
	for _, name := range compared {
		if _, has := theirs[name]; has {
			c.same[name]++
		}
	}
	var what []string
	for _, name := range wrong {
		c.same[name]--
		c.differ[name]++
		what = append(what, fmt.Sprintf("%s %s, Zeek %s", name, ours[name], theirs[name]))
	}
	if len(what) > 0 {
		c.complain(b, tuple(ours)+": "+strings.Join(what, "; "))
	}
}

// differences returns the columns that differ.
func differences(ours, theirs map[string]string) (names []string) {
	for _, name := range compared {
		if want, has := theirs[name]; has && !equal(name, cmp.Or(ours[name], "-"), want) {
			names = append(names, name)
		}
	}
	return names
}

// equal compares two values as far as both sides can tell.
func equal(name, got, want string) bool {
	switch name {
	case "history":
		return strip(got) == strip(want)
	case "duration":
		g, err1 := strconv.ParseFloat(got, 64)
		w, err2 := strconv.ParseFloat(want, 64)
		if err1 == nil && err2 == nil {
			return g-w < 2e-6 && w-g < 2e-6 // Zeek's times are doubles
		}
	}
	return got == want
}

// strip takes the letters away that need payload, checksums or an application.
func strip(history string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune("gGtTcCxX-", r) {
			return -1
		}
		return r
	}, history)
}

func (c *comparison) report() {
	total, same := 0, 0
	for _, name := range compared {
		n := c.same[name] + c.differ[name]
		total, same = total+n, same+c.same[name]
		c.t.Logf("%-14s %4d of %4d", name, c.same[name], n)
	}
	c.t.Logf("%d logs, %d flows, %d of %d values the same; left out: %v", c.logs, c.flows, same, total, c.left)
}

// An open flow and its key.
type open struct {
	conn  conn.Conn
	key   flow.Key
	scope flow.Scope
	syn   [2]uint32
	has   [2]bool
	over  [2]bool
	last  int64
}

// flows returns the records of all flows of a capture, by their fields' names.
func flows(t *testing.T, path string) (rows []map[string]string) {
	src, err := capfile.Open(capfile.Config{Inputs: []string{path}, Serial: true})
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	d := decoder.New(decoder.Config{Flows: true})
	var r decoder.Result
	var p capfile.Piece
	tracked := map[string]*open{}
	number := uint64(0)
	for {
		if !src.Take(&p) {
			break
		}
		src.Read(&p)
		src.Verify(&p)
		d.Reset(&r)
		for i := range p.Frames {
			d.Decode(&p.Frames[i], p.Data(i), uint32(i), &r)
		}
		for i := range r.Groups.Pieces {
			piece := &r.Groups.Pieces[i]
			key := r.Groups.List[piece.Group].Key
			var scope flow.Scope
			if key.Scope > 0 {
				scope = r.Scopes.List[key.Scope-1]
			}
			key.Scope = 0
			name := fmt.Sprint(key) + string(scope)
			f := &p.Frames[piece.Frame]
			nanos := f.Nanos
			if f.Flags&frame.Timeless != 0 {
				nanos = conn.Timeless
			}
			o := tracked[name]
			if o == nil || o.ended(piece, nanos) {
				if o != nil {
					rows = append(rows, o.row())
				}
				number++
				o = &open{key: key, scope: slices.Clone(scope)}
				o.conn.Begin(&key, number, piece, p.Number(int(piece.Frame)), nanos)
				tracked[name] = o
			}
			o.add(piece, p.Number(int(piece.Frame)), nanos)
		}
	}
	for _, o := range tracked {
		rows = append(rows, o.row())
	}
	return rows
}

// ended says whether a piece begins a new flow.
func (o *open) ended(p *flow.Piece, nanos int64) bool {
	idle := time.Minute
	if o.key.Proto == 6 {
		idle = 5 * time.Minute
	}
	if nanos-o.last > int64(idle) {
		return true
	}
	if o.key.Proto != 6 || p.Flags&(flow.SYN|flow.ACK) != flow.SYN {
		return false
	}
	return o.over[0] && o.over[1] || o.has[p.Dir] && o.syn[p.Dir] != p.Seq
}

func (o *open) add(p *flow.Piece, number uint64, nanos int64) {
	o.conn.Add(p, number, nanos)
	o.last = nanos
	if p.Flags&flow.SYN != 0 {
		o.syn[p.Dir], o.has[p.Dir] = p.Seq, true
	}
	if p.Flags&flow.FIN != 0 {
		o.over[p.Dir] = true
	}
	if p.Flags&flow.RST != 0 {
		o.over = [2]bool{true, true}
	}
}

func (o *open) row() map[string]string {
	var row record.Row
	o.conn.Row(&row, &o.key, o.scope, conn.AtEnd)
	m := map[string]string{}
	fields := conn.Schema.Layers[0].Fields
	for i := range row.Values {
		v := &row.Values[i]
		if v.Op != record.Number && v.Op != record.InText {
			continue
		}
		f := &fields[v.Field]
		switch f.Type {
		case record.Address:
			a, _ := netip.AddrFromSlice(row.Of(v))
			m[f.Name] = a.String()
		case record.Text:
			m[f.Name] = string(row.Of(v))
		case record.Duration:
			m[f.Name] = fmt.Sprintf("%.9f", float64(v.Num)/1e9)
		default:
			m[f.Name] = strconv.FormatUint(v.Num, 10)
		}
	}
	return m
}

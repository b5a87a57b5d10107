package output

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/pcappipe/pcappipe/record"
)

// termRow makes a row of any kind whose fields are those that entries are made of.
func (g *generator) termRow() *record.Row {
	var layers []*record.Layer
	known := make(map[string]*record.Layer)
	seen := make(map[string]bool)
	for _, i := range g.Perm(len(termNames)) {
		n := termNames[i]
		key, _, nested := strings.Cut(n.name, ".")
		if !slices.Contains([]string{"frame", "pcappipe", "fault", "arp", "ip", "ipv6", "icmp", "icmpv6", "tcp", "udp", "sctp", "trace", "flows", "damage", "ledger"}, key) || !nested {
			key = ""
		}
		if seen[n.name] {
			continue // of the two that bear this name the one that came first
		}
		seen[n.name] = true
		if known[key] == nil {
			known[key] = &record.Layer{Key: key}
			layers = append(layers, known[key])
		}
		known[key].Fields = append(known[key].Fields, field(n.name, n.typ, n.term > lastTerms && g.IntN(2) == 0))
	}
	kinds := []string{"frame", "flow", "datagram", "stream", "turn", "exchange", "trace", "summary", "later"}
	return g.row(record.NewSchema(kinds[g.IntN(len(kinds))], "random", layers...))
}

// Whatever a record has: its entry is one line, of JSON with no key twice, and nothing of the record
// is lost in it; an encoder that was used writes the same as a new one.
func FuzzCloudLogging(f *testing.F) {
	for seed := range uint64(100) {
		f.Add(seed, []byte("plain \"quoted\", \\ \x00\x1f\x7f\n\t\u00e9\u2028\xff\xc3(\xed\xa0\x80 and more of it: 0123456789"))
	}
	f.Fuzz(func(t *testing.T, seed uint64, data []byte) {
		g := newGenerator(seed, data)
		for range 2 {
			r := g.termRow()
			s := selection{schema: r.Schema, time: TimeForm(g.IntN(2)), project: string(data[:min(len(data), 20)]), alone: g.IntN(2) == 0}
			used := newCloudLogging(s)
			used.Append(nil, g.row(r.Schema))
			line := used.Append(nil, r)
			if again := newCloudLogging(s).Append(nil, r); !bytes.Equal(again, line) {
				t.Fatalf("a used encoder writes\n%s, a new one\n%s", line, again)
			}
			if bytes.IndexByte(line, '\n') != len(line)-1 {
				t.Fatalf("not one line: %q", line)
			}
			if _, err := parseJSON(line); err != nil {
				t.Fatalf("%v in %s", err, line)
			}
			own := newJSONL(s).Append(nil, r)
			own = own[len(`{"record":"`)+len(r.Schema.Kind)+len(`",`):]
			if len(r.Values) > 0 && len(own) > 1 && !bytes.HasSuffix(line, own) {
				t.Fatalf("the record is\n%s, and its entry\n%s", own, line)
			}
		}
	})
}

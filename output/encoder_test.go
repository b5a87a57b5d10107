package output

import (
	"math"
	"strings"
	"testing"

	"github.com/pcappipe/pcappipe/record"
)

// A row is built by a function on the sample's; both encoders write it.
func TestRecordsAreWrittenSo(t *testing.T) {
	for _, c := range []struct {
		name   string
		build  func(s *sample, r *record.Row)
		fields string // those chosen; all where there are none, and then csv is not looked at
		json   string
		csv    string
	}{
		{
			name: "numbers, truths, addresses",
			build: func(s *sample, r *record.Row) {
				r.Open(s.layers["ip"])
				r.Uint(0, 4)
				r.Bool(9, true)
				r.Own(15, []byte{10, 0, 0, 1})
				r.Close()
			},
			json: `{"record":"frame","ip":{"version":4,"flags.df":true,"src":"10.0.0.1"}}`,
		},
		{
			name: "out of order, layers and fields",
			build: func(s *sample, r *record.Row) {
				r.Open(s.layers["ip"])
				r.Uint(12, 64)
				r.Uint(0, 4)
				r.Close()
				r.Open(s.layers["frame"])
				r.Uint(0, 1)
				r.Close()
			},
			json: `{"record":"frame","frame":{"number":1},"ip":{"version":4,"ttl":64}}`,
		},
		{
			name: "arrays, of one too, scattered too",
			build: func(s *sample, r *record.Row) {
				r.Open(s.layers["vlan"])
				r.Uint(2, 5)
				r.Close()
				r.Open(s.layers["tcp"])
				r.Uint(20, 2)
				r.Uint(21, 4)
				r.Uint(20, 3)
				r.Uint(21, 3)
				r.Close()
			},
			fields: "vlan.id tcp.option_kind tcp.option_len",
			json:   `{"record":"frame","vlan":[{"id":5}],"tcp":{"option_kind":[2,3],"option_len":[4,3]}}`,
			csv:    `5,"2,3","4,3"`,
		},
		{
			name: "packets inside packets",
			build: func(s *sample, r *record.Row) {
				for i := range 3 {
					if i > 0 {
						r.Inner()
					}
					r.Open(s.layers["ip"])
					r.Uint(12, uint64(i))
					r.Close()
				}
			},
			fields: "ip.version ip.ttl",
			json:   `{"record":"frame","ip":{"ttl":0},"inner":{"ip":{"ttl":1},"inner":{"ip":{"ttl":2}}}}`,
			csv:    `,"0,1,2"`,
		},
		{
			name: "a fault in its layer",
			build: func(s *sample, r *record.Row) {
				r.Open(s.layers["tcp"])
				r.Open(s.layers["fault"])
				r.String(0, "tcp")
				r.Uint(1, 34)
				r.String(2, "cut")
				r.Close()
				r.Uint(0, 80)
				r.Close()
			},
			fields: "fault.layer fault.offset fault.reason tcp.srcport",
			json:   `{"record":"frame","tcp":{"srcport":80,"fault":{"layer":"tcp","offset":34,"reason":"cut"}}}`,
			csv:    `tcp,34,cut,80`,
		},
		{
			name: "nothing of what is chosen",
			build: func(s *sample, r *record.Row) {
				r.Open(s.layers["ip"])
				r.Uint(12, 64)
				r.Close()
			},
			fields: "vlan.id",
			json:   `{"record":"frame"}`,
			csv:    `""`,
		},
		{
			name: "a layer with nothing in it",
			build: func(s *sample, r *record.Row) {
				r.Open(s.layers["tcp"])
				r.Close()
			},
			json: `{"record":"frame","tcp":{}}`,
		},
		{
			name: "text that is not UTF-8",
			build: func(s *sample, r *record.Row) {
				r.Open(s.layers["pcappipe"])
				r.Own(0, []byte("a\xff,\"\n"))
				r.Close()
			},
			fields: "pcappipe.file",
			json:   `{"record":"frame","pcappipe":{"file":"a` + "\uFFFD" + `,\"\n","file.raw":"61ff2c220a"}}`,
			csv:    "\"a\uFFFD,\"\"\n\"",
		},
		{
			name: "what may not repeat and does",
			build: func(s *sample, r *record.Row) {
				for range 2 {
					r.Open(s.layers["ip"])
					r.Uint(12, 64)
					r.Uint(12, 63)
					r.Close()
				}
			},
			fields: "ip.ttl",
			json:   `{"record":"frame","ip":[{"ttl":[64,63]},{"ttl":[64,63]}]}`,
			csv:    `"64,63,64,63"`,
		},
		{
			name: "ranges",
			build: func(s *sample, r *record.Row) {
				r.Open(s.layers["hole"])
				r.Range(0, 0, math.MaxUint64)
				r.Range(1, 0, 5)
				r.Range(1, 9, 12)
				r.Close()
			},
			fields: "hole.whole hole.parts",
			json:   `{"record":"frame","hole":{"whole":[0,18446744073709551615],"parts":[[0,5],[9,12]]}}`,
			csv:    `0-18446744073709551615,"0-5,9-12"`,
		},
		{
			name:  "nothing at all",
			build: func(*sample, *record.Row) {},
			json:  `{"record":"frame"}`,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newSample()
			s.row.Begin(s.schema, nil)
			c.build(s, &s.row)
			some := selection{schema: s.schema}
			if c.fields != "" {
				some.fields = strings.Fields(c.fields)
			}
			if got := string(newJSONL(some).Append(nil, &s.row)); got != c.json+"\n" {
				t.Errorf("json is\n%s, and should be\n%s", got, c.json)
			}
			if c.fields == "" {
				return
			}
			if got := string(newCSV(some).Append(nil, &s.row)); got != c.csv+"\n" {
				t.Errorf("csv is %q, and should be %q", got, c.csv)
			}
		})
	}
}

func TestEncodersAllocateNothing(t *testing.T) {
	s := newSample()
	scattered := newSample()
	scattered.row.Begin(scattered.schema, nil)
	for _, key := range []string{"pcappipe", "tcp", "ip"} {
		scattered.row.Open(scattered.layers[key])
		for range 20 {
			scattered.row.Uint(3, 1)
			scattered.row.Uint(1, 1)
		}
		scattered.row.Close()
	}
	for name, encoder := range map[string]func(selection) Encoder{"jsonl": newJSONL, "csv": newCSV} {
		e := encoder(selection{schema: s.schema, time: ISO})
		var dst []byte
		write := func() { dst = e.Append(e.Append(dst[:0], &s.row), &scattered.row) }
		write()
		if n := testing.AllocsPerRun(100, write); n != 0 {
			t.Errorf("%s: %v allocations a record", name, n)
		}
	}
}

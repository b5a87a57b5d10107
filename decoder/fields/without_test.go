package fields

import (
	"slices"
	"strings"
	"testing"

	"github.com/pcappipe/pcappipe/record"
)

// TestWhatIsAskedForIsRead says that the values of a field are the same when it
// is asked for alone as when all are.
func TestWhatIsAskedForIsRead(t *testing.T) {
	alone := map[Without][]string{} // fields that leave out the same
	for _, name := range Schema.Names() {
		without := AllBut([]string{name})
		alone[without] = append(alone[without], name)
	}
	var row record.Row
	for _, c := range frames {
		data := unhex(t, c.hex)
		d := decodeCut(unhex(t, strings.ReplaceAll(c.hex, "|", "")), len(data), c.link)
		read := func(without Without) map[string][]string {
			context := Context{File: "a.pcap", Protocols: "eth", Flows: []uint64{1, 2}, Payload: true, Without: without}
			Append(&row, &d.frame, data, &d.packet, d.layers, &context)
			return byName(&row)
		}
		all := read(Without{})
		for without, names := range alone {
			some := read(without)
			for _, name := range names {
				if !slices.Equal(some[name], all[name]) {
					t.Errorf("%s: %s asked for alone is %q, with all it is %q", c.name, name, some[name], all[name])
				}
			}
		}
	}
}

// byName returns the values of each field, over all depths.
func byName(row *record.Row) map[string][]string {
	var open []*record.Layer
	values := map[string][]string{}
	for _, v := range row.Spelled(nil) {
		switch v.Op {
		case record.Open:
			open = append(open, Schema.Layers[v.Field])
		case record.Close:
			open = open[:len(open)-1]
		case record.Inner:
		default:
			f := &open[len(open)-1].Fields[v.Field]
			values[f.Name] = append(values[f.Name], value(f.Type, row, &v))
		}
	}
	return values
}

func TestNothingIsLeftOutWhereNothingIsChosen(t *testing.T) {
	if got := AllBut(nil); got != (Without{}) {
		t.Errorf("without names: %+v", got)
	}
	if got, want := AllBut([]string{"ip.src"}), (Without{true, true, true}); got != want {
		t.Errorf("for ip.src: %+v", got)
	}
}

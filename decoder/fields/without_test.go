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
	var all, some record.Row
	for _, c := range frames {
		data := unhex(t, c.hex)
		d := decodeCut(unhex(t, strings.ReplaceAll(c.hex, "|", "")), len(data), c.link)
		context := Context{File: "a.pcap", Protocols: "eth", Flows: []uint64{1, 2}, Payload: true}
		Append(&all, &d.frame, data, &d.packet, d.layers, &context)
		for _, name := range Schema.Names() {
			context.Without = AllBut([]string{name})
			Append(&some, &d.frame, data, &d.packet, d.layers, &context)
			if want, got := of(&all, name), of(&some, name); !slices.Equal(got, want) {
				t.Errorf("%s: %s asked for alone is %q, with all it is %q", c.name, name, got, want)
			}
		}
	}
}

// of returns the values of the field of this name, over all depths.
func of(row *record.Row, name string) []string {
	var open []*record.Layer
	var values []string
	for _, v := range row.Spelled(nil) {
		switch v.Op {
		case record.Open:
			open = append(open, Schema.Layers[v.Field])
		case record.Close:
			open = open[:len(open)-1]
		case record.Inner:
		default:
			if f := &open[len(open)-1].Fields[v.Field]; f.Name == name {
				values = append(values, value(f.Type, row, &v))
			}
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

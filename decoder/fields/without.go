package fields

import (
	"slices"

	"github.com/pcappipe/pcappipe/record"
)

// A Without says what need not be read, because nobody asks for it. What costs
// next to nothing to read is always read: a header is one value of the row.
type Without struct {
	Own        bool // pcappipe's layer, but for a fault that has no other place
	TCPOptions bool
	Trailers   bool // what is behind a frame's payload
}

// AllBut returns what need not be read for these fields. Of none, all are asked for.
func AllBut(names []string) Without {
	if len(names) == 0 {
		return Without{}
	}
	asked := func(part func(record.Place) bool) bool {
		return slices.ContainsFunc(names, func(name string) bool { return slices.ContainsFunc(Schema.Find(name), part) })
	}
	return Without{
		Own: !asked(func(p record.Place) bool { return p.Layer == &pcappipeLayer }),
		TCPOptions: !asked(func(p record.Place) bool {
			return p.Layer == &tcpLayer && p.Index >= tcpOptions && p.Index < tcpPayload
		}),
		Trailers: !asked(trails),
	}
}

// trails says whether a field is of what is behind a frame's payload.
func trails(p record.Place) bool {
	switch p.Layer {
	case &ethLayer:
		return p.Index >= ethPadding && p.Index <= ethFCS
	case &vlanLayer:
		return p.Index == vlanTrailer
	case &backboneLayer:
		return p.Index == backboneTrailer
	case &vntagLayer:
		return p.Index == vntagTrailer
	}
	return false
}

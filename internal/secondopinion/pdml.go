package secondopinion

import (
	"bytes"
	"encoding/hex"
	"html"
	"iter"
	"strconv"
	"strings"
)

// A Tag is one of PDML, in which tshark writes packets as a tree: a packet has
// protos, a proto has fields, and fields have fields. It is a view.
type Tag []byte

// Tags returns those of a text. Wireshark escapes what XML gives a meaning, so
// that a tag ends at the next angle.
func Tags(text []byte) iter.Seq[Tag] {
	return func(yield func(Tag) bool) {
		for {
			_, rest, found := bytes.Cut(text, []byte("<"))
			if !found {
				return
			}
			tag, rest, _ := bytes.Cut(rest, []byte(">"))
			if !yield(tag) {
				return
			}
			text = rest
		}
	}
}

// Is says whether the tag begins such an element.
func (t Tag) Is(element string) bool {
	rest, is := bytes.CutPrefix(t, []byte(element))
	return is && (len(rest) == 0 || rest[0] == ' ')
}

// Empty says whether the element has no others inside: no tag ends it.
func (t Tag) Empty() bool { return bytes.HasSuffix(t, []byte("/")) }

// Ends says whether the tag ends such an element that has others inside.
func (t Tag) Ends(element string) bool { return string(t) == "/"+element }

// Name returns the element's name: a field's as display filters have it.
func (t Tag) Name() string { return string(t.raw("name")) }

// raw returns an attribute as it is written: no quotation mark stands in one.
func (t Tag) raw(attribute string) []byte {
	_, rest, found := bytes.Cut(t, []byte(" "+attribute+`="`))
	if !found {
		return nil
	}
	value, _, _ := bytes.Cut(rest, []byte(`"`))
	return value
}

// Show returns what tshark shows.
func (t Tag) Show() string { return html.UnescapeString(string(t.raw("show"))) }

// Bytes returns the bytes of the packet that the element is of.
func (t Tag) Bytes() string {
	b, err := hex.DecodeString(string(t.raw("value")))
	if err != nil {
		return ""
	}
	return string(b)
}

// Size returns how many bytes the element is of.
func (t Tag) Size() uint64 {
	size, _ := strconv.ParseUint(string(t.raw("size")), 10, 64) // tshark writes a number
	return size
}

// header returns the value of a field that is a line of a header.
func (t Tag) header() string {
	_, value, _ := strings.Cut(t.Bytes(), ":")
	return strings.Trim(value, " \t\r\n")
}

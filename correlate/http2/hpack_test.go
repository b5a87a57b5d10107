package http2

import (
	"bytes"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/http2/hpack"
)

func TestTheStaticTableIsTheOneOfTheRFC(t *testing.T) {
	reference := hpack.NewDecoder(0, nil)
	for i := range static {
		want, err := reference.DecodeFull([]byte{0x80 | byte(i+1)})
		if err != nil || len(want) != 1 || want[0].Name != static[i].Name || want[0].Value != static[i].Value {
			t.Errorf("entry %d is %+v, want %+v, %v", i+1, static[i], want, err)
		}
	}
}

func newDecoder() *decoder {
	d := new(decoder)
	d.reset()
	return d
}

// fieldsOf decodes a block and lets it go.
func fieldsOf(d *decoder, block []byte) (fields []Field, complete bool) {
	fields, complete = d.decode(block)
	fields = slices.Clone(fields)
	d.release()
	return fields, complete
}

// randomFields are of few names and values, so that tables are used.
func randomFields(r *rand.Rand) (list []hpack.HeaderField) {
	for range r.IntN(12) {
		name := []string{":path", ":status", "content-type", "x-a", "x-b", strings.Repeat("n", 1+r.IntN(40))}[r.IntN(6)]
		value := []string{"", "200", fmt.Sprint(r.IntN(30)), strings.Repeat("\x00v", r.IntN(200))}[r.IntN(4)]
		list = append(list, hpack.HeaderField{Name: name, Value: value, Sensitive: r.IntN(8) == 0})
	}
	return list
}

// What an encoder says is understood, whatever it makes of the size of its table.
func TestEveryFieldThatIsEncodedIsDecoded(t *testing.T) {
	for seed := range uint64(50) {
		r := rand.New(rand.NewPCG(3, seed))
		var block bytes.Buffer
		e, d := hpack.NewEncoder(&block), newDecoder()
		e.SetMaxDynamicTableSizeLimit(math.MaxUint32)
		for n := range 200 {
			if r.IntN(10) == 0 {
				e.SetMaxDynamicTableSize([]uint32{0, 40, 100, 4096, 1 << 16}[r.IntN(5)])
			}
			block.Reset()
			list := randomFields(r)
			for _, f := range list {
				if err := e.WriteField(f); err != nil {
					t.Fatal(err)
				}
			}
			got, complete := fieldsOf(d, block.Bytes())
			if !complete || !slices.EqualFunc(got, list, same) {
				t.Fatalf("seed %d, block %d (%x): %v %+v, want %+v", seed, n, block.Bytes(), complete, got, list)
			}
		}
	}
}

func same(a Field, b hpack.HeaderField) bool {
	return a.Name == b.Name && a.Value == b.Value && !a.Unknown
}

// Blocks that were not seen make fields unknown, never wrong, and those that come after
// become known again.
func TestAfterBlocksThatWereNotSeenFieldsAreUnknownAndNeverWrong(t *testing.T) {
	unknown, known := 0, 0
	for seed := range uint64(50) {
		r := rand.New(rand.NewPCG(4, seed))
		var block bytes.Buffer
		e, d := hpack.NewEncoder(&block), newDecoder()
		for n := range 100 {
			block.Reset()
			list := randomFields(r)
			for _, f := range list {
				e.WriteField(f)
			}
			if r.IntN(10) == 0 {
				d.forget()
				continue
			}
			got, complete := fieldsOf(d, block.Bytes())
			if len(got) != len(list) || d.refused {
				t.Fatalf("seed %d, block %d: %+v, want %+v", seed, n, got, list)
			}
			all := true
			for i, f := range got {
				all = all && !f.Unknown
				if f.Unknown {
					unknown++
				} else if known++; !same(f, list[i]) {
					t.Fatalf("seed %d, block %d: %+v, want %+v", seed, n, f, list[i])
				}
			}
			if all != complete {
				t.Errorf("seed %d, block %d: complete is %v", seed, n, complete)
			}
		}
	}
	if unknown == 0 || known < unknown {
		t.Errorf("%d fields unknown, %d known", unknown, known)
	}
}

// A table of the encoder's that is larger than what is kept gives what is kept, and the rest is
// unknown.
func TestOfALargeTableTheNewestIsKept(t *testing.T) {
	var block bytes.Buffer
	e, d := hpack.NewEncoder(&block), newDecoder()
	e.SetMaxDynamicTableSizeLimit(1 << 20)
	e.SetMaxDynamicTableSize(1 << 20)
	value := func(i int) string { return fmt.Sprintf("%04d%s", i, strings.Repeat("-", 996)) }
	for range 2 {
		for i := range 200 {
			block.Reset()
			e.WriteField(hpack.HeaderField{Name: "x", Value: value(i)})
			fieldsOf(d, block.Bytes())
		}
	}
	for _, row := range []struct {
		i       int
		unknown bool
	}{{199, false}, {150, false}, {100, true}, {0, true}} {
		block.Reset()
		e.WriteField(hpack.HeaderField{Name: "x", Value: value(row.i)})
		got, complete := fieldsOf(d, block.Bytes())
		if len(got) != 1 || got[0].Unknown != row.unknown || complete == row.unknown || !row.unknown && got[0].Value != value(row.i) || d.refused {
			t.Errorf("%d: %.20v, complete %v, refused %v", row.i, got, complete, d.refused)
		}
	}
	if most := int64(2*maxTable + 100*1<<10); d.charge() > most {
		t.Errorf("%d bytes are kept, more than %d", d.charge(), most)
	}
}

// A small block that stands for much text is cut where the text has reached its bound, and the
// table stays right.
func TestABlockThatStandsForTooMuchTextIsCut(t *testing.T) {
	d := newDecoder()
	var block bytes.Buffer
	e := hpack.NewEncoder(&block)
	e.WriteField(hpack.HeaderField{Name: "x", Value: strings.Repeat("v", 3000)})
	fieldsOf(d, block.Bytes())
	bomb := append(bytes.Repeat([]byte{0xbe}, 100_000), 0x40, 1, 'y', 1, 'z')
	got, complete := fieldsOf(d, bomb)
	text := 0
	for _, f := range got {
		text += len(f.Name) + len(f.Value)
	}
	if complete || text > maxBlock || text < maxBlock/2 || d.refused {
		t.Errorf("%d bytes of text, complete %v, refused %v", text, complete, d.refused)
	}
	if got, complete = fieldsOf(d, []byte{0xbe, 0xbf}); !complete || got[0].Name != "y" || got[1].Name != "x" {
		t.Errorf("then %.40v, complete %v", got, complete)
	}
}

// Whatever the blocks are, two decoders that look at them say the same, or both refuse. Only
// changes of the table's size that are not a block's first are refused by the other alone.
func FuzzHPACK(f *testing.F) {
	r := rand.New(rand.NewPCG(5, 5))
	for range 20 {
		var blocks bytes.Buffer
		e := hpack.NewEncoder(&blocks)
		for _, field := range randomFields(r) {
			e.WriteField(field)
		}
		f.Add(blocks.Bytes(), uint8(r.IntN(256)))
	}
	f.Fuzz(func(t *testing.T, b []byte, size uint8) {
		reference := hpack.NewDecoder(defaultTable, nil)
		reference.SetAllowedMaxDynamicTableSize(math.MaxUint32)
		reference.SetEmitFunc(func(hpack.HeaderField) {})
		d := newDecoder()
		for len(b) > 0 {
			n := min(len(b), 1+int(size))
			want, err := reference.DecodeFull(b[:n])
			got, complete := fieldsOf(d, b[:n])
			if d.refused && err == nil || !d.refused && err != nil && !strings.Contains(err.Error(), "beginning of a header block") {
				t.Fatalf("%x: refused %v, reference %v", b[:n], d.refused, err)
			}
			if d.refused || err != nil {
				return
			}
			if complete && !slices.EqualFunc(got, want, same) {
				t.Fatalf("%x: %+v, reference %+v", b[:n], got, want)
			}
			if !complete && d.size <= maxBlock && d.table.limit <= maxTable {
				t.Fatalf("%x: fields are missing", b[:n])
			}
			b = b[n:]
		}
	})
}

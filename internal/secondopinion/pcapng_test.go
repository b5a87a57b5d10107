package secondopinion

import (
	"reflect"
	"strings"
	"testing"
)

const description = `Description: ISBs in different SHB sections
Category:    difficult

Block counts:
	EPB: 2
	IDB: 2
	ISB: 1
	SHB: 2
	SPB: 1

Block sequence: SHB, IDB, EPB, ISB, SPB, SHB, IDB, EPB
`

func TestDescription(t *testing.T) {
	d, err := ParseDescription(description)
	if err != nil {
		t.Fatal(err)
	}
	if want := []PacketBlock{{true, 1}, {false, 1}, {true, 1}}; !reflect.DeepEqual(d.Packets(), want) {
		t.Errorf("packets: %v", d.Packets())
	}
	if got := d.Interfaces(); got != "map[0:1 1:1]" {
		t.Errorf("interfaces: %s", got)
	}
	for _, bad := range []string{"", strings.Replace(description, "EPB: 2", "EPB: 3", 1)} {
		if _, err := ParseDescription(bad); err == nil {
			t.Errorf("read without complaint: %.40q", bad)
		}
	}
}

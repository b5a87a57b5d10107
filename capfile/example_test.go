package capfile_test

import (
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/pcappipe/pcappipe/capfile"
)

// A pcap file: a header, and one record of four bytes.
const small = "\xd4\xc3\xb2\xa1\x02\x00\x04\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x04\x00\x01\x00\x00\x00" +
	"\x00\xf1\x53\x65\x05\x00\x00\x00\x04\x00\x00\x00\x3c\x00\x00\x00\xde\xad\xbe\xef"

func ExampleFrames() {
	dir, err := os.MkdirTemp("", "")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "cut.pcap")
	// The file ends inside a second record.
	if err := os.WriteFile(path, []byte(small+"\x00\xf1\x53\x65"), 0o666); err != nil {
		fmt.Println(err)
		return
	}
	for f, err := range capfile.Frames(path) {
		if damage, ok := err.(*capfile.FormatError); ok {
			fmt.Printf("damage at byte %d, frame %d: %s: %v\n", damage.Offset, damage.Frame, damage.Field, damage.Err)
			continue
		}
		if err != nil {
			fmt.Println(err)
			continue
		}
		fmt.Printf("frame %d at byte %d, %s: %d of %d bytes: %x\n", f.Number, f.Offset,
			time.Unix(0, f.Nanos).UTC().Format(time.RFC3339Nano), f.Len, f.Wire, f.Data)
	}
	// Output:
	// frame 1 at byte 24, 2023-11-14T22:13:20.000005Z: 4 of 60 bytes: deadbeef
	// damage at byte 44, frame 2: record header: file ends in the middle
}

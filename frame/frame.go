// Package frame has the words for what a capture is made of: frames, the
// batches they travel in, and the files they come from.
//
// Ownership: exactly one stage holds a [Batch] at a time, and passing it on
// gives it up. The reader is the only stage that writes Bytes; every later
// stage reads. All slices handed out for a Batch point into Bytes and die with
// it: a stage that must keep bytes past its turn copies them.
package frame

// A LinkType says how a frame's bytes begin (LINKTYPE_ values of tcpdump.org).
type LinkType uint16

// A Flag is one property of a frame.
type Flag uint8

// Timeless marks a frame that its file gives no time (pcapng Simple Packet), or
// one so far away (before 1678, after 2262) that nanoseconds do not reach it.
const Timeless Flag = 1 << iota

// A Frame says where one captured record stands in its batch. It holds no
// pointers, so that a batch of a thousand costs the garbage collector nothing.
type Frame struct {
	Nanos     int64  // capture time, nanoseconds since 1970-01-01 UTC
	Record    uint32 // where its record begins in Batch.Bytes
	Start     uint32 // where its captured bytes begin in Batch.Bytes
	Len       uint32 // captured bytes
	Wire      uint32 // bytes on the wire
	Interface uint32 // number of its interface in the file (pcapng), else 0
	Link      LinkType
	FCS       uint8 // bytes of frame check sequence that end the frame on the wire
	Flags     Flag
}

// A File is one input.
type File struct {
	Path   string // as the user named it; "-" is standard input
	Index  int    // its place among the inputs, from 0
	Format string // "pcap", "pcapng", with the compression: "pcap.gz", "pcapng.zst"
	// Interfaces says whether frames have an interface number (pcapng).
	Interfaces bool
}

// A Batch is a piece of the input: consecutive frames of one file and the
// buffer that holds their bytes. It is the unit of hand-over, of memory and of
// order.
type Batch struct {
	File   *File
	Base   int64  // where Bytes[0] stands in the (decompressed) file
	First  uint64 // number of Frames[0], from 1, over all inputs
	Bytes  []byte
	Frames []Frame
}

// Data returns the captured bytes of frame i. They die with the batch.
func (b *Batch) Data(i int) []byte {
	f := &b.Frames[i]
	return b.Bytes[f.Start : f.Start+f.Len : f.Start+f.Len]
}

// Offset returns where the record of frame i stands in its (decompressed) file.
func (b *Batch) Offset(i int) int64 { return b.Base + int64(b.Frames[i].Record) }

// Number returns the number of frame i, from 1, over all inputs.
func (b *Batch) Number(i int) uint64 { return b.First + uint64(i) }

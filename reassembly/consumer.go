package reassembly

import "github.com/pcappipe/pcappipe/flow"

// A Consumer is told what a connection's streams are made of. It is told each
// direction in order, without overlap: every offset is in a chunk, in a gap, or
// among the bytes that it did not want. It must not use the connection meanwhile.
type Consumer interface {
	// Data hands on bytes that follow what came before. The chunk and its bytes die with the call.
	// What it returns is how many of the bytes that follow are not wanted: they are
	// accounted as delivered without a call, and are not kept when they come out
	// of order. With math.MaxUint64 none are wanted any more.
	Data(from flow.Direction, c *Chunk) (skip uint64)
	// Gap says that the bytes [start, end) will not come. It is told inside
	// bytes that are not wanted too.
	Gap(from flow.Direction, start, end uint64)
}

// A Chunk is bytes of one segment, which follow what was handed on before.
type Chunk struct {
	Offset   uint64 // in the stream, of the first byte
	Bytes    []byte
	Frame    uint64   // number of the frame that brought them
	Nanos    int64    // its time
	Frames   []uint64 // of all that did, where they came in fragments, and else nil
	Ack      uint64   // what its segment acknowledged, as an offset in the peer's stream
	AckKnown bool     // it acknowledged something, and the peer's stream is known
}

package decoder

// A Protocol is one kind of layer.
type Protocol uint8

// A Reason says why a packet could not be decoded further.
type Reason uint8

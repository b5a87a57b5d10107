package pipeline

// A kind is a kind of record. Of the records that one frame brings about, those
// of a lower kind come first.
type kind uint8

const (
	datagrams kind = iota
	frames
	turns
	streams
	exchanges
	traces
	flows
	summary
	kinds
)

// A kindSet is a set of kinds.
type kindSet uint8

const allKinds kindSet = 1<<kinds - 1

// only returns the set of one kind.
func only(k kind) kindSet { return 1 << k }

func (s kindSet) has(k kind) bool { return s&only(k) != 0 }

func (k kind) String() string {
	return [kinds]string{"datagrams", "frames", "turns", "streams", "exchanges", "traces", "flows", "summary"}[k]
}

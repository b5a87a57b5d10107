package pipeline

// A kind is a kind of record.
type kind uint8

const (
	frames kind = iota
	flows
	summary
	kinds
)

func (k kind) String() string { return [kinds]string{"frames", "flows", "summary"}[k] }

package capfile

import "github.com/pcappipe/pcappipe/frame"

// An Interface is what a pcapng file says of one interface.
type Interface struct {
	Section     int // from 0
	Number      int // in its section, from 0: Frame.Interface
	Link        frame.LinkType
	SnapLen     uint32
	Name        string
	Description string
	Comment     string
	// Of the last statistics of the interface; Counted says that there are any.
	Counted  bool
	Received uint64 // packets that the interface received
	Dropped  uint64 // packets that the interface and the operating system dropped
}

// A note is what a block without a frame says. Slicing collects notes, Verify
// acts on them.
type note struct {
	kind   noteKind
	number uint32 // of the interface that statistics are of
	about  Interface
}

type noteKind uint8

const (
	noteSection noteKind = iota
	noteInterface
	noteStatistics
)

// interfaces collects the notes of one file.
type interfaces struct {
	list    []Interface
	section int // the present one, from 0; the file's first note makes it so
	first   int // the section's first interface in list
	count   int // interfaces of the section
	begun   bool
}

// add acts on a note. Files can describe interfaces without end: only the
// first 4,096 of all inputs are listed.
func (t *interfaces) add(n *note, listed *int) {
	const most = 4096
	switch n.kind {
	case noteSection:
		if t.begun {
			t.section++
		}
		t.begun, t.first, t.count = true, len(t.list), 0
	case noteInterface:
		if *listed < most {
			*listed++
			n.about.Section, n.about.Number = t.section, t.count
			t.list = append(t.list, n.about)
		}
		t.count++
	case noteStatistics:
		at := t.first + int(n.number)
		if int(n.number) < t.count && at < len(t.list) {
			i := &t.list[at]
			i.Counted, i.Received, i.Dropped = true, n.about.Received, n.about.Dropped
		}
	}
}

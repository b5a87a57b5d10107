package pipeline

import (
	"cmp"

	"github.com/pcappipe/pcappipe/flow"
	"github.com/pcappipe/pcappipe/output"
	"github.com/pcappipe/pcappipe/reassembly"
)

// openFiles opens what is written beside records: the directories of streams and of bodies.
func (r *run) openFiles() (err error) {
	if r.config.StreamDir != "" {
		if r.files, err = output.OpenStreams(r.config.StreamDir); err != nil {
			return err
		}
	}
	if r.config.Bodies != "" {
		if r.bodies, err = output.OpenBodies(r.config.Bodies, r.config.Decoded); err != nil && r.files != nil {
			r.files.Abort()
		}
	}
	return err
}

// manifest is the lane of the list of stream files, which stands behind those of records.
func (r *run) manifest() int { return r.output.Streams() }

// bodyList is the lane of the list of bodies' files, behind that.
func (r *run) bodyList() int { return r.output.Streams() + 1 }

// send writes bytes to where a lane leads.
func (r *run) send(lane int, bytes []byte) error {
	if r.files != nil && lane == r.manifest() {
		return cmp.Or(r.files.Manifest(bytes), r.files.Err())
	}
	if r.bodies != nil && lane == r.bodyList() {
		return cmp.Or(r.bodies.Manifest(bytes), r.bodies.Err())
	}
	if r.hold.holds(lane) {
		return r.hold.add(bytes)
	}
	return r.output.Write(lane, bytes)
}

// writesStreams says whether anything asks for records of streams: the records
// themselves, or the list of files.
func (r *run) writesStreams() bool { return r.wants[streams] || r.files != nil }

// streamRecord fills the row with the record of one stream of a flow that has
// ended, and adds it to the list of files if it has any bytes. It says whether
// it is to be written as a record.
func (w *worker) streamRecord(t *trip, e *end, reverse bool) bool {
	from := e.flow.State.Originator()
	if reverse {
		from ^= 1
	}
	stats := e.tcp.Stats(from)
	of := reassembly.StreamOf{Flow: e.number, UID: e.flow.State.UID(e.key, e.scope), Originator: !reverse, End: e.reason.String()}
	var sum [32]byte
	if w.run.wants[streams] {
		of.SHA256 = e.tcp.sum(from, sum[:0])
	}
	files := w.run.files
	if files != nil {
		f := &e.tcp.files[from]
		if name := output.NameStream(e.number, e.key, from); f.Written() {
			of.File = string(name.Append(nil))
		}
		of.FileTruncated = f.Truncated()
	}
	stats.Row(&w.row, &of)
	if files != nil && stats.Length > 0 {
		lane := w.run.manifest()
		t.out[lane] = w.lister.Append(t.out[lane], &w.row)
		w.look(t, lane)
	}
	return w.run.wants[streams]
}

// name returns the name of the file of one direction.
func (p *tap) name(from flow.Direction) output.StreamName {
	return output.NameStream(p.j.flow.State.Number(), p.key, from)
}

package output

// Bodies writes the content of HTTP messages into a directory, one file for each
// message that has any: as it was sent, or as it was before its content codings
// (gzip and others) were applied. What each file has stands in bodies.jsonl.
//
// A body's bytes wait with those of others until there are many, and then go into its
// file, as those of streams do. Its codings are taken off when it is finished, from the
// file, or from what waits if that is all of it: a small body costs one file, as ever.
//
// Any number of goroutines may write, each bodies of its own; Commit and Abort come
// after all of them. What is in the files, and what Finish says, depends on the
// bodies alone.
type Bodies struct {
	shelf[BodyName]
	decode    bool
	unpackers chan *unpacker // as many as decode at once, at most
	windows   chan spares    // of decoders that need much memory
}

// bodiesName is the file that says what the others have. Streams have another, so that both
// can be in one directory.
const bodiesName = "bodies.jsonl"

// bodyDefaults keep 16 MiB together, the buffers of the unpackers among them, and 16
// files open: an unpacker may read one and write another.
var bodyDefaults = shelfConfig{blocks: 3072, blockSize: 4 << 10, gather: 256 << 10, pens: 8}

// Two bodies are decoded at once: to decode goes as fast as to write, and their memory is no flow's. One
// of them may have a window of megabytes.
const (
	bodyUnpackers = 2
	bodyWindows   = 1
)

// OpenBodies makes a place for bodies in dir, which need not be there. It says whether
// content codings are taken off.
func OpenBodies(dir string, decode bool) (*Bodies, error) {
	return openBodies(dir, decode, bodyDefaults)
}

func openBodies(dir string, decode bool, c shelfConfig) (*Bodies, error) {
	if dir == "" {
		return nil, &ConfigError{"Bodies", dir, "is no directory"}
	}
	b := &Bodies{decode: decode, unpackers: make(chan *unpacker, bodyUnpackers), windows: make(chan spares, bodyWindows)}
	if err := b.start(dir, "bodies", bodiesName, c); err != nil {
		return nil, err
	}
	for range bodyUnpackers {
		b.unpackers <- newUnpacker(b.temp, c.gather)
	}
	for range bodyWindows {
		b.windows <- make(spares)
	}
	return b, nil
}

// A BodyFile is the file of one body. The zero value is one that has no bytes yet. It
// is without pointers, and belongs to one goroutine at a time.
type BodyFile struct {
	file
	length uint64 // of the body so far, with what is missing
	sound  uint64 // bytes before the first that is missing
	broken bool   // some are missing
}

// Write adds the next bytes of a body. It keeps nothing of bytes. Errors are kept:
// see Err.
func (b *Bodies) Write(f *BodyFile, name BodyName, bytes []byte) {
	b.write(&f.file, name, f.length, bytes)
	f.length += uint64(len(bytes))
}

// Gap says that the next bytes of the body are missing, and how many, or 0 where nobody
// knows. They are a hole in the file, as in one of a stream; and to decode what follows
// them makes no sense.
func (f *BodyFile) Gap(missing uint64) {
	if !f.broken {
		f.broken, f.sound = true, f.length
	}
	f.length = min(f.length+min(missing, fileLimit), 2*fileLimit) // which is no offset in a file any more
}

// A BodyResult says what became of a body.
type BodyResult struct {
	File     string // its name in the directory, "" where there is none
	Size     uint64 // of the file
	Encoding string // the content codings that the file's bytes still have, as the message told them
	Err      string // why it is not the whole body, or is not decoded
}

// Finish ends the file of a body and says what is in it. The encoding is what
// the message says of its content codings; whole says whether all of the body came.
//
// What can be decoded is written, and Err says what ends it; where not a byte can be, the
// file is as the body was sent.
func (b *Bodies) Finish(f *BodyFile, name BodyName, encoding string, whole bool) BodyResult {
	if !f.Written() {
		return BodyResult{}
	}
	if !b.decode {
		return b.leave(f, name, BodyResult{Encoding: encoding})
	}
	list, err := codingsOf(encoding)
	switch {
	case err != "", b.failed.Load():
		return b.leave(f, name, BodyResult{Encoding: encoding, Err: err})
	case len(list) == 0:
		return b.leave(f, name, BodyResult{})
	}
	return b.decodeBody(f, name, list, encoding, whole)
}

// leave writes what waits of a body as it was sent, and completes what is said of it.
func (b *Bodies) leave(f *BodyFile, name BodyName, r BodyResult) BodyResult {
	b.finish(&f.file, name, f.length)
	r.File = string(name.Append(nil))
	r.Size = max(f.end, min(f.length, fileLimit))
	if f.Truncated() && r.Err == "" {
		r.Err = "is larger than a file can be"
	}
	return r
}

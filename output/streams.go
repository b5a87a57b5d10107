package output

// Streams writes the bytes of TCP streams into a directory, one file for each
// direction. In a file a byte stands at its offset in the stream, and what is
// missing is a hole. What each file has stands in manifest.jsonl.
//
// Any number of goroutines may write, each to files of its own; Commit and Abort come
// after all of them.
type Streams struct{ shelf[StreamName] }

// A StreamFile is the file of one direction of a stream. The zero value is one that
// has nothing. It is small and without pointers, and belongs to one goroutine at a time.
type StreamFile struct{ file }

// manifestName is the file that says what the others have.
const manifestName = "manifest.jsonl"

// streamDefaults keep 16 MiB together: 12 MiB of blocks, and 16 pens that gather 256 KiB.
// To open and close a file for so much is a tenth of writing it. Blocks of 4 KiB hold
// a small stream whole.
var streamDefaults = shelfConfig{blocks: 3072, blockSize: 4 << 10, gather: 256 << 10, pens: 16}

// OpenStreams makes a place for streams in dir, which need not be there.
func OpenStreams(dir string) (*Streams, error) { return openStreams(dir, streamDefaults) }

func openStreams(dir string, c shelfConfig) (*Streams, error) {
	if dir == "" {
		return nil, &ConfigError{"Streams", dir, "is no directory"}
	}
	s := new(Streams)
	if err := s.start(dir, "streams", manifestName, c); err != nil {
		return nil, err
	}
	return s, nil
}

// Write puts bytes at an offset of the file. It keeps nothing of b. A gap before
// them is a hole. Errors are kept: see Err.
func (s *Streams) Write(f *StreamFile, name StreamName, offset uint64, b []byte) {
	s.write(&f.file, name, offset, b)
}

// Finish writes what waits for the file, whose stream has this length. Gaps at
// the end of the stream are a hole too; where nothing but gaps is, there is no file.
func (s *Streams) Finish(f *StreamFile, name StreamName, length uint64) {
	s.finish(&f.file, name, length)
}

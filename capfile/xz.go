package capfile

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"hash"
	"hash/crc32"
	"hash/crc64"
	"io"
	"runtime"

	"github.com/ulikunitz/xz/lzma"
)

// An xzReader reads .xz streams (file format 1.2.1, LZMA2 alone, as xz writes by
// default). It reads the containers itself and leaves only LZMA2 to the library,
// whose own container reader allocates any dictionary that a block asks for.
type xzReader struct {
	r     *bufio.Reader
	in    int64 // bytes of the stream consumed
	check byte  // kind of check, from the stream header
	block io.Reader
	sum   hash.Hash
	begin int64  // where the block's data begins
	count uint64 // blocks of the stream
	dead  int    // bytes of dictionaries that nothing needs any more
	dict  int    // bytes of the present one
	err   error
}

var (
	errXZ       = errors.New("xz: not what the format prescribes")
	errXZFilter = errors.New("xz: filters other than LZMA2 are not supported")
)

// checkSizes are the bytes of each kind of check.
var checkSizes = [16]int{0, 4, 4, 4, 8, 8, 8, 16, 16, 16, 32, 32, 32, 64, 64, 64}

func newXZ(r io.Reader) (*xzReader, error) {
	z := &xzReader{r: bufio.NewReaderSize(r, xzAhead)}
	if err := z.streamHeader(); err != nil {
		return nil, err
	}
	return z, z.nextBlock()
}

// ReadByte, fill and xzBody count what they read: padding depends on it.
func (z *xzReader) ReadByte() (byte, error) {
	b, err := z.r.ReadByte()
	if err == nil {
		z.in++
	}
	return b, err
}

// An xzBody is the compressed stream, for LZMA2 to read a block's data from.
type xzBody struct{ *xzReader }

func (z xzBody) Read(b []byte) (int, error) {
	n, err := z.r.Read(b)
	z.in += int64(n)
	return n, err
}

func (z *xzReader) fill(b []byte) error {
	n, err := io.ReadFull(z.r, b)
	z.in += int64(n)
	if err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	return err
}

// Read returns decompressed bytes, of one stream after the other.
func (z *xzReader) Read(b []byte) (int, error) {
	for z.err == nil {
		n, err := z.block.Read(b)
		if n > 0 {
			z.sum.Write(b[:n])
			if err != io.EOF {
				z.err = err
			}
			return n, nil
		}
		switch err {
		case nil:
			continue
		case io.EOF:
			z.err = z.endBlock()
			if z.err == nil {
				z.err = z.nextBlock()
			}
		default:
			z.err = err
		}
	}
	return 0, z.err
}

func (z *xzReader) streamHeader() error {
	var h [12]byte
	if err := z.fill(h[:]); err != nil {
		return err
	}
	if string(h[:6]) != "\xfd7zXZ\x00" || h[6] != 0 || h[7] > 15 || crc32.ChecksumIEEE(h[6:8]) != binary.LittleEndian.Uint32(h[8:]) {
		return errXZ
	}
	z.check, z.count = h[7], 0
	return nil
}

// nextBlock goes to the data of the next block, in this stream or the next.
func (z *xzReader) nextBlock() error {
	for {
		size, err := z.ReadByte()
		if err != nil {
			return io.ErrUnexpectedEOF
		}
		if size != 0 {
			return z.blockHeader(size)
		}
		if err := z.endStream(); err != nil {
			return err
		}
		if err := z.anotherStream(); err != nil {
			return err
		}
	}
}

// blockHeader reads the rest of a block's header. Its size counts words, itself included.
func (z *xzReader) blockHeader(size byte) error {
	h := make([]byte, (int(size)+1)*4)
	h[0] = size
	z.begin = z.in - 1
	if err := z.fill(h[1:]); err != nil {
		return err
	}
	body, sum := h[:len(h)-4], h[len(h)-4:]
	if crc32.ChecksumIEEE(body) != binary.LittleEndian.Uint32(sum) {
		return errXZ
	}
	flags, rest := body[1], bytes.NewReader(body[2:])
	if flags&0x3c != 0 {
		return errXZ
	}
	unpacked := uint64(maxWindow)
	for _, size := range []struct {
		present bool
		value   *uint64
	}{{flags&0x40 != 0, new(uint64)}, {flags&0x80 != 0, &unpacked}} {
		if size.present {
			v, err := binary.ReadUvarint(rest)
			if err != nil {
				return errXZ
			}
			*size.value = v
		}
	}
	var filter [3]byte
	if n, _ := rest.Read(filter[:]); n < 3 || flags&3 != 0 || filter[0] != 0x21 || filter[1] != 1 {
		return errXZFilter
	}
	dictionary, err := lzma.DecodeDictCap(filter[2])
	switch {
	case err != nil:
		return errXZ
	case dictionary > maxWindow:
		return ErrWindow
	}
	unpacked = min(unpacked, z.unpacked())
	dictionary = max(min(dictionary, int64(min(unpacked, maxWindow))), lzma.MinDictCap) // no larger than what it is for
	z.renew(int(dictionary))
	z.block, err = lzma.Reader2Config{DictCap: int(dictionary)}.NewReader2(xzBody{z})
	z.sum = newCheck(z.check)
	return err
}

// xzAhead is how far ahead of a block is looked for its end. A dictionary costs
// ten milliseconds and its room, and blocks of a few bytes could ask for one each.
const xzAhead = 64 << 10

// unpacked returns how many bytes the block has that begins here, as the headers
// of its chunks say, if it is a short one.
func (z *xzReader) unpacked() (size uint64) {
	b, _ := z.r.Peek(xzAhead)
	for len(b) >= 6 && b[0] != 0 {
		skip := 0
		switch control := b[0]; {
		case control >= 0x80: // compressed: two lengths, and properties in some
			size += uint64(control&0x1f)<<16 + uint64(b[1])<<8 + uint64(b[2]) + 1
			skip = 5 + int(b[3])<<8 + int(b[4]) + 1
			if control >= 0xc0 {
				skip++
			}
		default:
			n := int(b[1])<<8 + int(b[2]) + 1
			size += uint64(n)
			skip = 3 + n
		}
		b = b[min(skip, len(b)):]
	}
	if len(b) == 0 || b[0] != 0 {
		return maxWindow // it goes on
	}
	return size
}

// renew makes room for a dictionary where those before it may still lie.
func (z *xzReader) renew(dictionary int) {
	z.block = nil
	z.dead, z.dict = z.dead+z.dict, dictionary
	const enough = 32 << 20
	if z.dead > enough {
		runtime.GC()
		z.dead = 0
	}
}

// close lets go of the dictionary.
func (z *xzReader) close() { z.renew(0) }

func newCheck(kind byte) hash.Hash {
	switch kind {
	case 1:
		return crc32.NewIEEE()
	case 4:
		return crc64.New(crc64.MakeTable(crc64.ECMA))
	case 10:
		return sha256.New()
	}
	return noCheck{crc32.NewIEEE()}
}

// noCheck stands for the checks that are none or not known: they are not verified.
type noCheck struct{ hash.Hash }

func (noCheck) Write(b []byte) (int, error) { return len(b), nil }

// endBlock reads a block's padding and verifies its check.
func (z *xzReader) endBlock() error {
	var padding [3]byte
	if err := z.fill(padding[:(z.begin-z.in)&3]); err != nil {
		return err
	}
	if padding != [3]byte{} {
		return errXZ
	}
	var check [64]byte
	read := check[:checkSizes[z.check]]
	if err := z.fill(read); err != nil {
		return err
	}
	z.count++
	var same bool
	switch z.check {
	case 1, 4: // little-endian, where Sum is big-endian
		sum := z.sum.Sum(nil)
		for i, j := 0, len(sum)-1; i < j; i, j = i+1, j-1 {
			sum[i], sum[j] = sum[j], sum[i]
		}
		same = bytes.Equal(sum, read)
	case 10:
		same = bytes.Equal(z.sum.Sum(nil), read)
	default:
		same = true
	}
	if !same {
		return errors.New("xz: checksum differs")
	}
	return nil
}

// endStream reads the index, whose first byte is consumed, and the footer. The
// index repeats the sizes of the blocks, which their own checks have vouched for.
func (z *xzReader) endStream() error {
	begin, index := z.in-1, summed{z, crc32.NewIEEE()}
	index.sum.Write([]byte{0})
	records, err := binary.ReadUvarint(index)
	if err != nil {
		return io.ErrUnexpectedEOF
	}
	if records != z.count {
		return errXZ
	}
	for range 2 * records {
		if _, err := binary.ReadUvarint(index); err != nil {
			return io.ErrUnexpectedEOF
		}
	}
	for (begin-z.in)&3 != 0 {
		if _, err := index.ReadByte(); err != nil {
			return io.ErrUnexpectedEOF
		}
	}
	var tail [4 + 12]byte // the index's CRC, the footer
	if err := z.fill(tail[:]); err != nil {
		return err
	}
	footer := tail[4:]
	if binary.LittleEndian.Uint32(tail[:]) != index.sum.Sum32() ||
		binary.LittleEndian.Uint32(footer) != crc32.ChecksumIEEE(footer[4:10]) || footer[9] != z.check || string(footer[10:]) != "YZ" {
		return errXZ
	}
	return nil
}

// A summed reads the index and its checksum.
type summed struct {
	z   *xzReader
	sum hash.Hash32
}

func (s summed) ReadByte() (byte, error) {
	b, err := s.z.ReadByte()
	if err == nil {
		s.sum.Write([]byte{b})
	}
	return b, err
}

// anotherStream reads padding and the header of the next stream; io.EOF: there is none.
func (z *xzReader) anotherStream() error {
	for {
		word, err := z.r.Peek(4)
		switch {
		case len(word) == 0 && err == io.EOF:
			return io.EOF
		case len(word) < 4:
			return io.ErrUnexpectedEOF
		case binary.LittleEndian.Uint32(word) != 0:
			return z.streamHeader()
		}
		if err := z.fill(make([]byte, 4)); err != nil {
			return err
		}
	}
}

package fields

// SCTP chunk types (IANA, SCTP parameters).
const (
	chunkData             = 0
	chunkInit             = 1
	chunkInitAck          = 2
	chunkSack             = 3
	chunkHeartbeat        = 4
	chunkHeartbeatAck     = 5
	chunkAbort            = 6
	chunkShutdown         = 7
	chunkShutdownAck      = 8
	chunkError            = 9
	chunkCookie           = 10
	chunkCookieAck        = 11
	chunkCongestion       = 12
	chunkReduced          = 13
	chunkShutdownComplete = 14
	chunkAuth             = 15
	chunkNRSack           = 16
	chunkInterleaved      = 64
	chunkConfAck          = 128
	chunkDrop             = 129
	chunkReconfig         = 130
	chunkPad              = 132
	chunkForward          = 192
	chunkConf             = 193
	chunkIForward         = 194
)

// sctp reads the common header and the chunks.
func (w *walk) sctp(at int) {
	const header = 12
	r, b := w.row, w.from(at)
	if len(b) < 4 {
		return
	}
	r.Uint(sctpSrcPort, be16(b))
	r.Uint(sctpDstPort, be16(b[2:]))
	if len(b) < header {
		return
	}
	r.Uint(sctpTag, be32(b[4:]))
	r.Uint(sctpChecksum, be32(b[8:]))
	for at += header; ; {
		b := w.from(at)
		if len(b) < 4 {
			return
		}
		n := int(be16(b[2:]))
		w.sctpChunkHead(b)
		if n < 4 {
			return
		}
		w.sctpChunk(at, upTo(b, n))
		end := (n + 3) &^ 3
		if end > n && end <= len(b) {
			r.Bytes(sctpChunkPadding, at+n, end-n)
		}
		at += end
	}
}

func (w *walk) sctpChunkHead(b []byte) {
	r := w.row
	r.Uint(sctpChunkType, uint64(b[0]))
	r.Uint(sctpChunkBit1, uint64(b[0]>>7))
	r.Uint(sctpChunkBit2, uint64(b[0]>>6&1))
	r.Uint(sctpChunkFlags, uint64(b[1]))
	r.Uint(sctpChunkLength, be16(b[2:]))
}

// sctpChunk reads what a chunk has behind its head. It is b, as far as it is
// there, and begins at at.
func (w *walk) sctpChunk(at int, b []byte) {
	r, flags := w.row, uint64(b[1])
	switch b[0] {
	case chunkData, chunkInterleaved:
		w.sctpData(b)
	case chunkInit:
		w.sctpInit(at, b, sctpInitTag)
	case chunkInitAck:
		w.sctpInit(at, b, sctpInitAckTag)
	case chunkSack:
		w.sctpSack(b)
	case chunkNRSack:
		w.sctpNRSack(b)
	case chunkHeartbeat, chunkHeartbeatAck, chunkReconfig:
		w.sctpParams(at, 4, b)
	case chunkAbort:
		r.Uint(sctpAbortT, flags&1)
		w.sctpCauses(at, 4, b)
	case chunkError:
		w.sctpCauses(at, 4, b)
	case chunkShutdown:
		w.number32(sctpShutdownTSN, b, 4)
	case chunkCongestion:
		w.number32(sctpEchoTSN, b, 4)
	case chunkReduced:
		w.number32(sctpReducedTSN, b, 4)
	case chunkShutdownComplete:
		r.Uint(sctpCompleteT, flags&1)
	case chunkCookie:
		w.rest(sctpCookie, at, 4, b)
	case chunkAuth:
		w.sctpAuth(at, b)
	case chunkConf:
		w.number32(sctpConfSeq, b, 4)
		w.sctpParams(at, 8, b)
	case chunkConfAck:
		w.number32(sctpConfAckSeq, b, 4)
		w.sctpParams(at, 8, b)
	case chunkDrop:
		w.sctpDrop(at, b)
	case chunkPad:
		w.rest(sctpPadData, at, 4, b)
	case chunkForward:
		w.sctpForward(b)
	case chunkIForward:
		w.sctpInterleavedForward(b)
	case chunkShutdownAck, chunkCookieAck:
	default:
		w.rest(sctpChunkValue, at, 4, b)
	}
}

// number32 writes the four bytes at off, where they are there.
func (w *walk) number32(field int, b []byte, off int) {
	if off+4 <= len(b) {
		w.row.Uint(field, be32(b[off:]))
	}
}

// rest writes what b, which begins at at, has from off on.
func (w *walk) rest(field, at, off int, b []byte) {
	if off < len(b) {
		w.row.Bytes(field, at+off, len(b)-off)
	}
}

// sctpData reads the head of data, interleaved (RFC 8260) or not.
func (w *walk) sctpData(b []byte) {
	const plain, interleaved, first = 16, 20, 1
	r, v := w.row, uint64(b[1])
	size := plain
	if b[0] == chunkInterleaved {
		size = interleaved
	}
	if len(b) < size {
		return
	}
	r.Uint(sctpDataI, bit(v, 3))
	r.Uint(sctpDataU, bit(v, 2))
	r.Uint(sctpDataB, bit(v, first))
	r.Uint(sctpDataE, bit(v, 0))
	r.Uint(sctpTSN, be32(b[4:]))
	r.Uint(sctpStream, be16(b[8:]))
	if b[0] == chunkData {
		r.Uint(sctpStreamSeq, be16(b[10:]))
		r.Uint(sctpPayloadProto, be32(b[12:]))
		return
	}
	r.Uint(sctpDataReserved, be16(b[10:]))
	r.Uint(sctpMessage, be32(b[12:]))
	if bit(v, first) == 1 {
		r.Uint(sctpPayloadProto, be32(b[16:]))
	} else {
		r.Uint(sctpFragmentSeq, be32(b[16:]))
	}
}

// sctpInit reads an init or its acknowledgement, whose fields begin with the given one.
func (w *walk) sctpInit(at int, b []byte, field int) {
	if len(b) < 20 {
		return
	}
	r := w.row
	r.Uint(field, be32(b[4:]))
	r.Uint(field+1, be32(b[8:]))
	r.Uint(field+2, be16(b[12:]))
	r.Uint(field+3, be16(b[14:]))
	r.Uint(field+4, be32(b[16:]))
	w.sctpParams(at, 20, b)
}

func (w *walk) sctpSack(b []byte) {
	if len(b) < 16 {
		return
	}
	r, gaps, duplicates := w.row, int(be16(b[12:])), int(be16(b[14:]))
	r.Uint(sctpSackNonce, uint64(b[1]&1))
	r.Uint(sctpSackTSN, be32(b[4:]))
	r.Uint(sctpSackWindow, be32(b[8:]))
	r.Uint(sctpSackGaps, uint64(gaps))
	r.Uint(sctpSackDuplicates, uint64(duplicates))
	b = w.sctpBlocks(sctpGapStart, sctpGapEnd, b[16:], gaps)
	w.sctpNumbers(sctpDuplicate, b, duplicates)
}

func (w *walk) sctpNRSack(b []byte) {
	if len(b) < 20 {
		return
	}
	r, gaps, final, duplicates := w.row, int(be16(b[12:])), int(be16(b[14:])), int(be16(b[16:]))
	r.Uint(sctpNRNonce, uint64(b[1]&1))
	r.Uint(sctpNRTSN, be32(b[4:]))
	r.Uint(sctpNRWindow, be32(b[8:]))
	r.Uint(sctpNRGaps, uint64(gaps))
	r.Uint(sctpNRFinal, uint64(final))
	r.Uint(sctpNRDuplicates, uint64(duplicates))
	r.Uint(sctpNRReserved, be16(b[18:]))
	b = w.sctpBlocks(sctpNRGapStart, sctpNRGapEnd, b[20:], gaps)
	b = w.sctpBlocks(sctpNRFinalStart, sctpNRFinalEnd, b, final)
	w.sctpNumbers(sctpNRDuplicate, b, duplicates)
}

// sctpBlocks reads n blocks, as far as they are there, and returns what follows.
func (w *walk) sctpBlocks(start, end int, b []byte, n int) []byte {
	for ; n > 0 && len(b) >= 4; n-- {
		w.row.Uint(start, be16(b))
		w.row.Uint(end, be16(b[2:]))
		b = b[4:]
	}
	return b
}

func (w *walk) sctpNumbers(field int, b []byte, n int) {
	for ; n > 0 && len(b) >= 4; n-- {
		w.row.Uint(field, be32(b))
		b = b[4:]
	}
}

func (w *walk) sctpAuth(at int, b []byte) {
	if len(b) < 8 {
		return
	}
	w.row.Uint(sctpKeyID, be16(b[4:]))
	w.row.Uint(sctpHMACID, be16(b[6:]))
	w.rest(sctpHMAC, at, 8, b)
}

func (w *walk) sctpDrop(at int, b []byte) {
	if len(b) < 16 {
		return
	}
	r, v := w.row, uint64(b[1])
	r.Uint(sctpDropM, bit(v, 0))
	r.Uint(sctpDropB, bit(v, 1))
	r.Uint(sctpDropT, bit(v, 2))
	r.Uint(sctpDropBandwidth, be32(b[4:]))
	r.Uint(sctpDropQueue, be32(b[8:]))
	r.Uint(sctpDropLength, be16(b[12:]))
	r.Uint(sctpDropReserved, be16(b[14:]))
	w.rest(sctpDropData, at, 16, b)
}

func (w *walk) sctpForward(b []byte) {
	w.number32(sctpForwardTSN, b, 4)
	for b = b[min(8, len(b)):]; len(b) >= 4; b = b[4:] {
		w.row.Uint(sctpForwardStream, be16(b))
		w.row.Uint(sctpForwardSeq, be16(b[2:]))
	}
}

func (w *walk) sctpInterleavedForward(b []byte) {
	r := w.row
	w.number32(sctpIForwardTSN, b, 4)
	for b = b[min(8, len(b)):]; len(b) >= 8; b = b[8:] {
		flags := be16(b[2:])
		r.Uint(sctpIForwardStream, be16(b))
		r.Uint(sctpIForwardFlags, flags)
		r.Uint(sctpIForwardReserved, flags>>1)
		r.Uint(sctpIForwardU, flags&1)
		r.Uint(sctpForwardMessage, be32(b[4:]))
	}
}

package fields

// radiotapSizes are alignment and size of each field, by the bit that announces
// it; where the size is 0 no field is known, and none behind it can be found.
var radiotapSizes = [32][2]uint8{
	{8, 8}, {1, 1}, {1, 1}, {2, 4}, {2, 2}, {1, 1}, {1, 1}, {2, 2}, {2, 2}, {2, 2}, {1, 1}, {1, 1}, {1, 1}, {1, 1}, {2, 2}, {2, 2},
	{1, 1}, {1, 1}, {4, 8}, {1, 3}, {4, 8}, {2, 12}, {8, 12}, {2, 12}, {2, 12}, {2, 6}, {1, 1}, {2, 4},
}

// radiotap reads a radiotap header, little endian throughout: words that say
// which fields are present, and the fields.
func (w *walk) radiotap(at int) {
	const fixed, more = 4, 31
	r, b := w.row, w.from(at)
	if len(b) < fixed {
		return
	}
	r.Uint(radiotapVersion, uint64(b[0]))
	r.Uint(radiotapPad, uint64(b[1]))
	r.Uint(radiotapLength, le16(b[2:]))
	b = upTo(b, int(le16(b[2:])))
	end := fixed
	for {
		if end+4 > len(b) {
			return
		}
		v := le32(b[end:])
		r.Uint(radiotapPresent, v)
		w.truths(radiotapHas, v, radiotapHasBits[:])
		end += 4
		if bit(v, more) == 0 {
			break
		}
	}
	w.radiotapWords(b, fixed, end)
}

// truths writes the bits of v that are listed, one field each from the first on.
func (w *walk) truths(first int, v uint64, bits []uint8) {
	for i, n := range bits {
		w.row.Uint(first+i, bit(v, uint(n)))
	}
}

// radiotapWords reads the fields that the words from word to end announce.
// They stand behind the words, each at a multiple of its alignment. Behind
// the first word others count only where they are radiotap's again.
func (w *walk) radiotapWords(b []byte, word, end int) {
	const lastField, again, more = 28, 29, 31
	off := end
	for ; word < end; word += 4 {
		v := le32(b[word:])
		for n := range uint(lastField) {
			if bit(v, n) == 0 {
				continue
			}
			align, size := int(radiotapSizes[n][0]), int(radiotapSizes[n][1])
			off = (off + align - 1) &^ (align - 1)
			if size == 0 || off+size > len(b) {
				return
			}
			w.radiotapValue(n, b[off:off+size])
			off += size
		}
		if bit(v, lastField) == 1 || bit(v, again) == 0 || bit(v, more) == 0 {
			return
		}
	}
}

// radiotapValue reads the field that a bit announces. (The data rate, half
// megabits, is a number with a fraction in Wireshark, which records have not.)
func (w *walk) radiotapValue(n uint, b []byte) {
	const checkSequence = 0x10
	r := w.row
	switch n {
	case 0:
		r.Uint(radiotapTime, le64(b))
	case 1:
		r.Uint(radiotapFlags, uint64(b[0]))
		if b[0]&checkSequence != 0 {
			w.endAt(w.announced - 4)
		}
		w.truths(radiotapFlag, uint64(b[0]), radiotapFlagBits[:])
	case 3:
		r.Uint(radiotapFrequency, le16(b))
		r.Uint(radiotapChannel, le16(b[2:]))
		w.truths(radiotapChannelFlag, le16(b[2:]), radiotapChannelFlagBits[:])
	case 4:
		r.Uint(radiotapHopSet, uint64(b[0]))
		r.Uint(radiotapHopPattern, uint64(b[1]))
	case 5:
		r.Uint(radiotapSignal, uint64(int8(b[0])))
	case 6:
		r.Uint(radiotapNoise, uint64(int8(b[0])))
	case 7:
		r.Uint(radiotapQuality, le16(b))
	case 8:
		r.Uint(radiotapAttenuation, le16(b))
	case 9:
		r.Uint(radiotapAttenuationDB, le16(b))
	case 10:
		r.Uint(radiotapPower, uint64(int8(b[0])))
	case 11:
		r.Uint(radiotapAntenna, uint64(b[0]))
	case 12:
		r.Uint(radiotapSignalDB, uint64(b[0]))
	case 13:
		r.Uint(radiotapNoiseDB, uint64(b[0]))
	case 14:
		r.Uint(radiotapReceive, le16(b))
		r.Uint(radiotapBadPLCP, bit(le16(b), 1))
	case 15:
		r.Uint(radiotapTransmit, le16(b))
	case 17:
		r.Uint(radiotapRetries, uint64(b[0]))
	case 18:
		r.Uint(radiotapXChannel, uint64(b[6]))
		r.Uint(radiotapXFrequency, le16(b[4:]))
		r.Uint(radiotapXFlags, le32(b))
		w.truths(radiotapXFlag, le32(b), radiotapXFlagBits[:])
	case 19:
		w.radiotapMCS(b)
	case 20:
		r.Uint(radiotapAggregate, le32(b))
		r.Uint(radiotapAggregateFlags, le16(b[4:]))
		w.truths(radiotapAggregateFlag, le16(b[4:]), radiotapAggregateFlagBits[:])
	}
}

// radiotapMCS reads what is known of modulation and coding (IEEE 802.11n).
func (w *walk) radiotapMCS(b []byte) {
	const bandwidth, index, guard, format, correction, blocks = 0, 1, 2, 3, 4, 5
	r, known, v := w.row, uint64(b[0]), uint64(b[1])
	r.Uint(radiotapMCSKnown, known)
	w.truths(radiotapMCSHas, known, radiotapMCSHasBits[:])
	if bit(known, bandwidth) == 1 {
		r.Uint(radiotapMCSBandwidth, v&3)
	}
	if bit(known, guard) == 1 {
		r.Uint(radiotapMCSGuard, bit(v, 2))
	}
	if bit(known, format) == 1 {
		r.Uint(radiotapMCSFormat, bit(v, 3))
	}
	if bit(known, correction) == 1 {
		r.Uint(radiotapMCSCorrection, bit(v, 4))
	}
	if bit(known, blocks) == 1 {
		r.Uint(radiotapMCSBlocks, v>>5&3)
	}
	if bit(known, index) == 1 {
		r.Uint(radiotapMCSIndex, uint64(b[2]))
	}
}

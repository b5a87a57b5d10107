package fields

import "github.com/pcappipe/pcappipe/record"

// Places in radiotapLayer. Its values are read in radiotap.go.
const (
	radiotapVersion = iota
	radiotapPad
	radiotapLength
	radiotapPresent
	radiotapHas
	radiotapHas1
	radiotapHas2
	radiotapHas3
	radiotapHas4
	radiotapHas5
	radiotapHas6
	radiotapHas7
	radiotapHas8
	radiotapHas9
	radiotapHas10
	radiotapHas11
	radiotapHas12
	radiotapHas13
	radiotapHas14
	radiotapHas15
	radiotapHas16
	radiotapHas17
	radiotapHas18
	radiotapHas19
	radiotapHas20
	radiotapHas21
	radiotapHas22
	radiotapHas23
	radiotapHas24
	radiotapHas25
	radiotapHas26
	radiotapHas27
	radiotapHas28
	radiotapTime
	radiotapFlags
	radiotapFlag
	radiotapFlag1
	radiotapFlag2
	radiotapFlag3
	radiotapFlag4
	radiotapFlag5
	radiotapFlag6
	radiotapFlag7
	radiotapFrequency
	radiotapChannel
	radiotapChannelFlag
	radiotapChannelFlag1
	radiotapChannelFlag2
	radiotapChannelFlag3
	radiotapChannelFlag4
	radiotapChannelFlag5
	radiotapChannelFlag6
	radiotapChannelFlag7
	radiotapChannelFlag8
	radiotapChannelFlag9
	radiotapChannelFlag10
	radiotapChannelFlag11
	radiotapChannelFlag12
	radiotapChannelFlag13
	radiotapChannelFlag14
	radiotapHopSet
	radiotapHopPattern
	radiotapSignal
	radiotapNoise
	radiotapQuality
	radiotapAttenuation
	radiotapAttenuationDB
	radiotapPower
	radiotapAntenna
	radiotapSignalDB
	radiotapNoiseDB
	radiotapReceive
	radiotapBadPLCP
	radiotapTransmit
	radiotapRetries
	radiotapXChannel
	radiotapXFrequency
	radiotapXFlags
	radiotapXFlag
	radiotapXFlag1
	radiotapXFlag2
	radiotapXFlag3
	radiotapXFlag4
	radiotapXFlag5
	radiotapXFlag6
	radiotapXFlag7
	radiotapXFlag8
	radiotapXFlag9
	radiotapXFlag10
	radiotapXFlag11
	radiotapXFlag12
	radiotapXFlag13
	radiotapXFlag14
	radiotapMCSKnown
	radiotapMCSHas
	radiotapMCSHas1
	radiotapMCSHas2
	radiotapMCSHas3
	radiotapMCSHas4
	radiotapMCSHas5
	radiotapMCSHas6
	radiotapMCSBandwidth
	radiotapMCSGuard
	radiotapMCSFormat
	radiotapMCSCorrection
	radiotapMCSBlocks
	radiotapMCSIndex
	radiotapAggregate
	radiotapAggregateFlags
	radiotapAggregateFlag
	radiotapAggregateFlag1
	radiotapAggregateFlag2
	radiotapAggregateFlag3
	radiotapAggregateFlag4
	radiotapAggregateFlag5
	radiotapAggregateFlag6
)

var radiotapLayer = record.Layer{Key: "radiotap", Fields: []record.Field{
	radiotapVersion:        one("radiotap.version", record.Uint, "radiotap.org", "version"),
	radiotapPad:            one("radiotap.pad", record.Uint, "radiotap.org", "padding"),
	radiotapLength:         in("bytes", one("radiotap.length", record.Uint, "radiotap.org", "length of the header")),
	radiotapPresent:        many("radiotap.present.word", record.Uint, "radiotap.org", "which fields are present"),
	radiotapHas:            many("radiotap.present.tsft", record.Bool, "radiotap.org", "present: time"),
	radiotapHas1:           many("radiotap.present.flags", record.Bool, "radiotap.org", "present: flags"),
	radiotapHas2:           many("radiotap.present.rate", record.Bool, "radiotap.org", "present: rate"),
	radiotapHas3:           many("radiotap.present.channel", record.Bool, "radiotap.org", "present: channel"),
	radiotapHas4:           many("radiotap.present.fhss", record.Bool, "radiotap.org", "present: fhss"),
	radiotapHas5:           many("radiotap.present.dbm_antsignal", record.Bool, "radiotap.org", "present: dbm antsignal"),
	radiotapHas6:           many("radiotap.present.dbm_antnoise", record.Bool, "radiotap.org", "present: dbm antnoise"),
	radiotapHas7:           many("radiotap.present.lock_quality", record.Bool, "radiotap.org", "present: lock quality"),
	radiotapHas8:           many("radiotap.present.tx_attenuation", record.Bool, "radiotap.org", "present: tx attenuation"),
	radiotapHas9:           many("radiotap.present.db_tx_attenuation", record.Bool, "radiotap.org", "present: db tx attenuation"),
	radiotapHas10:          many("radiotap.present.dbm_tx_power", record.Bool, "radiotap.org", "present: dbm tx power"),
	radiotapHas11:          many("radiotap.present.antenna", record.Bool, "radiotap.org", "present: antenna"),
	radiotapHas12:          many("radiotap.present.db_antsignal", record.Bool, "radiotap.org", "present: db antsignal"),
	radiotapHas13:          many("radiotap.present.db_antnoise", record.Bool, "radiotap.org", "present: db antnoise"),
	radiotapHas14:          many("radiotap.present.rxflags", record.Bool, "radiotap.org", "present: rxflags"),
	radiotapHas15:          many("radiotap.present.txflags", record.Bool, "radiotap.org", "present: txflags"),
	radiotapHas16:          many("radiotap.present.data_retries", record.Bool, "radiotap.org", "present: data retries"),
	radiotapHas17:          many("radiotap.present.xchannel", record.Bool, "radiotap.org", "present: xchannel"),
	radiotapHas18:          many("radiotap.present.mcs", record.Bool, "radiotap.org", "present: mcs"),
	radiotapHas19:          many("radiotap.present.ampdu", record.Bool, "radiotap.org", "present: ampdu"),
	radiotapHas20:          many("radiotap.present.vht", record.Bool, "radiotap.org", "present: vht"),
	radiotapHas21:          many("radiotap.present.timestamp", record.Bool, "radiotap.org", "present: timestamp"),
	radiotapHas22:          many("radiotap.present.he", record.Bool, "radiotap.org", "present: he"),
	radiotapHas23:          many("radiotap.present.he_mu", record.Bool, "radiotap.org", "present: he mu"),
	radiotapHas24:          many("radiotap.present.0_length.psdu", record.Bool, "radiotap.org", "present: 0 length psdu"),
	radiotapHas25:          many("radiotap.present.l_sig", record.Bool, "radiotap.org", "present: l sig"),
	radiotapHas26:          many("radiotap.present.rtap_ns", record.Bool, "radiotap.org", "present: what follows is radiotap's again"),
	radiotapHas27:          many("radiotap.present.vendor_ns", record.Bool, "radiotap.org", "present: what follows is a vendor's"),
	radiotapHas28:          many("radiotap.present.ext", record.Bool, "radiotap.org", "present: another word follows"),
	radiotapTime:           in("microseconds", many("radiotap.mactime", record.Uint, "radiotap.org", "time on the radio's clock")),
	radiotapFlags:          many("radiotap.flags", record.Uint, "radiotap.org", "flags, as they stand in the header"),
	radiotapFlag:           many("radiotap.flags.cfp", record.Bool, "radiotap.org", "sent in the contention free period"),
	radiotapFlag1:          many("radiotap.flags.preamble", record.Bool, "radiotap.org", "short preamble"),
	radiotapFlag2:          many("radiotap.flags.wep", record.Bool, "radiotap.org", "encrypted with WEP"),
	radiotapFlag3:          many("radiotap.flags.frag", record.Bool, "radiotap.org", "fragment"),
	radiotapFlag4:          many("radiotap.flags.fcs", record.Bool, "radiotap.org", "a check sequence ends the frame"),
	radiotapFlag5:          many("radiotap.flags.datapad", record.Bool, "radiotap.org", "the header is filled up to 4 bytes"),
	radiotapFlag6:          many("radiotap.flags.badfcs", record.Bool, "radiotap.org", "the check sequence is wrong"),
	radiotapFlag7:          many("radiotap.flags.shortgi", record.Bool, "radiotap.org", "short guard interval"),
	radiotapFrequency:      in("MHz", many("radiotap.channel.freq", record.Uint, "radiotap.org", "frequency")),
	radiotapChannel:        many("radiotap.channel.flags", record.Uint, "radiotap.org", "channel: flags"),
	radiotapChannelFlag:    many("radiotap.channel.flags.700mhz", record.Bool, "radiotap.org", "channel: 700mhz"),
	radiotapChannelFlag1:   many("radiotap.channel.flags.800mhz", record.Bool, "radiotap.org", "channel: 800mhz"),
	radiotapChannelFlag2:   many("radiotap.channel.flags.900mhz", record.Bool, "radiotap.org", "channel: 900mhz"),
	radiotapChannelFlag3:   many("radiotap.channel.flags.turbo", record.Bool, "radiotap.org", "channel: turbo"),
	radiotapChannelFlag4:   many("radiotap.channel.flags.cck", record.Bool, "radiotap.org", "channel: cck"),
	radiotapChannelFlag5:   many("radiotap.channel.flags.ofdm", record.Bool, "radiotap.org", "channel: ofdm"),
	radiotapChannelFlag6:   many("radiotap.channel.flags.2ghz", record.Bool, "radiotap.org", "channel: 2ghz"),
	radiotapChannelFlag7:   many("radiotap.channel.flags.5ghz", record.Bool, "radiotap.org", "channel: 5ghz"),
	radiotapChannelFlag8:   many("radiotap.channel.flags.passive", record.Bool, "radiotap.org", "channel: passive"),
	radiotapChannelFlag9:   many("radiotap.channel.flags.dynamic", record.Bool, "radiotap.org", "channel: dynamic"),
	radiotapChannelFlag10:  many("radiotap.channel.flags.gfsk", record.Bool, "radiotap.org", "channel: gfsk"),
	radiotapChannelFlag11:  many("radiotap.channel.flags.gsm", record.Bool, "radiotap.org", "channel: gsm"),
	radiotapChannelFlag12:  many("radiotap.channel.flags.sturbo", record.Bool, "radiotap.org", "channel: sturbo"),
	radiotapChannelFlag13:  many("radiotap.channel.flags.half", record.Bool, "radiotap.org", "channel: half"),
	radiotapChannelFlag14:  many("radiotap.channel.flags.quarter", record.Bool, "radiotap.org", "channel: quarter"),
	radiotapHopSet:         many("radiotap.fhss.hopset", record.Uint, "radiotap.org", "frequency hopping: set"),
	radiotapHopPattern:     many("radiotap.fhss.pattern", record.Uint, "radiotap.org", "frequency hopping: pattern"),
	radiotapSignal:         in("dBm", many("radiotap.dbm_antsignal", record.Int, "radiotap.org", "signal's strength")),
	radiotapNoise:          in("dBm", many("radiotap.dbm_antnoise", record.Int, "radiotap.org", "noise")),
	radiotapQuality:        many("radiotap.quality", record.Uint, "radiotap.org", "how well the code is locked"),
	radiotapAttenuation:    many("radiotap.txattenuation", record.Uint, "radiotap.org", "transmit power below the greatest"),
	radiotapAttenuationDB:  in("dB", many("radiotap.db_txattenuation", record.Uint, "radiotap.org", "transmit power below the greatest")),
	radiotapPower:          in("dBm", many("radiotap.txpower", record.Int, "radiotap.org", "transmit power")),
	radiotapAntenna:        many("radiotap.antenna", record.Uint, "radiotap.org", "antenna"),
	radiotapSignalDB:       in("dB", many("radiotap.db_antsignal", record.Uint, "radiotap.org", "signal's strength, from some point")),
	radiotapNoiseDB:        in("dB", many("radiotap.db_antnoise", record.Uint, "radiotap.org", "noise, from some point")),
	radiotapReceive:        many("radiotap.rxflags", record.Uint, "radiotap.org", "flags of receiving"),
	radiotapBadPLCP:        many("radiotap.rxflags.badplcp", record.Bool, "radiotap.org", "the physical header's check failed"),
	radiotapTransmit:       many("radiotap.txflags", record.Uint, "radiotap.org", "flags of sending"),
	radiotapRetries:        many("radiotap.data_retries", record.Uint, "radiotap.org", "how often it was sent again"),
	radiotapXChannel:       many("radiotap.xchannel.channel", record.Uint, "radiotap.org", "extended channel: number"),
	radiotapXFrequency:     in("MHz", many("radiotap.xchannel.freq", record.Uint, "radiotap.org", "extended channel: frequency")),
	radiotapXFlags:         many("radiotap.xchannel.flags", record.Uint, "radiotap.org", "extended channel: flags"),
	radiotapXFlag:          many("radiotap.xchannel.flags.turbo", record.Bool, "radiotap.org", "extended channel: turbo"),
	radiotapXFlag1:         many("radiotap.xchannel.flags.cck", record.Bool, "radiotap.org", "extended channel: cck"),
	radiotapXFlag2:         many("radiotap.xchannel.flags.ofdm", record.Bool, "radiotap.org", "extended channel: ofdm"),
	radiotapXFlag3:         many("radiotap.xchannel.flags.2ghz", record.Bool, "radiotap.org", "extended channel: 2ghz"),
	radiotapXFlag4:         many("radiotap.xchannel.flags.5ghz", record.Bool, "radiotap.org", "extended channel: 5ghz"),
	radiotapXFlag5:         many("radiotap.channel.xtype.passive", record.Bool, "radiotap.org", "extended channel: passive"),
	radiotapXFlag6:         many("radiotap.xchannel.flags.dynamic", record.Bool, "radiotap.org", "extended channel: dynamic"),
	radiotapXFlag7:         many("radiotap.xchannel.flags.gfsk", record.Bool, "radiotap.org", "extended channel: gfsk"),
	radiotapXFlag8:         many("radiotap.xchannel.flags.gsm", record.Bool, "radiotap.org", "extended channel: gsm"),
	radiotapXFlag9:         many("radiotap.xchannel.flags.sturbo", record.Bool, "radiotap.org", "extended channel: sturbo"),
	radiotapXFlag10:        many("radiotap.xchannel.flags.half", record.Bool, "radiotap.org", "extended channel: half"),
	radiotapXFlag11:        many("radiotap.xchannel.flags.quarter", record.Bool, "radiotap.org", "extended channel: quarter"),
	radiotapXFlag12:        many("radiotap.xchannel.flags.ht20", record.Bool, "radiotap.org", "extended channel: ht20"),
	radiotapXFlag13:        many("radiotap.xchannel.flags.ht40u", record.Bool, "radiotap.org", "extended channel: ht40u"),
	radiotapXFlag14:        many("radiotap.xchannel.flags.ht40d", record.Bool, "radiotap.org", "extended channel: ht40d"),
	radiotapMCSKnown:       many("radiotap.mcs.known", record.Uint, "radiotap.org", "modulation and coding: what is known"),
	radiotapMCSHas:         many("radiotap.mcs.have_bw", record.Bool, "radiotap.org", "modulation and coding: bandwidth is known"),
	radiotapMCSHas1:        many("radiotap.mcs.have_index", record.Bool, "radiotap.org", "modulation and coding: index is known"),
	radiotapMCSHas2:        many("radiotap.mcs.have_gi", record.Bool, "radiotap.org", "modulation and coding: guard interval is known"),
	radiotapMCSHas3:        many("radiotap.mcs.have_format", record.Bool, "radiotap.org", "modulation and coding: format is known"),
	radiotapMCSHas4:        many("radiotap.mcs.have_fec", record.Bool, "radiotap.org", "modulation and coding: error correction is known"),
	radiotapMCSHas5:        many("radiotap.mcs.have_stbc", record.Bool, "radiotap.org", "modulation and coding: space-time blocks are known"),
	radiotapMCSHas6:        many("radiotap.mcs.have_ness", record.Bool, "radiotap.org", "modulation and coding: extension streams are known"),
	radiotapMCSBandwidth:   many("radiotap.mcs.bw", record.Uint, "radiotap.org", "modulation and coding: bandwidth"),
	radiotapMCSGuard:       many("radiotap.mcs.gi", record.Uint, "radiotap.org", "modulation and coding: guard interval"),
	radiotapMCSFormat:      many("radiotap.mcs.format", record.Uint, "radiotap.org", "modulation and coding: format"),
	radiotapMCSCorrection:  many("radiotap.mcs.fec", record.Uint, "radiotap.org", "modulation and coding: error correction"),
	radiotapMCSBlocks:      many("radiotap.mcs.stbc", record.Uint, "radiotap.org", "modulation and coding: streams of space-time blocks"),
	radiotapMCSIndex:       many("radiotap.mcs.index", record.Uint, "radiotap.org", "modulation and coding: index"),
	radiotapAggregate:      many("radiotap.ampdu.reference", record.Uint, "radiotap.org", "A-MPDU: number"),
	radiotapAggregateFlags: many("radiotap.ampdu.flags", record.Uint, "radiotap.org", "A-MPDU: flags"),
	radiotapAggregateFlag:  many("radiotap.ampdu.flags.report_zerolen", record.Bool, "radiotap.org", "A-MPDU: report zerolen"),
	radiotapAggregateFlag1: many("radiotap.ampdu.flags.is_zerolen", record.Bool, "radiotap.org", "A-MPDU: is zerolen"),
	radiotapAggregateFlag2: many("radiotap.ampdu.flags.lastknown", record.Bool, "radiotap.org", "A-MPDU: lastknown"),
	radiotapAggregateFlag3: many("radiotap.ampdu.flags.last", record.Bool, "radiotap.org", "A-MPDU: last"),
	radiotapAggregateFlag4: many("radiotap.ampdu.flags.delim_crc_error", record.Bool, "radiotap.org", "A-MPDU: delim crc error"),
	radiotapAggregateFlag5: many("radiotap.ampdu.flags.eof", record.Bool, "radiotap.org", "A-MPDU: eof"),
	radiotapAggregateFlag6: many("radiotap.ampdu.flags.eof_known", record.Bool, "radiotap.org", "A-MPDU: eof known"),
}}

// Which bits of their words the truth values stand for that begin with these fields.
var (
	radiotapHasBits           = [...]uint8{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 17, 18, 19, 20, 21, 22, 23, 24, 26, 27, 29, 30, 31}
	radiotapFlagBits          = [...]uint8{0, 1, 2, 3, 4, 5, 6, 7}
	radiotapChannelFlagBits   = [...]uint8{0, 1, 2, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}
	radiotapXFlagBits         = [...]uint8{4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18}
	radiotapMCSHasBits        = [...]uint8{0, 1, 2, 3, 4, 5, 6}
	radiotapAggregateFlagBits = [...]uint8{0, 1, 2, 3, 4, 6, 7}
)

package fields

import "github.com/pcappipe/pcappipe/record"

// Places in mobilityLayer.
const (
	mip6Proto = iota
	mip6HLen
	mip6Type
	mip6Reserved
	mip6Checksum
	mip6HoTICookie
	mip6CoTICookie
	mip6HoTIndex
	mip6HoTCookie
	mip6HoTToken
	mip6CoTIndex
	mip6CoTCookie
	mip6BUSeq
	mip6BUA
	mip6BUH
	mip6BUL
	mip6BUK
	mip6BUM
	mip6BUR
	mip6BUP
	mip6BUF
	mip6BUT
	mip6BUB
	mip6BULifetime
	mip6BAStatus
	mip6BAK
	mip6BAR
	mip6BAP
	mip6BAT
	mip6BAB
	mip6BASeq
	mip6BALifetime
	mip6BEStatus
	mip6BEHome
	mip6Refresh
	mip6CareOf
	mip6HomeNonce
	mip6CareOfNonce
	mip6Auth
)

var mobilityLayer = record.Layer{Key: "mip6", Fields: []record.Field{
	mip6Proto:       one("mip6.proto", record.Uint, "RFC 6275, 6.1.1", "payload protocol"),
	mip6HLen:        in("8 bytes", one("mip6.hlen", record.Uint, "RFC 6275, 6.1.1", "length, the first 8 bytes not counted")),
	mip6Type:        one("mip6.mhtype", record.Uint, "RFC 6275, 6.1.1", "message type"),
	mip6Reserved:    one("mip6.reserved", record.Uint, "RFC 6275, 6.1.1", "reserved"),
	mip6Checksum:    one("mip6.csum", record.Uint, "RFC 6275, 6.1.1", "checksum"),
	mip6HoTICookie:  one("mip6.hoti.cookie", record.Uint, "RFC 6275, 6.1.3", "home test init: cookie"),
	mip6CoTICookie:  one("mip6.coti.cookie", record.Uint, "RFC 6275, 6.1.4", "care-of test init: cookie"),
	mip6HoTIndex:    one("mip6.hot.nindex", record.Uint, "RFC 6275, 6.1.5", "home test: nonce index"),
	mip6HoTCookie:   one("mip6.hot.cookie", record.Uint, "RFC 6275, 6.1.5", "home test: cookie"),
	mip6HoTToken:    one("mip6.hot.token", record.Uint, "RFC 6275, 6.1.5", "home or care-of test: keygen token"),
	mip6CoTIndex:    one("mip6.cot.nindex", record.Uint, "RFC 6275, 6.1.6", "care-of test: nonce index"),
	mip6CoTCookie:   one("mip6.cot.cookie", record.Uint, "RFC 6275, 6.1.6", "care-of test: cookie"),
	mip6BUSeq:       one("mip6.bu.seqnr", record.Uint, "RFC 6275, 6.1.7", "binding update: sequence number"),
	mip6BUA:         one("mip6.bu.a_flag", record.Bool, "RFC 6275, 6.1.7", "binding update: acknowledge"),
	mip6BUH:         one("mip6.bu.h_flag", record.Bool, "RFC 6275, 6.1.7", "binding update: home registration"),
	mip6BUL:         one("mip6.bu.l_flag", record.Bool, "RFC 6275, 6.1.7", "binding update: link-local address is compatible"),
	mip6BUK:         one("mip6.bu.k_flag", record.Bool, "RFC 6275, 6.1.7", "binding update: key management survives movement"),
	mip6BUM:         one("mip6.bu.m_flag", record.Bool, "RFC 4140, 4.1", "binding update: mobility anchor point"),
	mip6BUR:         one("mip6.nemo.bu.r_flag", record.Bool, "RFC 3963, 4.1", "binding update: mobile router"),
	mip6BUP:         one("mip6.bu.p_flag", record.Bool, "RFC 5213, 8.1", "binding update: proxy registration"),
	mip6BUF:         one("mip6.bu.f_flag", record.Bool, "RFC 5555, 3.1.3", "binding update: force UDP encapsulation"),
	mip6BUT:         one("mip6.bu.t_flag", record.Bool, "RFC 5845, 6.1", "binding update: TLV header format"),
	mip6BUB:         one("mip6.bu.b_flag", record.Bool, "RFC 6602, 5.1", "binding update: bulk"),
	mip6BULifetime:  in("4 seconds", one("mip6.bu.lifetime", record.Uint, "RFC 6275, 6.1.7", "binding update: lifetime")),
	mip6BAStatus:    one("mip6.ba.status", record.Uint, "RFC 6275, 6.1.8", "binding acknowledgement: status"),
	mip6BAK:         one("mip6.ba.k_flag", record.Bool, "RFC 6275, 6.1.8", "binding acknowledgement: key management survives movement"),
	mip6BAR:         one("mip6.nemo.ba.r_flag", record.Bool, "RFC 3963, 4.2", "binding acknowledgement: mobile router"),
	mip6BAP:         one("mip6.ba.p_flag", record.Bool, "RFC 5213, 8.2", "binding acknowledgement: proxy registration"),
	mip6BAT:         one("mip6.ba.t_flag", record.Bool, "RFC 5845, 6.2", "binding acknowledgement: TLV header format"),
	mip6BAB:         one("mip6.ba.b_flag", record.Bool, "RFC 6602, 5.2", "binding acknowledgement: bulk"),
	mip6BASeq:       one("mip6.ba.seqnr", record.Uint, "RFC 6275, 6.1.8", "binding acknowledgement: sequence number"),
	mip6BALifetime:  in("4 seconds", one("mip6.ba.lifetime", record.Uint, "RFC 6275, 6.1.8", "binding acknowledgement: lifetime")),
	mip6BEStatus:    one("mip6.be.status", record.Uint, "RFC 6275, 6.1.9", "binding error: status"),
	mip6BEHome:      one("mip6.be.haddr", record.Address, "RFC 6275, 6.1.9", "binding error: home address"),
	mip6Refresh:     in("4 seconds", many("mip6.bra.interval", record.Uint, "RFC 6275, 6.2.4", "binding refresh advice: interval")),
	mip6CareOf:      many("mip6.acoa.acoa", record.Address, "RFC 6275, 6.2.5", "alternate care-of address"),
	mip6HomeNonce:   many("mip6.ni.hni", record.Uint, "RFC 6275, 6.2.6", "home nonce index"),
	mip6CareOfNonce: many("mip6.ni.cni", record.Uint, "RFC 6275, 6.2.6", "care-of nonce index"),
	mip6Auth:        many("mip6.bad.auth", record.Bytes, "RFC 6275, 6.2.7", "binding authorization data: authenticator"),
}}

// Mobility header types (RFC 6275).
const (
	mobilityRefresh = iota
	mobilityHomeInit
	mobilityCareOfInit
	mobilityHomeTest
	mobilityCareOfTest
	mobilityUpdate
	mobilityAck
	mobilityError
)

func (w *walk) mobility(at int) {
	r, b := w.row, w.from(at)
	if len(b) < 6 {
		return
	}
	r.Uint(mip6Proto, uint64(b[0]))
	r.Uint(mip6HLen, uint64(b[1]))
	r.Uint(mip6Type, uint64(b[2]))
	r.Uint(mip6Reserved, uint64(b[3]))
	r.Uint(mip6Checksum, be16(b[4:]))
	b = upTo(b, 8*(int(b[1])+1))
	options := 0
	switch kind := b[2]; {
	case kind == mobilityRefresh:
		options = 8
	case kind == mobilityHomeInit && len(b) >= 16:
		r.Uint(mip6HoTICookie, be64(b[8:]))
		options = 16
	case kind == mobilityCareOfInit && len(b) >= 16:
		r.Uint(mip6CoTICookie, be64(b[8:]))
		options = 16
	case kind == mobilityHomeTest && len(b) >= 24:
		r.Uint(mip6HoTIndex, be16(b[6:]))
		r.Uint(mip6HoTCookie, be64(b[8:]))
		r.Uint(mip6HoTToken, be64(b[16:]))
		options = 24
	case kind == mobilityCareOfTest && len(b) >= 24:
		r.Uint(mip6CoTIndex, be16(b[6:]))
		r.Uint(mip6CoTCookie, be64(b[8:]))
		r.Uint(mip6HoTToken, be64(b[16:]))
		options = 24
	case kind == mobilityUpdate && len(b) >= 12:
		w.bindingUpdate(b)
		options = 12
	case kind == mobilityAck && len(b) >= 12:
		w.bindingAck(b)
		options = 12
	case kind == mobilityError && len(b) >= 24:
		r.Uint(mip6BEStatus, uint64(b[6]))
		r.Bytes(mip6BEHome, at+8, 16)
		options = 24
	}
	if options > 0 {
		w.mobilityOptions(at, options, b)
	}
}

func (w *walk) bindingUpdate(b []byte) {
	r, v := w.row, be16(b[8:])
	r.Uint(mip6BUSeq, be16(b[6:]))
	for i, field := range [...]int{mip6BUA, mip6BUH, mip6BUL, mip6BUK, mip6BUM, mip6BUR, mip6BUP, mip6BUF, mip6BUT, mip6BUB} {
		r.Uint(field, bit(v, uint(15-i)))
	}
	r.Uint(mip6BULifetime, be16(b[10:]))
}

func (w *walk) bindingAck(b []byte) {
	r, v := w.row, uint64(b[7])
	r.Uint(mip6BAStatus, uint64(b[6]))
	for i, field := range [...]int{mip6BAK, mip6BAR, mip6BAP, mip6BAT, mip6BAB} {
		r.Uint(field, bit(v, uint(7-i)))
	}
	r.Uint(mip6BASeq, be16(b[8:]))
	r.Uint(mip6BALifetime, be16(b[10:]))
}

// mobilityOptions reads the options of RFC 6275 that follow the message.
func (w *walk) mobilityOptions(at, off int, b []byte) {
	r := w.row
	const pad1, refresh, careOf, nonces, authorization = 0, 2, 3, 4, 5
	for off < len(b) {
		if b[off] == pad1 {
			off++
			continue
		}
		if off+2 > len(b) || off+2+int(b[off+1]) > len(b) {
			return
		}
		kind, n, body := b[off], int(b[off+1]), off+2
		switch {
		case kind == refresh && n == 2:
			r.Uint(mip6Refresh, be16(b[body:]))
		case kind == careOf && n == 16:
			r.Bytes(mip6CareOf, at+body, 16)
		case kind == nonces && n == 4:
			r.Uint(mip6HomeNonce, be16(b[body:]))
			r.Uint(mip6CareOfNonce, be16(b[body+2:]))
		case kind == authorization && n > 0:
			r.Bytes(mip6Auth, at+body, n)
		}
		off = body + n
	}
}

package fields

// Subtypes of 802.11 management frames.
const (
	wlanAssocRequest    = 0
	wlanAssocResponse   = 1
	wlanReassocRequest  = 2
	wlanReassocResponse = 3
	wlanProbeRequest    = 4
	wlanProbeResponse   = 5
	wlanBeaconFrame     = 8
	wlanDisassociation  = 10
	wlanAuthentication  = 11
	wlanDeauth          = 12
)

// wlanBody reads the body of a management frame: fields that its kind has
// (IEEE 802.11, 9.3.3), and elements.
func (w *walk) wlanBody(at int, b []byte, subtype uint64) {
	const header = 24
	r, body := w.row, b[header:]
	n := len(body)
	fixed := 0
	switch subtype {
	case wlanBeaconFrame, wlanProbeResponse:
		if fixed = 12; n >= fixed {
			r.Uint(wlanTimestamp, le64(body))
			r.Uint(wlanBeacon, le16(body[8:]))
			r.Uint(wlanCapabilities, le16(body[10:]))
		}
	case wlanProbeRequest:
	case wlanAssocRequest, wlanReassocRequest:
		if fixed = 4; n >= fixed {
			r.Uint(wlanCapabilities, le16(body))
			r.Uint(wlanListen, le16(body[2:]))
		}
		if subtype == wlanReassocRequest {
			if fixed = 10; n >= fixed {
				r.Bytes(wlanCurrentAP, at+header+4, 6)
			}
		}
	case wlanAssocResponse, wlanReassocResponse:
		if fixed = 6; n >= fixed {
			r.Uint(wlanCapabilities, le16(body))
			r.Uint(wlanStatus, le16(body[2:]))
			r.Uint(wlanAssociation, le16(body[4:])&0x3fff)
		}
	case wlanAuthentication:
		if fixed = 6; n >= fixed {
			r.Uint(wlanAlgorithm, le16(body))
			r.Uint(wlanAuthStep, le16(body[2:]))
			r.Uint(wlanStatus, le16(body[4:]))
		}
	case wlanDisassociation, wlanDeauth:
		if fixed = 2; n >= fixed {
			r.Uint(wlanReasonCode, le16(body))
		}
	default:
		return
	}
	if fixed < n {
		w.wlanElements(at+header+fixed, body[fixed:])
	}
}

// wlanElements reads the elements in b, which begins at at.
func (w *walk) wlanElements(at int, b []byte) {
	const name = 0
	r := w.row
	for len(b) >= 2 {
		n := 2 + int(b[1])
		r.Uint(wlanTag, uint64(b[0]))
		r.Uint(wlanTagLength, uint64(b[1]))
		if n > len(b) {
			return
		}
		if b[0] == name {
			r.Bytes(wlanSSID, at+2, n-2)
		}
		at += n
		b = b[n:]
	}
}

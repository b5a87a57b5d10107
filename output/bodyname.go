package output

import "strconv"

// A BodyName says whose content a file has: that of one message of an exchange.
type BodyName struct {
	Flow, Exchange uint64 // their numbers
	Request        bool   // or the response
}

// NameBody returns the name of the content of an exchange's request or response.
func NameBody(flow, exchange uint64, request bool) BodyName {
	return BodyName{flow, exchange, request}
}

// Append adds the file's name: "12.3-request".
func (n BodyName) Append(dst []byte) []byte {
	dst = append(strconv.AppendUint(dst, n.Flow, 10), '.')
	dst = strconv.AppendUint(dst, n.Exchange, 10)
	if n.Request {
		return append(dst, "-request"...)
	}
	return append(dst, "-response"...)
}

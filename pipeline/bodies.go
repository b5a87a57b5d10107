package pipeline

import (
	"github.com/pcappipe/pcappipe/correlate"
	"github.com/pcappipe/pcappipe/output"
)

// Bodies are the files of an exchange's content.
type bodies struct {
	request, response output.BodyFile
}

// of returns the file of one message.
func (b *bodies) of(request bool) *output.BodyFile {
	if request {
		return &b.request
	}
	return &b.response
}

// Body takes content of a message.
func (p *tap) Body(e *correlate.Exchange, request bool, b []byte) {
	if p.run.bodies == nil {
		return
	}
	p.run.bodies.Write(filesOf(e).of(request), output.NameBody(p.j.flow.State.Number(), e.Number, request), b)
}

// BodyGap takes note of content that was not captured.
func (p *tap) BodyGap(e *correlate.Exchange, request bool, missing uint64) {
	if p.run.bodies != nil {
		filesOf(e).of(request).Gap(missing)
	}
}

func filesOf(e *correlate.Exchange) *bodies {
	if e.Keep == nil {
		e.Keep = new(bodies)
	}
	return e.Keep.(*bodies)
}

// closeBodies ends the files of an exchange's content.
func (p *tap) closeBodies(e *correlate.Exchange) {
	if p.run.bodies == nil || e.Keep == nil {
		return
	}
	b := e.Keep.(*bodies)
	e.Keep = nil
	for side, m := range []*correlate.Message{&e.Request, &e.Response} {
		request := side == 0
		done := p.run.bodies.Finish(b.of(request), output.NameBody(p.j.flow.State.Number(), e.Number, request), e.ContentEncoding[side], m.Complete)
		m.File, m.FileError = done.File, done.Err
	}
}

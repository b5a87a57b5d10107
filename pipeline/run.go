package pipeline

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"runtime"
	"slices"
	"sync/atomic"
	"time"

	"github.com/pcappipe/pcappipe/capfile"
	"github.com/pcappipe/pcappipe/conn"
	"github.com/pcappipe/pcappipe/correlate"
	"github.com/pcappipe/pcappipe/decoder/fields"
	"github.com/pcappipe/pcappipe/flow"
	"github.com/pcappipe/pcappipe/flowlock"
	"github.com/pcappipe/pcappipe/frame"
	"github.com/pcappipe/pcappipe/ordered"
	"github.com/pcappipe/pcappipe/output"
	"github.com/pcappipe/pcappipe/reassembly"
	"go.uber.org/zap"
)

// A run is one passage of a capture through the pipeline: what all its
// goroutines share. Nothing of it changes after start, but through what has an
// owner: the schedule, the sequencer, the lot.
type run struct {
	config Config
	source *capfile.Source
	output *output.Output

	wants   [kinds]bool
	lanes   [kinds]int     // where records of each kind go
	without fields.Without // what of frames nobody asks for

	bounded  bool // only frames of these times pass
	from, to int64

	idle         [flowlock.Classes]time.Duration
	shortestIdle int64

	correlates bool              // what streams say is looked at
	labels     bool              // frames bear what they are part of
	traces     *correlate.Traces // nil: exchanges are not joined. Whoever delivers has it
	capture    *output.Capture   // of the frames that are asked for; nil: records are
	pictured   []byte
	hold       *hold                      // what waits for labels; nil: nothing can. Whoever delivers has it
	tracks     bool                       // flows
	table      *flowlock.Table[conn.Conn] // nil: flows are not tracked
	bodies     *output.Bodies             // nil: the content of messages goes to no files
	files      *output.Streams            // nil: the bytes of streams go to no files
	shown      atomic.Bool                // the flow to follow, or a frame of what was asked for, was found
	lot        flowlock.Lot[*job]
	sequencer  *sequencer
	workers    []*worker
	schedule   *ordered.Run[trip]
	account    *account
	scribe     *worker // makes the records of large trips

	// Of the stage that takes: whether the source has ended, and by an interrupt.
	ctx                context.Context
	ended, interrupted bool
}

// Run takes a capture through the pipeline. The summary tells what was read,
// damaged and written, whatever the error: that is of the output, or says that
// nothing could be read at all. Damage, and inputs that could not be opened
// while others could, are logged as they are met and are no error of the run.
func Run(ctx context.Context, c Config) (Summary, error) {
	c = c.withDefaults()
	if err := c.check(); err != nil {
		return Summary{}, err
	}
	type opened struct {
		run *run
		sum Summary
		err error
	}
	ready := make(chan opened, 1)
	go func() {
		r, sum, err := open(c)
		ready <- opened{r, sum, err}
	}()
	select {
	case o := <-ready:
		if o.err != nil {
			return o.sum, o.err
		}
		defer o.run.source.Close()
		return o.run.through(ctx)
	case <-ctx.Done():
		// A pipe can be opened and looked at only when its other end does
		// something. When it does, it is given back.
		go func() {
			if o := <-ready; o.run != nil {
				o.run.source.Close()
				o.run.abort()
			}
		}()
		return Summary{Interrupted: true}, nil
	}
}

// open opens inputs and output and makes what the goroutines share.
func open(c Config) (*run, Summary, error) {
	source, err := capfile.Open(capfile.Config{
		Inputs: c.Inputs, Stdin: c.Stdin, BatchSize: c.BatchSize, Serial: c.Serial,
	})
	if err != nil {
		return nil, Summary{Failed: []error{err}}, err
	}
	for _, e := range source.Errors() {
		c.Log.Error(e.Error())
	}
	if err := apart(source.Files(), c.Output.Files()); err != nil {
		source.Close()
		return nil, Summary{}, err
	}
	out, err := output.Open(c.Output, fields.Schema, conn.Schema, reassembly.DatagramSchema, reassembly.StreamSchema, reassembly.TurnSchema,
		correlate.ExchangeSchema, correlate.TraceSchema, SummarySchema)
	if err != nil {
		source.Close()
		return nil, Summary{}, &OutputError{err}
	}
	r := &run{config: c, source: source, output: out, account: newAccount()}
	if err := r.openFiles(); err != nil {
		source.Close()
		out.Abort()
		return nil, Summary{}, &OutputError{err}
	}
	r.prepare()
	return r, Summary{}, nil
}

// apart says whether an output would take the place of an input.
func apart(inputs []*frame.File, outputs []string) error {
	for _, path := range outputs {
		to, err := os.Stat(path)
		if err != nil || !to.Mode().IsRegular() {
			continue // there is nothing yet
		}
		for _, f := range inputs {
			if from, err := os.Stat(f.Path); err == nil && os.SameFile(from, to) {
				return &output.ConfigError{Part: "Path", Value: path, Reason: "is one of the inputs"}
			}
		}
	}
	return nil
}

// through takes the capture through the engine.
func (r *run) through(ctx context.Context) (Summary, error) {
	stop := context.AfterFunc(ctx, r.source.Stop)
	defer stop()
	r.ctx = ctx
	return r.conclude(r.engine().run(r))
}

// An OutputError says that what was to be written could not be.
type OutputError struct{ Err error }

func (e *OutputError) Error() string { return e.Err.Error() }
func (e *OutputError) Unwrap() error { return e.Err }

func (c Config) withDefaults() Config {
	c.Workers = cmp.Or(c.Workers, runtime.GOMAXPROCS(0))
	c.Engine = cmp.Or(c.Engine, Auto)
	c.Memory = cmp.Or(c.Memory, 1<<30)
	c.BatchSize = cmp.Or(c.BatchSize, batchFor(c.Workers))
	c.Hold = cmp.Or(c.Hold, 10*time.Second)
	c.Idle.TCP = cmp.Or(c.Idle.TCP, 5*time.Minute)
	c.Idle.UDP = cmp.Or(c.Idle.UDP, time.Minute)
	c.Idle.ICMP = cmp.Or(c.Idle.ICMP, time.Minute)
	c.Idle.Other = cmp.Or(c.Idle.Other, time.Minute)
	if c.Follow != nil || c.Only != nil {
		c.Output.Raw, c.Output.Kinds = true, nil
	}
	if c.Log == nil {
		c.Log = zap.NewNop()
	}
	return c
}

// batchFor returns the bytes of a batch. What a batch of small packets becomes on
// its way is twenty times as much, and more workers have more of them: from the
// ninth on they share out what is promised for each, 4 MiB.
func batchFor(workers int) int {
	return max(capfile.DefaultBatchSize/3, min(capfile.DefaultBatchSize, 8*capfile.DefaultBatchSize/max(1, workers)))
}

// MaxWorkers is how many workers a run can have.
const MaxWorkers = 1024

func (c *Config) check() error {
	switch {
	case c.Workers < 1 || c.Workers > MaxWorkers:
		return fmt.Errorf("workers: %d is not between 1 and %d", c.Workers, MaxWorkers)
	case c.Memory < 1:
		return fmt.Errorf("memory: %d bytes are none", c.Memory)
	case min(c.Idle.TCP, c.Idle.UDP, c.Idle.ICMP, c.Idle.Other) < 1:
		return errors.New("idle times must be above zero")
	}
	if _, known := engines[c.Engine]; !known && c.Engine != Auto {
		return fmt.Errorf("engine: %q is none of %v", c.Engine, Engines)
	}
	return nil
}

// prepare makes what the goroutines share.
func (r *run) prepare() {
	for k := range kinds {
		r.wants[k] = r.output.Wants(k.String())
		r.lanes[k] = r.output.Stream(k.String())
	}
	r.bound()
	i := r.config.Idle
	r.idle = [flowlock.Classes]time.Duration{flowlock.TCP: i.TCP, flowlock.UDP: i.UDP, flowlock.ICMP: i.ICMP, flowlock.Other: i.Other}
	r.shortestIdle = int64(min(i.TCP, i.UDP, i.ICMP, i.Other))
	r.imply()
	if r.labels {
		r.hold = &hold{run: r, lane: max(0, r.lanes[frames])}
	}
	if r.selects() {
		r.capture = output.NewCapture(r.config.Only.Format)
	}
	if r.correlates {
		r.account.Exchanges = new(Exchanges)
	}
	if r.wants[traces] {
		r.traces = correlate.NewTraces(correlate.TracesConfig{Memory: r.config.Memory / traceShare})
	}
	r.sequencer = &sequencer{run: r}
	if r.config.TCP {
		r.account.Ledger.TCP = new(Payload)
	}
	if r.tracks {
		r.account.Ledger.Pieces = new(Fragments)
		r.table = flowlock.New[conn.Conn](r.idle)
		r.sequencer.track()
	}
	r.without = fields.AllBut(r.read())
	r.config.Payload = r.config.Payload || r.names("tcp.payload") || r.names("udp.payload")
	if p := r.config.Progress; p != nil {
		p.Total.Store(r.source.Size())
	}
}

// imply settles what has to be put together, and whether flows are tracked, by
// what is asked for.
func (r *run) imply() {
	c := &r.config
	names := r.names("pcappipe.exchange") || r.names("pcappipe.trace_id") || r.names("pcappipe.span_id") || r.names("pcappipe.label")
	r.correlates = r.wants[exchanges] || r.wants[traces] || c.Bodies != "" || r.selects() || names
	r.labels = r.selects() || names || r.correlates && r.wants[frames] && len(r.read()) == 0
	c.TCP = c.TCP || r.correlates || r.wants[turns] || r.wants[streams] || c.StreamDir != "" || c.Follow != nil
	flowsWanted := c.TCP || r.wants[flows] || r.wants[summary] || c.Summary || r.names("pcappipe.flow")
	if flowsWanted || r.wants[datagrams] && c.IP == 0 {
		c.IP = flow.IPv4 | flow.IPv6
	}
	r.tracks = flowsWanted || c.IP != 0
}

// read returns the fields of frames that have to be read: of none, all. An entry of
// Cloud Logging is made of more than those that are kept.
func (r *run) read() []string {
	if r.config.Output.Format == output.CloudLogging {
		return nil
	}
	return r.config.Output.Fields
}

// names says whether a field of frame records is asked for by its name.
func (r *run) names(field string) bool {
	return r.wants[frames] && slices.Contains(r.config.Output.Fields, field)
}

// bound makes the bounds absolute. Only a bound that is relative asks for the
// first frame's time: of a pipe, that waits for the frame.
func (r *run) bound() {
	r.from, r.to = math.MinInt64, math.MaxInt64
	from, to := r.config.From, r.config.To
	r.bounded = from.Set || to.Set
	first := int64(0)
	if from.Set && from.Relative || to.Set && to.Relative {
		var known bool
		if first, known = r.source.FirstTime(); !known {
			r.config.Log.Warn("no time of a first frame is known: what is relative to it counts from 1970")
		}
	}
	if from.Set {
		r.from = from.after(first)
	}
	if to.Set {
		r.to = to.after(first)
	}
}

// after returns the bound, where the first frame has this time.
func (b Bound) after(first int64) int64 {
	if !b.Relative {
		return b.Nanos
	}
	return add(first, b.Nanos)
}

// take is the stage that reads, or that hands out trips of the tail.
func (r *run) take(w int, n uint64, t *trip) bool {
	t.reset(n)
	t.held = w
	if !r.ended && !r.sequencer.halted.Load() && r.ctx.Err() == nil && r.source.Take(&t.Piece) {
		return true
	}
	if !r.ended {
		r.ended = true
		r.interrupted = r.ctx.Err() != nil && !r.sequencer.halted.Load()
	}
	if r.table == nil {
		return false
	}
	t.tail = true
	t.discard()
	return true
}

// deliver is the stage that writes.
func (r *run) deliver(t *trip) error {
	err := r.correlated(t)
	if t.large && err == nil {
		err = r.writeLarge(t)
	}
	r.account.add(t)
	if r.table != nil {
		r.sequencer.release(t)
		r.sequencer.leavers.Add(-int64(len(t.ends)))
		r.sequencer.budget.arrived(t)
		r.sequencer.carried.Add(-t.carries.Load())
	}
	if t.Damage != nil {
		r.logDamage(t.Damage)
	}
	for lane, bytes := range t.out {
		if err == nil {
			err = r.send(lane, bytes)
		}
	}
	if err == nil && len(t.followed) > 0 {
		err = r.send(0, t.followed)
	}
	if r.hold != nil && err == nil {
		r.hold.settle(t.settled)
		err = r.hold.release(false)
	}
	r.report(t)
	t.giveBack()
	return err
}

func (r *run) logDamage(d *capfile.FormatError) {
	level, said := zap.WarnLevel, "damaged input"
	if r.config.Strict {
		level, said = zap.ErrorLevel, "damaged input: the run ends here"
	}
	r.config.Log.Log(level, said, zap.String("file", d.Path), zap.Int64("offset", d.Offset),
		zap.Uint64("frame", d.Frame), zap.String("field", d.Field), zap.Error(d.Err))
}

// writeLarge makes the records of a large trip and writes them as they come.
func (r *run) writeLarge(t *trip) (err error) {
	r.deliverer().spill = func(t *trip, lane int) {
		if err == nil {
			err = r.send(lane, t.out[lane])
		}
		t.out[lane] = t.out[lane][:0]
	}
	r.scribe.encode(t)
	if err == nil && r.selects() {
		err = r.scribe.pick(t)
	}
	return err
}

// deliverer returns who makes the records that are made when they are delivered.
func (r *run) deliverer() *worker {
	if r.scribe == nil {
		r.scribe = newWorker(r)
	}
	return r.scribe
}

// correlated does with a trip what has to be done with all exchanges and frames in their order.
func (r *run) correlated(t *trip) (err error) {
	if r.hold != nil && r.tracks {
		r.hold.clock = t.clock.end
		if !t.tail {
			r.hold.weight = t.before + t.weights[len(t.Frames)]
		}
	}
	if r.traces == nil {
		return nil
	}
	if t.last {
		err = r.closeTraces()
	}
	r.join(t)
	return err
}

// report tells how far the run has got.
func (r *run) report(t *trip) {
	p := r.config.Progress
	if p == nil || t.tail {
		return
	}
	p.Frames.Add(uint64(len(t.Frames)))
	p.Bytes.Add(t.Consumed)
}

// conclude writes the summary and puts the output in its place.
func (r *run) conclude(failed error) (Summary, error) {
	a := r.account
	a.close(r.source, r.table != nil, r.sequencer.counted)
	a.Interrupted = r.interrupted
	a.Ledger.Read = a.Frames
	if failed == nil { // then all that was read has come to the account
		a.Ledger.Read = r.sequencer.read
	} else {
		a.Ledger.Pieces, a.Ledger.TCP = nil, nil
	}
	if r.hold != nil {
		defer r.hold.spool.Close()
	}
	if r.hold != nil && failed == nil {
		failed = r.hold.release(true)
		a.Ledger.LateLabels += r.hold.late
	}
	if failed == nil && r.wants[summary] {
		a.Records[summary.String()]++
		w := newWorker(r)
		a.Summary.Row(&w.row)
		failed = r.output.Write(r.lanes[summary], w.encoders[summary].Append(nil, &w.row))
	}
	if failed != nil {
		r.abort()
		if _, fault := errors.AsType[*ordered.Panic](failed); fault {
			return a.Summary, failed
		}
		a.Unwritten = true
		return a.Summary, &OutputError{failed}
	}
	if n := a.Ledger.LateLabels; r.selects() && n > 0 {
		r.config.Log.Warn("it was not known in time which exchanges some frames take part in: these are not written", zap.Uint64("frames", n))
	}
	absent := r.absent()
	if absent != nil {
		r.output.Abort() // what stands at its path is not replaced by nothing
	}
	if err := r.commit(); err != nil {
		return a.Summary, &OutputError{err}
	}
	return a.Summary, absent
}

// absent says that what was to be shown is not in the input.
func (r *run) absent() error {
	if r.interrupted || r.shown.Load() {
		return nil
	}
	if f := r.config.Follow; f != nil {
		return &NoFlowError{*f}
	}
	if o := r.config.Only; o != nil {
		return &NoExchangeError{*o}
	}
	return nil
}

// commit puts what was written into its places.
func (r *run) commit() error {
	if r.files != nil {
		if err := r.files.Commit(); err != nil {
			r.abort()
			return err
		}
	}
	if r.bodies != nil {
		if err := r.bodies.Commit(); err != nil {
			r.abort()
			return err
		}
	}
	return r.output.Commit()
}

// abort gives up what was written.
func (r *run) abort() {
	r.output.Abort()
	if r.files != nil {
		r.files.Abort()
	}
	if r.bodies != nil {
		r.bodies.Abort()
	}
}

package flowlock

import (
	"math/bits"
	"sync/atomic"

	"github.com/alphadose/haxmap"

	"github.com/pcappipe/pcappipe/flow"
)

// A directory finds the lock of a flow by its key. It is all that is used of
// haxmap, by its rules: who adds and removes holds the table's mutex; anybody may
// look at all of them meanwhile. What haxmap is given is a seeded digest;
// locks whose digests are the same stand in a chain, and the key is compared whole.
type directory struct {
	chains atomic.Pointer[haxmap.Map[uint64, *lock]]
	digest func(*flow.Key) uint64
	length int
	most   int // since chains was made
}

// leastRoom is how many locks a directory may have had for it to stay as it is
// when they go. haxmap never shrinks, and looks for the place of a key backwards
// over all that is empty before it: after a crowd has left, that is most of it.
const leastRoom = 1 << 10

func (d *directory) init() {
	d.digest = (*flow.Key).Hash
	d.chains.Store(haxmap.New[uint64, *lock]())
}

// find returns the lock of a flow, or nil.
func (d *directory) find(k *flow.Key) *lock {
	f := d.first(d.digest(k))
	for f != nil && !f.key.Is(k) {
		f = f.beside.Load()
	}
	return f
}

// first returns the first lock of a digest, or nil. What was deleted haxmap
// returns too, with ok false.
func (d *directory) first(digest uint64) *lock {
	if f, ok := d.chains.Load().Get(digest); ok {
		return f
	}
	return nil
}

// add puts in a lock whose key is not there.
func (d *directory) add(f *lock) {
	digest := d.digest(&f.key)
	f.beside.Store(d.first(digest))
	d.chains.Load().Set(digest, f)
	d.length++
	d.most = max(d.most, d.length)
}

// remove takes out a lock that is there.
func (d *directory) remove(f *lock) {
	chains, digest := d.chains.Load(), d.digest(&f.key)
	next := f.beside.Load()
	switch first := d.first(digest); {
	case first != f:
		for first.beside.Load() != f {
			first = first.beside.Load()
		}
		first.beside.Store(next)
	case next != nil:
		chains.Set(digest, next)
	default:
		chains.Del(digest)
	}
	d.length--
	if d.most > leastRoom && d.length < d.most/8 {
		d.renew()
	}
}

// renew moves what is left of a crowd into a map of its size, chain by chain. They come
// in the order of haxmap's own hash, which is why the new map must not begin
// small: it grows when many places of its index are taken, and until then all
// would stand behind the first few, and a hundred thousand take 100 s.
func (d *directory) renew() {
	chains := haxmap.New[uint64, *lock](uintptr(1) << bits.Len(uint(2*d.length)))
	d.chains.Load().ForEach(func(digest uint64, first *lock) bool {
		chains.Set(digest, first)
		return true
	})
	d.chains.Store(chains)
	d.most = d.length
}

// all calls f for each lock, in no order, until f returns false. Who calls it
// without the table's mutex sees each lock that stays meanwhile once.
func (d *directory) all(f func(*lock) bool) {
	d.chains.Load().ForEach(func(_ uint64, first *lock) bool {
		for ; first != nil; first = first.beside.Load() {
			if !f(first) {
				return false
			}
		}
		return true
	})
}

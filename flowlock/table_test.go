package flowlock

import (
	"encoding/binary"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/pcappipe/pcappipe/flow"
)

// idles are the idle times of the tests, in nanoseconds that mean seconds.
var idles = [Classes]time.Duration{TCP: 300, UDP: 60, ICMP: 60, Other: 7}

func key(n uint32, proto uint8) flow.Key {
	var src, dst [4]byte
	binary.BigEndian.PutUint32(src[:], n)
	k, _ := flow.NewKey(flow.IPv4, proto, src[:], dst[:], 1, 2, 0)
	return k
}

// A plain table is the obvious one: a list that is searched from its beginning.
type plain []plainFlow

type plainFlow struct {
	key    flow.Key
	number uint64
	last   int64
}

func (p plain) find(k flow.Key) int {
	return slices.IndexFunc(p, func(f plainFlow) bool { return f.key == k })
}

// expired returns the numbers of all flows that have been idle for too long.
func (p *plain) expired(clock int64) (numbers []uint64) {
	*p = slices.DeleteFunc(*p, func(f plainFlow) bool {
		over := clock-f.last > int64(idles[ClassOf(&f.key)])
		if over {
			numbers = append(numbers, f.number)
		}
		return over
	})
	return numbers
}

// oldest returns the number of the flow longest idle.
func (p plain) oldest() uint64 {
	return slices.MinFunc(p, func(a, b plainFlow) int {
		if a.last != b.last {
			return int(a.last - b.last)
		}
		return int(a.number) - int(b.number)
	}).number
}

// Whatever is done to it, the table finds, expires and gives up what the plain
// list does, and nothing else.
func TestTableDoesWhatAPlainListDoes(t *testing.T) {
	steps := []int64{0, 1, 3, 40, 500, 20_000, 1 << 40}
	for seed := range uint64(60) {
		r := rand.New(rand.NewPCG(seed, 1))
		table, want := New[struct{}](idles), plain{}
		clock := r.Int64N(1e6) - 5e5
		most := steps[1+r.IntN(len(steps)-1)]
		keys := uint32(1 + r.IntN(400))
		for range 3000 {
			clock += r.Int64N(most)
			k := key(r.Uint32N(keys), []uint8{6, 17, 1, 47}[r.IntN(4)])
			hash := k.Hash()
			slot, found := table.Find(&k, hash)
			at := want.find(k)
			if found != (at >= 0) {
				t.Fatalf("seed %d: found %t, want %t", seed, found, at >= 0)
			}
			if found && table.Expired(slot, clock) {
				want = slices.Delete(want, at, at+1)
				table.End(slot)
				table.Release([]uint32{slot})
				found = false
			}
			if !found {
				slot = table.Begin(&k, hash, clock)
				want = append(want, plainFlow{k, table.Number(slot), clock})
				at = len(want) - 1
			}
			if n := table.Number(slot); n != want[at].number {
				t.Fatalf("seed %d: found flow %d, want %d", seed, n, want[at].number)
			}
			table.Use(slot, clock)
			want[at].last = clock
			switch r.IntN(20) {
			case 0:
				var got []uint64
				table.Reap(clock, func(slot uint32) {
					got = append(got, table.Number(slot))
					table.End(slot)
					table.Release([]uint32{slot})
				})
				slices.Sort(got)
				if expired := want.expired(clock); !slices.Equal(got, expired) {
					t.Fatalf("seed %d at %d: reaped %v, want %v", seed, clock, got, expired)
				}
			case 1:
				slot, ok := table.Oldest(clock)
				if !ok || table.Number(slot) != want.oldest() {
					t.Fatalf("seed %d: oldest is %d (%t), want %d", seed, table.Number(slot), ok, want.oldest())
				}
				want = slices.DeleteFunc(want, func(f plainFlow) bool { return f.number == table.Number(slot) })
				table.End(slot)
				table.Release([]uint32{slot})
			}
			if table.Live() != len(want) {
				t.Fatalf("seed %d: %d live, want %d", seed, table.Live(), len(want))
			}
		}
	}
}

// Flows that end and begin again without end leave nothing behind.
func TestTableForgetsFlowsThatEnded(t *testing.T) {
	table := New[struct{}](idles)
	k := key(1, 6)
	for range 1 << 20 {
		slot := table.Begin(&k, k.Hash(), 0)
		table.End(slot)
		table.Release([]uint32{slot})
	}
	var refs int
	for c := range table.wheels {
		refs += len(table.wheels[c].heap)
		for _, s := range table.wheels[c].spokes {
			refs += len(s)
		}
	}
	if refs > 1<<17+2 || table.slots != 1 || table.Live() != 0 {
		t.Errorf("%d flows on the wheels, %d slots, %d live, of a flow that begins again and again", refs, table.slots, table.Live())
	}
}

// Finding and using flows allocates nothing.
func TestTableAllocatesNothingForFlowsItHas(t *testing.T) {
	table := New[struct{}](idles)
	k := key(1, 6)
	hash := k.Hash()
	table.Begin(&k, hash, 0)
	clock := int64(0)
	if n := testing.AllocsPerRun(1000, func() {
		slot, _ := table.Find(&k, hash)
		clock++
		table.Use(slot, clock)
		table.Reap(clock, func(uint32) {})
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func TestGenerations(t *testing.T) {
	const S, A, F, R = flow.SYN, flow.ACK, flow.FIN, flow.RST
	type piece = flow.Piece
	a := func(flags uint16, seq, ack uint32) piece {
		return piece{Flags: flags, Seq: seq, Ack: ack, Dir: flow.FromA}
	}
	b := func(flags uint16, seq, ack uint32) piece {
		return piece{Flags: flags, Seq: seq, Ack: ack, Dir: flow.FromB}
	}
	for _, c := range []struct {
		name   string
		before []piece
		next   piece
		renews bool
	}{
		{"a SYN sent again is the same flow's", []piece{a(S, 100, 0)}, a(S, 100, 0), false},
		{"a SYN with another number is a new flow's", []piece{a(S, 100, 0)}, a(S, 101, 0), true},
		{"a SYN-ACK never begins a flow again", []piece{a(S, 100, 0)}, b(S|A, 5, 999), false},
		{"a SYN after its SYN-ACK is the same flow's", []piece{b(S|A, 5, 101)}, a(S, 100, 0), false},
		{"a SYN from the end that answered is a new flow's", []piece{a(S, 100, 0), b(S|A, 5, 101)}, b(S, 6, 0), true},
		{"both ends can open at once", []piece{a(S, 100, 0)}, b(S, 5, 0), false},
		{"a SYN in the middle is a new flow's", []piece{a(A, 7, 8)}, a(S, 100, 0), true},
		{"half a close leaves a flow open", []piece{a(S, 100, 0), a(F|A, 101, 1)}, a(S, 100, 0), false},
		{"a SYN after both FINs is a new flow's", []piece{a(S, 100, 0), a(F|A, 101, 1), b(F|A, 5, 102)}, a(S, 100, 0), true},
		{"a SYN after a RST is a new flow's", []piece{a(S, 100, 0), b(R|A, 0, 101)}, a(S, 100, 0), true},
		{"what comes late stays", []piece{a(S, 100, 0), b(R|A, 0, 101)}, a(A, 101, 1), false},
	} {
		table := New[struct{}](idles)
		k := key(1, 6)
		slot := table.Begin(&k, k.Hash(), 0)
		for i := range c.before {
			table.Note(slot, &c.before[i])
		}
		if got := table.Renews(slot, &c.next); got != c.renews {
			t.Errorf("%s: renews is %t", c.name, got)
		}
	}
}

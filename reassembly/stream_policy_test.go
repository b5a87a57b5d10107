package reassembly

import (
	"fmt"
	"testing"

	"github.com/pcappipe/pcappipe/flow"
)

// streamPolicies are those with rules of their own.
var streamPolicies = []Policy{First, Last, BSD, Linux, Solaris}

// The pattern of Novak and Sturges ("Target-Based TCP Stream Reassembly",
// 2007): which of overlapping segments each system has, when the first byte
// comes last. The shorter ones take its arrangements apart; they are those by which
// Suricata holds its policies.
func TestOverlapPattern(t *testing.T) {
	for _, tt := range []struct {
		name, script string
		want         map[Policy]string
	}{
		{"all", "> S, > @1 'AAA, > @5 'BB, > @7 'CCC, > @11 'D, > @14 'EE, > @16 'FFF, > @19 'GG, > @21 'HH, > @23 'I," +
			"> @2 'JJJJ, > @7 'KKK, > @10 'LLL, > @13 'MMM, > @17 'N, > @20 'O, > @21 'P, > @23 'QQ, > @0 '0", map[Policy]string{
			First: "0AAAJBBCCCLDLMEEFFFGGHHIQ", Last: "0AJJJJBKKKLLLMMMFNFGOPHQQ", BSD: "0AAAJJBCCCLLLMMMFFFGGHHIQ",
			Linux: "0AAAJJBCCCLLLMMMFFFGGHHQQ", Solaris: "0AJJJBBKKKLLLMMMFFFGGHHQQ",
		}},
		{"before", "> S, > @3 'B, > @9 'D, > @12 'EE, > @2 'AA, > @1 'JJJJ, > @8 'LLL, > @11 'MMM, > @0 '0", map[Policy]string{
			First: "0JABJ[5-8)LDLMEE", Last: "0JJJJ[5-8)LLLMMM", BSD: "0JJJJ[5-8)LLLMMM",
			Linux: "0JJJJ[5-8)LLLMMM", Solaris: "0JJJJ[5-8)LLLMMM",
		}},
		{"same", "> S, > @1 'CCC, > @15 'HH, > @17 'II, > @1 'KKK, > @1 'LLLL, > @15 'P, > @15 'QQ, > @0 '0", map[Policy]string{
			First: "0CCCL[5-15)HHII", Last: "0LLLL[5-15)QQII", BSD: "0CCCL[5-15)HHII",
			Linux: "0LLLL[5-15)HHII", Solaris: "0LLLL[5-15)QQII",
		}},
		{"after", "> S, > @1 'AA, > @16 'FFF, > @19 'GG, > @2 'JJ, > @20 'O, > @17 'N, > @0 '0", map[Policy]string{
			First: "0AAJ[4-16)FFFGG", Last: "0AJJ[4-16)FNFGO", BSD: "0AAJ[4-16)FFFGG",
			Linux: "0AAJ[4-16)FFFGG", Solaris: "0AJJ[4-16)FFFGG",
		}},
	} {
		tt.want[Windows], tt.want[BSDRight] = tt.want[BSD], tt.want[BSD]
		for policy := First; policy <= Solaris; policy++ {
			heard := &streamListener{t: t}
			newStreamScript(t, StreamConfig{Policy: policy}, heard).play(tt.script).close(false)
			if got := heard.text(flow.FromA); got != tt.want[policy] {
				t.Errorf("%s, %v\n got %s\nwant %s", tt.name, policy, got, tt.want[policy])
			}
		}
	}
}

// streamChunks are all pieces of five bytes.
func streamChunks() (all [][2]int) {
	for start := range 5 {
		for end := start + 1; end <= 5; end++ {
			all = append(all, [2]int{start, end})
		}
	}
	return all
}

// Every arrangement of three segments over five bytes, with what waits and what
// is next, gives what the model gives under each policy.
func TestEveryOverlapOfThree(t *testing.T) {
	chunks := streamChunks()
	for _, policy := range streamPolicies {
		a := NewAssembler(StreamConfig{Policy: policy})
		for i := range len(chunks) * len(chunks) * len(chunks) {
			three := [][2]int{chunks[i%15], chunks[i/15%15], chunks[i/225]}
			streamArrange(t, a, three, [3]int{}, "ABC")
		}
	}
}

// So does every arrangement of which some segments are cut by the capture, and of
// which some have the same bytes.
func TestEveryOverlapOfThreeWithCuts(t *testing.T) {
	chunks := streamChunks()
	for _, policy := range []Policy{First, Last} {
		a := NewAssembler(StreamConfig{Policy: policy})
		for i := range len(chunks) * len(chunks) * len(chunks) {
			three := [][2]int{chunks[i%15], chunks[i/15%15], chunks[i/225]}
			for cuts := 1; cuts < 8; cuts++ {
				streamArrange(t, a, three, [3]int{cuts & 1, cuts >> 1 & 1, cuts >> 2}, "AAB")
			}
		}
	}
}

// streamArrange adds segments to a connection and to the model, each of a letter and cut
// by so many bytes.
func streamArrange(t *testing.T, a *Assembler, segments [][2]int, cuts [3]int, letters string) {
	t.Helper()
	var c Connection
	heard, model := &streamListener{t: t}, newStreamModel(a.policy)
	isn := uint32(0xfffffffd)
	a.Add(&c, flow.FromA, &Segment{Seq: isn - 1, Flags: flow.SYN}, heard)
	for i, s := range segments {
		n := s[1] - s[0]
		b := []byte("?????")[:n-cuts[i]]
		for j := range b {
			b[j] = letters[i]
		}
		a.Add(&c, flow.FromA, &Segment{Seq: isn + uint32(s[0]), Payload: b, Length: uint32(n)}, heard)
		model.add(int64(s[0]), b, int64(n), 0)
		streamBalance(t, &c)
	}
	a.Close(&c, false, heard)
	model.close()
	if got := c.Stats(flow.FromA); got.Bytes != model.bytes || fmt.Sprint(heard.told[0]) != fmt.Sprint(model.told) {
		t.Fatalf("%v, %v cut by %v\n got %v %+v\nwant %v %+v", a.policy, segments, cuts, heard.told[0], got.Bytes, model.told, model.bytes)
	}
}

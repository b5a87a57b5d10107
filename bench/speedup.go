package bench

// A Speedup is what the stages of a job promise on more cores.
//
// Of the t nanoseconds that a frame takes in all, Take, Sequence and Deliver are
// done in order by one. They are three batons, held by different workers at the
// same time, so with n cores a frame takes no less than t/n, and no less than the
// longest baton: the bound is min(n, t/longest). Were they one baton, the law
// would be Amdahl's: 1 / (f + (1-f)/n), with f the share of all three. What is
// seen should lie between the two.
//
// Both take for granted that cores do not hold each other up: in memory, in the
// page cache, by waking each other.
type Speedup struct {
	Job      string         `json:"job"`
	Work     float64        `json:"work"`     // t, ns a frame
	InOrder  float64        `json:"in_order"` // of it in order, ns a frame
	Sequence float64        `json:"sequence"` // of that, the sequencer
	Longest  float64        `json:"longest"`  // the longest of the three
	Which    string         `json:"which"`    // it is
	Cores    []SpeedupCores `json:"cores"`
}

// SpeedupCores is the speed-up with so many cores over one.
type SpeedupCores struct {
	Cores  int     `json:"cores"`
	Amdahl float64 `json:"amdahl"`
	Bound  float64 `json:"bound"`
}

// manyCores are what is computed for.
var manyCores = []int{1, 2, 4, 8, 16, 32, 64}

func (i *Inside) speedup() Speedup {
	s := Speedup{Job: i.Job, Work: i.Work(), InOrder: i.Take + i.Sequence + i.Deliver, Sequence: i.Sequence,
		Longest: i.Take, Which: "take"}
	if i.Sequence > s.Longest {
		s.Longest, s.Which = i.Sequence, "sequence"
	}
	if i.Deliver > s.Longest {
		s.Longest, s.Which = i.Deliver, "deliver"
	}
	if s.Work <= 0 {
		return s
	}
	for _, n := range manyCores {
		s.Cores = append(s.Cores, SpeedupCores{n, amdahl(s.InOrder/s.Work, n), bound(s.Longest/s.Work, n)})
	}
	return s
}

// amdahl returns the speed-up where this share cannot be divided.
func amdahl(share float64, n int) float64 { return 1 / (share + (1-share)/float64(n)) }

// bound returns the speed-up where this share is done by one while the others go on.
func bound(share float64, n int) float64 {
	if share*float64(n) < 1 {
		return float64(n)
	}
	return 1 / share
}

package reassembly

// A Policy says which bytes win where fragments of a datagram, or segments of a
// stream, overlap. Hosts differ, and who reads along has to do as the receiver
// did. The names are those of Shankar and Paxson ("Active Mapping: Resisting
// NIDS Evasion Without Altering Traffic", 2003) and of Novak ("Target-Based
// Fragmentation Reassembly", 2005), which Snort and Suricata use too.
type Policy uint8

const (
	First    Policy = iota // what came first
	Last                   // what came last
	BSD                    // what came first, unless what came last begins before it; tshark does so
	BSDRight               // what reaches further to the right
	Linux                  // what begins first; what came last where both begin at the same place
	Windows                // what came first, unless what came last reaches beyond it at both ends
	Solaris                // as Windows, also where both end at the same place
)

var policyNames = [...]string{
	First: "first", Last: "last", BSD: "bsd", BSDRight: "bsd-right", Linux: "linux", Windows: "windows", Solaris: "solaris",
}

// String returns the policy's name, as ParsePolicy takes it.
func (p Policy) String() string {
	if int(p) < len(policyNames) {
		return policyNames[p]
	}
	return "unknown"
}

// Policies returns the names of all policies.
func Policies() []string { return policyNames[:] }

// ParsePolicy returns the policy of that name.
func ParsePolicy(name string) (p Policy, known bool) {
	for i, n := range policyNames {
		if n == name {
			return Policy(i), true
		}
	}
	return First, false
}

package flow

import (
	"regexp"
	"testing"
)

// A name differs in whatever tells two generations of flows apart, and in nothing else.
func TestUID(t *testing.T) {
	key, _ := keyOf(t, 0, tcp, "10.0.0.1", "10.0.0.2", 40000, 80)
	back, _ := keyOf(t, 0, tcp, "10.0.0.2", "10.0.0.1", 80, 40000)
	numbered := key
	numbered.Scope = 7 // of one batch: no part of what the flow is
	scope := Scope(nil).AppendVLAN(5)
	name := key.UID(scope, 1, 1000)

	if !regexp.MustCompile(`^C[0-9A-Za-z]{17}$`).MatchString(name) {
		t.Errorf("%s is no name as Zeek's are", name)
	}
	for what, same := range map[string]string{
		"asked again":         key.UID(scope, 1, 1000),
		"the other direction": back.UID(scope, 1, 1000),
		"the scope's number":  numbered.UID(scope, 1, 1000),
	} {
		if same != name {
			t.Errorf("%s: %s, not %s", what, same, name)
		}
	}
	otherPort, _ := keyOf(t, 0, tcp, "10.0.0.1", "10.0.0.2", 40001, 80)
	otherHost, _ := keyOf(t, 0, tcp, "10.0.0.1", "10.0.0.3", 40000, 80)
	otherProto, _ := keyOf(t, 0, udp, "10.0.0.1", "10.0.0.2", 40000, 80)
	fragment, _ := keyOf(t, Fragment, tcp, "10.0.0.1", "10.0.0.2", 40000, 80)
	seen := map[string]string{name: "the first"}
	for what, other := range map[string]string{
		"port": otherPort.UID(scope, 1, 1000), "host": otherHost.UID(scope, 1, 1000),
		"protocol": otherProto.UID(scope, 1, 1000), "kind": fragment.UID(scope, 1, 1000),
		"scope": key.UID(nil, 1, 1000), "frame": key.UID(scope, 2, 1000), "time": key.UID(scope, 1, 1001),
	} {
		if with, known := seen[other]; known {
			t.Errorf("%s: %s is also the name of %s", what, other, with)
		}
		seen[other] = what
	}
}

// What names are does not change from one version to the next.
func TestUIDStays(t *testing.T) {
	key, _ := keyOf(t, 0, tcp, "10.0.0.1", "10.0.0.2", 40000, 80)
	if got, want := key.UID(nil, 1, 1_700_000_000_000_000_000), "CG5D0oM8YnSoyVRJn4"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

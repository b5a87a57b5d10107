package bench

import (
	"context"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// The peers that targets are about.
const (
	cat          = "cat"
	capinfos     = "capinfos -c"
	tcpdump      = "tcpdump -w"
	nfpcapd      = "nfpcapd"
	tcpflow      = "tcpflow"
	tsharkFields = "tshark -T fields"
	tsharkEK     = "tshark -T ek"
	tsharkHTTP   = "tshark -Y http.request"
)

// peers returns what a user would run instead, with the Debian package of each.
// tshark takes a minute and more for the whole capture, so it reads the first
// part, in fewer rounds, and is scaled by frames. That favours it: it slows down
// as it remembers more.
func peers(slowRounds int) []Command {
	fields := []string{"tshark", "-n", "-r", "{}", "-c", "{n}", "-T", "fields"}
	for name := range strings.SplitSeq(eightNames, ",") {
		fields = append(fields, "-e", name)
	}
	list := []Command{
		{Name: cat, Side: Floor, Does: "read the file", Package: "coreutils",
			Args: []string{"cat", "{}"}},
		{Name: capinfos, Side: Floor, Does: "hop over the records", Package: "wireshark-common",
			Args: []string{"capinfos", "-c", "{}"}},
		{Name: tcpdump, Side: Floor, Does: "read and write with libpcap", Package: "tcpdump",
			Args: []string{"tcpdump", "-r", "{}", "-w", "/dev/null"}},
		{Name: nfpcapd, Side: Peer, Does: "flow records", Package: "nfdump",
			Args: []string{"nfpcapd", "-r", "{}", "-w", "{out}"}},
		{Name: "argus", Side: Peer, Does: "flow records", Package: "argus-server",
			Args: []string{"argus", "-r", "{}", "-w", "{out}/argus.out"}},
		{Name: "tcptrace", Side: Peer, Does: "TCP statistics", Package: "tcptrace",
			Args: []string{"tcptrace", "-n", "{}"}},
		{Name: "ndpiReader", Side: Peer, Does: "flows and their applications", Package: "libndpi-bin",
			Args: []string{"ndpiReader", "-q", "-i", "{}"}},
		{Name: tcpflow, Side: Peer, Does: "TCP streams, a file each", Package: "tcpflow",
			Args: []string{"tcpflow", "-r", "{}", "-o", "{out}/streams"}},
		{Name: "tshark -z conv,tcp", Side: Peer, Does: "TCP conversations", Package: "tshark", Frames: 200_000,
			Args: []string{"tshark", "-n", "-r", "{}", "-c", "{n}", "-q", "-z", "conv,tcp"}},
		{Name: tsharkFields, Side: Peer, Does: "8 fields of a frame, text", Package: "tshark", Frames: 200_000,
			Args: fields},
		{Name: tsharkHTTP, Side: Peer, Does: "HTTP requests", Package: "tshark", Frames: 200_000,
			Args: []string{"tshark", "-n", "-r", "{}", "-c", "{n}", "-Y", "http.request"}},
		{Name: tsharkEK, Side: Peer, Does: "every field of a frame, JSON", Package: "tshark", Frames: 50_000,
			Args: []string{"tshark", "-n", "-r", "{}", "-c", "{n}", "-T", "ek"}},
	}
	for i := range list {
		if list[i].Frames > 0 {
			list[i].Rounds = slowRounds
		}
	}
	return list
}

// elsewhere are peers that Debian does not have.
var elsewhere = []Result{{Command: Command{Name: "go-flows", Side: Peer, Does: "flow records, Go",
	Args: []string{"go-flows"}, Absent: "not in Debian, and not measured"}}}

// Packages returns the Debian packages of all peers, each once.
func Packages() []string {
	var names []string
	for _, c := range peers(1) {
		if len(names) == 0 || names[len(names)-1] != c.Package {
			names = append(names, c.Package)
		}
	}
	return names
}

// asks is how a program is asked for its version, where it is not --version.
var asks = map[string]string{"nfpcapd": "-V", "tcptrace": "-v", "ndpiReader": "-h"}

// versions asks each installed program for its version.
func versions(ctx context.Context, commands []Command) []Version {
	var list []Version
	known := make(map[string]bool)
	for i := range commands {
		program := commands[i].Args[0]
		if commands[i].Absent != "" || known[program] {
			continue
		}
		known[program] = true
		list = append(list, Version{filepath.Base(program), version(ctx, program)})
	}
	return list
}

// version returns the first line of what a program says of itself that has a
// number in it. What it returns as a status does not matter: some call it misuse.
func version(ctx context.Context, program string) string {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	ask, special := asks[program]
	if !special {
		ask = "--version"
	}
	said, _ := exec.CommandContext(ctx, program, ask).CombinedOutput()
	for line := range strings.Lines(string(said)) {
		if strings.ContainsAny(line, "0123456789") {
			return strings.TrimSpace(line)
		}
	}
	return "unknown"
}

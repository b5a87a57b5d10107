package secondopinion

import (
	"strings"
	"testing"
)

// Whatever another program prints, reading it ends, with an answer or an error.
func FuzzReading(f *testing.F) {
	for _, seed := range []string{ndpiOut, zeekLog, capinfosWhole, ourRecords, lines, ipfixCSV, description, tsharkTables, "1\teth\t\t\n", ourReassembly, followedStream("0", "10.0.0.2:1024 10.0.0.1:80", "6162", "\t6162"),
		exchangeRecords, deepflowLine, pdml(client, server, h1Request+h1Response), pdml(client, server, h2("0", "1", "33", ""))} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if flows, err := ParseNDPI([]byte(text)); err == nil {
			ReadVolumes(flows)
		}
		if rows, err := ParseZeek([]byte(text)); err == nil {
			if all, err := ReadConnections(rows); err == nil {
				new(Sheet).CompareConnections("", all, all)
			}
		}
		frames, tables := CutTshark([]byte(text))
		for range TsharkFrames(frames) {
		}
		ParseConversations(tables)
		if all, err := ParseIPFIXProbe(text); err == nil {
			new(Sheet).CompareExports(all, all)
		}
		ParseDescription(text)
		ParseCapinfos(Reply{Stdout: []byte(text), Stderr: text})
		var r Run
		if r.read(strings.NewReader(text)) == nil {
			r.FrameVolumes()
			r.FlowVolumes()
			r.Connections()
			r.Conversations()
		}
		var put Reassembled
		if put.read([]byte(text)) == nil {
			put.Sides()
			if all, err := put.Reassembly(); err == nil {
				s := new(Sheet)
				s.CompareStreams(all.Streams, all.Streams, nil)
				s.CompareDatagrams(all.Datagrams, all.Datagrams)
			}
		}
		TsharkReassembly([]byte(text))
		readAccounts([]byte(text))
		if r.readLog(strings.NewReader(text)) == nil {
			r.Damage()
		}
		if review, err := ReadReview(strings.NewReader(text), "tshark"); err == nil {
			review.Add(Difference{Source: "tshark", Ours: text})
		}
		Stack(text)
	})
}

// readAccounts reads a text as every program tells exchanges.
func readAccounts(text []byte) {
	var list []Accounts
	keep := func(all Accounts, err error) {
		if err == nil {
			list = append(list, all, all.Together())
		}
	}
	keep(ParseNginx(text))
	keep(ParseH2Client(text))
	keep(ParseHAR(text))
	if rows, err := ParseZeek(text); err == nil {
		keep(ReadHTTP(rows))
	}
	if d, err := ParseDeepFlow(text); err == nil {
		keep(Accounts{Link{}: d.Requests}, nil)
	}
	TsharkHTTP(text)
	var r Exchanged
	if r.read(text) == nil {
		keep(r.Accounts())
		r.HTTP2Ports()
	}
	for _, all := range list {
		new(Sheet).CompareAccounts("exchanges", all, all, "target")
	}
}

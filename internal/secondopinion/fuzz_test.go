package secondopinion

import (
	"strings"
	"testing"
)

// Whatever another program prints, reading it ends, with an answer or an error.
func FuzzReading(f *testing.F) {
	for _, seed := range []string{ndpiOut, zeekLog, capinfosWhole, ourRecords, lines, ipfixCSV, description, tsharkTables, "1\teth\t\t\n", ourReassembly, followedStream("0", "10.0.0.2:1024 10.0.0.1:80", "6162", "\t6162")} {
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
		if r.readLog(strings.NewReader(text)) == nil {
			r.Damage()
		}
		if review, err := ReadReview(strings.NewReader(text), "tshark"); err == nil {
			review.Add(Difference{Source: "tshark", Ours: text})
		}
		Stack(text)
	})
}

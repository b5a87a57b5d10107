package capfile

import "testing"

// What is read again and again allocates nothing: neither a frame nor a piece.
func TestReadingAllocatesNothing(t *testing.T) {
	options := newPcapng(little).idb(1, 0)
	for i := range 100 {
		options.epb(0, uint64(i), payload(40, i), optComment, []byte("a comment"), optFlags, []byte{2 << 5, 0, 0, 0})
	}
	for name, b := range map[string][]byte{
		"pcap":                  classicRecords(little, magicMicro, 500),
		"pcap, big-endian":      classicRecords(big, magicMicro, 500),
		"pcapng with options":   options.b,
		"pcapng, one interface": onlyPackets(500),
	} {
		s, err := Open(Config{Inputs: []string{write(t, "a", b)}})
		if err != nil {
			t.Fatal(err)
		}
		var p Piece
		if !s.Take(&p) {
			t.Fatal("nothing to take")
		}
		s.Read(&p)
		from, sec := p.from, p.to.section
		if name != "pcap" && name != "pcap, big-endian" {
			from = place{offset: p.Offset(0), section: sec} // after the interface was described
		}
		if n := testing.AllocsPerRun(10, func() { p.sliceFrom(from, true) }); n != 0 {
			t.Errorf("%s: %v allocations", name, n)
		}
		s.Verify(&p)
		s.Close()
	}
}

func onlyPackets(n int) []byte {
	c := newPcapng(little).idb(1, 0)
	for i := range n {
		c.epb(0, uint64(i)*1e6, payload(i*9%900+60, i))
	}
	return c.b
}

func BenchmarkSlice(b *testing.B) {
	for _, row := range []struct {
		name string
		file []byte
	}{
		{"pcap", classicRecords(little, magicMicro, 2000)},
		{"pcap big-endian", classicRecords(big, magicMicro, 2000)},
		{"pcapng", onlyPackets(1000)},
	} {
		b.Run(row.name, func(b *testing.B) {
			s, err := Open(Config{Inputs: []string{write(b, "a", row.file)}, BatchSize: 2 << 20})
			if err != nil {
				b.Fatal(err)
			}
			defer s.Close()
			var p Piece
			s.Take(&p)
			s.Read(&p)
			frames := len(p.Frames)
			for b.Loop() {
				p.sliceFrom(p.from, true)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(frames), "ns/frame")
		})
	}
}

// A whole file, Take to Verify, on one goroutine.
func BenchmarkFile(b *testing.B) {
	file := classicRecords(little, magicMicro, 100_000)
	path := write(b, "a", file)
	for _, serial := range []bool{false, true} {
		b.Run(map[bool]string{false: "cut", true: "serial"}[serial], func(b *testing.B) {
			b.SetBytes(int64(len(file)))
			frames := 0
			var p Piece
			for b.Loop() {
				s, err := Open(Config{Inputs: []string{path}, Serial: serial})
				if err != nil {
					b.Fatal(err)
				}
				for {
					if !s.Take(&p) {
						break
					}
					s.Read(&p)
					s.Verify(&p)
					frames += len(p.Frames)
				}
				s.Close()
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(frames), "ns/frame")
		})
	}
}

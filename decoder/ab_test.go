package decoder
import "testing"
func BenchmarkBare(b *testing.B){ d, f := New(Config{}), ethernetOf(tcp4); var r Result; d.Reset(&r); for i:=uint32(0); b.Loop(); i++ { if i==1000 {i=0; d.Reset(&r)}; d.Decode(&f, tcp4, i, &r)} }
func BenchmarkFlows(b *testing.B){ d, f := New(Config{Flows:true}), ethernetOf(tcp4); var r Result; d.Reset(&r); for i:=uint32(0); b.Loop(); i++ { if i==1000 {i=0; d.Reset(&r)}; d.Decode(&f, tcp4, i, &r)} }
func BenchmarkLayers(b *testing.B){ d, f := New(Config{Layers:true,Flows:true}), ethernetOf(tcp4); var r Result; d.Reset(&r); for i:=uint32(0); b.Loop(); i++ { if i==1000 {i=0; d.Reset(&r)}; d.Decode(&f, tcp4, i, &r)} }

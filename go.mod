module github.com/pcappipe/pcappipe

go 1.26.0

require (
	github.com/alphadose/haxmap v1.4.1
	github.com/andybalholm/brotli v1.2.8
	github.com/google/gopacket v1.1.19
	github.com/klauspost/compress v1.20.3
	github.com/pierrec/lz4/v4 v4.1.33
	github.com/spf13/pflag v1.0.10
	github.com/ulikunitz/xz v0.5.17
	github.com/zhangyunhao116/skipmap v0.10.1
	go.uber.org/zap v1.28.0
	golang.org/x/net v0.62.0
	golang.org/x/term v0.47.0
)

require (
	github.com/stretchr/testify v1.9.0 // indirect
	github.com/zhangyunhao116/fastrand v0.3.0 // indirect
	go.uber.org/multierr v1.10.0 // indirect
	golang.org/x/exp v0.0.0-20221031165847-c99f073a8326 // indirect
	golang.org/x/sys v0.49.0 // indirect
)

package main

import (
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
)

// level is what is said at least: damage and errors, always.
func (c *command) level() zapcore.Level {
	switch {
	case c.quiet:
		return zap.WarnLevel
	case c.verbose:
		return zap.DebugLevel
	}
	return zap.InfoLevel
}

// newLogger returns a logger that writes a line for each message: to read
// (console) or to process (json, with the time of day).
func newLogger(to zapcore.WriteSyncer, format string, level zapcore.Level) *zap.Logger {
	config := zapcore.EncoderConfig{
		LevelKey:         "level",
		MessageKey:       "message",
		EncodeLevel:      zapcore.LowercaseLevelEncoder,
		EncodeTime:       zapcore.RFC3339NanoTimeEncoder,
		EncodeDuration:   zapcore.StringDurationEncoder,
		ConsoleSeparator: "  ",
	}
	encoder := zapcore.NewConsoleEncoder(config)
	if format == "json" {
		config.TimeKey = "time"
		encoder = zapcore.NewJSONEncoder(config)
	}
	return zap.New(zapcore.NewCore(encoder, to, level))
}

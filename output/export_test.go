package output

import "github.com/pcappipe/pcappipe/record"

// TermNames returns the fields that entries of Cloud Logging are made of.
func TermNames() (names []string, types []record.Type) {
	for _, n := range termNames {
		names, types = append(names, n.name), append(types, n.typ)
	}
	return names, types
}

// NewCloudLogging returns an encoder of them.
func NewCloudLogging(s *record.Schema) Encoder { return newCloudLogging(selection{schema: s}) }

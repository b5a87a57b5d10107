package correlate

import "strconv"

// rpcStatuses are the names of gRPC's status codes (grpc, doc/statuscodes.md).
var rpcStatuses = [...]string{
	"OK", "CANCELLED", "UNKNOWN", "INVALID_ARGUMENT", "DEADLINE_EXCEEDED", "NOT_FOUND", "ALREADY_EXISTS", "PERMISSION_DENIED", "RESOURCE_EXHAUSTED",
	"FAILED_PRECONDITION", "ABORTED", "OUT_OF_RANGE", "UNIMPLEMENTED", "INTERNAL", "UNAVAILABLE", "DATA_LOSS", "UNAUTHENTICATED",
}

// statusName returns the status as OpenTelemetry's semantic conventions have it:
// by its name, where it has one.
func (r *RPC) statusName() string {
	if r.Status >= 0 && r.Status < len(rpcStatuses) {
		return rpcStatuses[r.Status]
	}
	return strconv.Itoa(r.Status)
}

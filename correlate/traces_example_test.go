package correlate_test

import (
	"fmt"
	"strings"

	"github.com/pcappipe/pcappipe/correlate"
	"github.com/pcappipe/pcappipe/correlate/tracecontext"
	"github.com/pcappipe/pcappipe/output"
	"github.com/pcappipe/pcappipe/record"
)

// Two requests of one trace: somebody's to a shop, and the shop's to its stock.
func ExampleTraces() {
	traces := correlate.NewTraces(correlate.TracesConfig{})
	add := func(flow uint64, client, server byte, path string, start, last int64) {
		traces.Add(&correlate.Exchange{
			Number: 1, Method: "GET", Path: path, Status: 200, Start: start, Last: last, Timed: true,
			Trace: []tracecontext.Context{{TraceID: "0af7651916cd43dd8448eb211c80319c"}},
		}, &correlate.ExchangeOf{Flow: flow, ClientAddress: []byte{10, 0, 0, client}, ServerAddress: []byte{10, 0, 0, server}}, last)
	}
	add(2, 2, 3, "/stock", 2e9, 5e9)
	add(1, 1, 2, "/shop", 1e9, 6e9)

	deadline, _ := traces.Deadline()
	fmt.Println("over after", deadline/1e9)
	trace := traces.Expire(deadline + 1)
	var row record.Row
	trace.Row(&row)
	line := string(output.Lines(correlate.TraceSchema, output.Epoch).Append(nil, &row))
	fmt.Print(strings.ReplaceAll(line, `{"exchange"`, "\n"+`{"exchange"`))
	// Output:
	// over after 606
	// {"record":"trace","trace_id":"0af7651916cd43dd8448eb211c80319c","source":["traceparent"],"start":1.000000000,"duration":5.000000000,"busy":5.000000000,"end_reason":"idle","exchanges":["2.1","1.1"],"flows":[2,1],"tree":[
	// {"exchange":"1.1","flow":1,"depth":0,"offset":0.000000000,"duration":5.000000000,"self":2.000000000,"client.address":"10.0.0.1","network.peer.address":"10.0.0.2","server.address":"10.0.0.2","http.request.method":"GET","url.path":"/shop","http.response.status_code":200,"outcome":"responded"},
	// {"exchange":"2.1","flow":2,"parent":"1.1","by":"time","depth":1,"offset":1.000000000,"duration":3.000000000,"self":3.000000000,"before":1.000000000,"after":1.000000000,"client.address":"10.0.0.2","network.peer.address":"10.0.0.3","server.address":"10.0.0.3","http.request.method":"GET","url.path":"/stock","http.response.status_code":200,"outcome":"responded"}]}
}

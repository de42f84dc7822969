package elasticsearchexporter

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"go.opentelemetry.io/collector/consumer/consumererror"
	"go.opentelemetry.io/collector/exporter/exporterhelper"
	"go.opentelemetry.io/collector/pdata/plog"
)

// A settler is told what has become of a document of a request.
type settler func(r request, i int, result result)

// deliver sends a request and settles each of its documents. It returns the reply
// after which there is no use in sending more, nil if there was none.
//
// A request that is refused as a whole may be so because of one document:
// Elasticsearch checks the length of ids, for one, before it looks at any. Then it is
// sent in halves.
func (c *client) deliver(ctx context.Context, r request, query string, settle settler) (down *reply) {
	answer := c.bulk(ctx, r.body, query)
	switch {
	case answer.status == http.StatusOK:
		for i := range r.items {
			result := answer.results.of(i)
			settle(r, i, result)
			if result.unknown != nil {
				answer.err, down = result.unknown, &answer
			}
		}
		return down
	case answer.status != http.StatusRequestEntityTooLarge && answer.status != http.StatusBadRequest, answer.misconfigured():
		unsent(r, &answer, settle)
		return &answer
	case len(r.items) == 1:
		settle(r, 0, result{Status: answer.status, Error: &failure{Type: "bulk_request_exception", Reason: answer.err.Error()}})
		return nil
	}
	c.telemetry.split(ctx, answer.status)
	first, second := r.halves()
	if down = c.deliver(ctx, first, query, settle); down != nil {
		unsent(second, down, settle)
		return down
	}
	return c.deliver(ctx, second, query, settle)
}

// misconfigured reports whether a backend does not know a parameter of the request, such as
// require_data_stream before Elasticsearch 8.13 and in OpenSearch. No document is the cause,
// and so none is refused for it.
func (r *reply) misconfigured() bool {
	return r.status == http.StatusBadRequest && strings.Contains(r.err.Error(), "contains unrecognized parameter")
}

// unsent settles the documents of a request that is not worth sending.
func unsent(r request, down *reply, settle settler) {
	for i := range r.items {
		settle(r, i, result{unknown: down.err})
	}
}

// A delivery is a batch on its way.
type delivery struct {
	*pusher
	again []int  // the records that must be tried again
	err   error  // why, the first reason
	down  *reply // why no more requests are sent
}

// result is what the queue is told: nothing, or which records it has to try again
// and when.
func (d *delivery) result(ld plog.Logs) error {
	if len(d.again) == 0 {
		return nil
	}
	slices.Sort(d.again)
	err := d.err
	if wait := d.wait(); wait > 0 {
		err = exporterhelper.NewThrottleRetry(err, wait)
	}
	if len(d.again) == ld.LogRecordCount() {
		return err
	}
	return consumererror.NewLogs(err, only(ld, d.again))
}

func (d *delivery) wait() time.Duration {
	if d.down == nil {
		return 0
	}
	return d.down.wait
}

// send sends a request of the batch, unless the one before has shown that it is of
// no use.
func (d *delivery) send(ctx context.Context, r request) {
	var counts [refused + 1]int
	var letters []letter
	settle := func(r request, i int, result result) {
		switch f := result.fate(d.op); f {
		case refused:
			letters = append(letters, letter{record: r.items[i].record, action: r.action(i), document: r.document(i), status: result.Status, failure: result.failure()})
		case tryAgain:
			d.retry(r.items[i].record, result.err())
			counts[f]++
		case accepted, stored, duplicate:
			counts[f]++
		}
	}
	if d.down != nil {
		unsent(r, d.down, settle)
	} else {
		d.down = d.client.deliver(ctx, r, d.client.query, settle)
	}
	left, err := d.deadLetters.take(ctx, letters)
	for i := range left { // it will be refused again, but is not lost
		d.retry(left[i].record, err)
	}
	counts[tryAgain] += len(left)
	counts[refused] = len(letters) - len(left)
	for f, n := range counts {
		d.telemetry.documents(ctx, fate(f), n)
	}
}

// retry notes a record to be tried again.
func (d *delivery) retry(record int, err error) {
	d.again = append(d.again, record)
	if d.err == nil {
		d.err = err
	}
}

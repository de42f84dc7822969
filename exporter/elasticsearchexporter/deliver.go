package elasticsearchexporter

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"go.opentelemetry.io/collector/consumer/consumererror"
	"go.opentelemetry.io/collector/exporter/exporterhelper"
	"go.opentelemetry.io/collector/pdata/plog"
)

// A fate is what becomes of a document.
type fate int

// The fates.
const (
	accepted  fate = iota
	stored         // in the failure store of its data stream
	duplicate      // the backend had it already
	tryAgain
	refused // for good
)

// String is the fate as the attribute outcome has it.
func (f fate) String() string {
	return [...]string{"accepted", "failure_store", "duplicate", "retry", "refused"}[f]
}

// conflict is the type of the error that a document with this id is there already.
const conflict = "version_conflict_engine_exception"

// fate decides what follows from what the backend says of a document. 500 is
// refused: Elasticsearch has it for what its pipelines run into, such as a pipeline
// that does not exist, every time again.
func (r *result) fate(op OpType) fate {
	switch {
	case r.Status/100 == 2 && r.FailureStore == "used":
		return stored
	case r.Status/100 == 2:
		return accepted
	case r.Status == http.StatusConflict && op == OpCreate && r.Error != nil && r.Error.Type == conflict:
		return duplicate
	}
	switch r.Status {
	case http.StatusTooManyRequests, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return tryAgain
	}
	return refused
}

// A delivery is a batch on its way.
type delivery struct {
	*pusher
	again []int         // the records that must be tried again
	err   error         // why, the first reason
	wait  time.Duration // not before
	down  bool          // the backend does not take requests, so none is sent any more
}

// result is what the queue is told: nothing, or which records it has to try again
// and when.
func (d *delivery) result(ld plog.Logs) error {
	if len(d.again) == 0 {
		return nil
	}
	slices.Sort(d.again)
	err := d.err
	if d.wait > 0 {
		err = exporterhelper.NewThrottleRetry(err, d.wait)
	}
	if len(d.again) == ld.LogRecordCount() {
		return err
	}
	return consumererror.NewLogs(err, only(ld, d.again))
}

// retry notes documents to be tried again.
func (d *delivery) retry(ctx context.Context, items []item, err error) {
	for _, it := range items {
		d.again = append(d.again, it.record)
	}
	if d.err == nil {
		d.err = err
	}
	d.telemetry.documents(ctx, tryAgain, len(items))
}

// deliver sends a request and settles each of its documents. A request that is
// refused as a whole may be so because of one document: Elasticsearch checks the
// length of ids, for one, before it looks at any. Then it is sent in halves.
func (d *delivery) deliver(ctx context.Context, r request) {
	if d.down {
		d.retry(ctx, r.items, d.err)
		return
	}
	reply := d.client.bulk(ctx, r.body, d.client.query)
	switch {
	case reply.status == http.StatusOK:
		d.settle(ctx, r, &reply.results)
	case reply.status != http.StatusRequestEntityTooLarge && reply.status != http.StatusBadRequest:
		d.down, d.wait = true, reply.wait
		d.retry(ctx, r.items, reply.err)
	case len(r.items) > 1:
		d.telemetry.split(ctx, reply.status)
		first, second := r.halves()
		d.deliver(ctx, first)
		d.deliver(ctx, second)
	default:
		d.bury(ctx, []letter{{
			item: r.items[0], action: r.action(0), document: r.document(0), status: reply.status,
			failure: &failure{Type: "bulk_request_exception", Reason: reply.err.Error()},
		}})
	}
}

// settle decides about each document of a request that has been answered.
func (d *delivery) settle(ctx context.Context, r request, results *results) {
	var counts [refused + 1]int
	var letters []letter
	for i, it := range r.items {
		result, ok := results.of(i)
		if !ok {
			d.down = true
			d.retry(ctx, r.items[i:], errors.Join(errShort, results.err))
			break
		}
		f := result.fate(d.op)
		switch f {
		case tryAgain:
			d.retry(ctx, r.items[i:i+1], fmt.Errorf("document: status %d: %s", result.Status, result.Error))
			continue
		case refused:
			letters = append(letters, letter{item: it, action: r.action(i), document: r.document(i), status: result.Status, failure: result.failure()})
			continue
		case accepted, stored, duplicate:
		}
		counts[f]++
	}
	for f, n := range counts {
		d.telemetry.documents(ctx, fate(f), n)
	}
	d.bury(ctx, letters)
}

var errShort = errors.New("the answer ends before the results of all documents")

func (r *result) failure() *failure {
	if r.Error == nil {
		return &failure{Type: "unknown", Reason: "no reason given"}
	}
	return r.Error
}

// bury gives refused documents to the dead letters. What these cannot take for now
// is tried again from the start: it is refused again, but not lost.
func (d *delivery) bury(ctx context.Context, letters []letter) {
	if len(letters) == 0 {
		return
	}
	left, err := d.deadLetters.take(ctx, letters)
	for i := range left {
		d.retry(ctx, []item{left[i].item}, err)
	}
	d.telemetry.documents(ctx, refused, len(letters)-len(left))
}

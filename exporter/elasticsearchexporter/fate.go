package elasticsearchexporter

import "net/http"

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
	case r.unknown != nil:
		return tryAgain
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

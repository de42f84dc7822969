package elasticsearchtest

import "net/http"

// A Request is a bulk request that has come in.
type Request struct {
	Number   int // the first is 0
	Query    map[string][]string
	Header   http.Header
	Size     int // of the body, decoded
	Items    int // documents, if the body could be read
	Status   int // of the answer, 0 if there was none or half of one
	Conflict int // documents that were there already
}

// A Fault is how a bulk request fails. The zero Fault is none.
type Fault struct {
	// Status answers the whole request with an error, without doing anything.
	Status int
	// Reason is that error's, if it is not the usual one.
	Reason string
	// RetryAfter is the header of that answer.
	RetryAfter string
	// Keep, if not nil, indexes as many documents and then closes the connection
	// without an answer.
	Keep *int
	// Cut indexes all documents and closes the connection after half of the answer.
	Cut bool
	// Hold waits for this before anything is done.
	Hold <-chan struct{}
}

// An Item is a document of a bulk request.
type Item struct {
	Request int // its number
	Number  int // within the request
	Index   string
	ID      string // empty if it has none yet
	Source  []byte
}

// Fail asks how each bulk request is to fail; nil ends that.
func (s *Server) Fail(fault func(*Request) Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fault = fault
}

// FailItems asks with what status each document is to fail, 0 for not at all; nil
// ends that. It must not call the server.
func (s *Server) FailItems(item func(*Item) int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.item = item
}

// rejection is the error of a status that has been asked for.
func rejection(status int) *failure {
	switch status {
	case http.StatusTooManyRequests:
		return &failure{status, "es_rejected_execution_exception", "rejected execution of coordinating operation [coordinating_and_primary_bytes=0, replica_bytes=0, all_bytes=0, coordinating_operation_bytes=1, max_coordinating_and_primary_bytes=0]", nil}
	case http.StatusServiceUnavailable:
		return &failure{status, "unavailable_shards_exception", "[logs][0] primary shard is not active Timeout: [1m]", nil}
	}
	return &failure{status, "exception", "because of a test", nil}
}

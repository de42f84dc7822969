package elasticsearchtest

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"

	"github.com/klauspost/compress/zstd"

	"github.com/sluice-otel/sluice/ingest/document"
	"github.com/sluice-otel/sluice/ingest/jackson"
)

// An operation is a document of a bulk request and what to do with it.
type operation struct {
	create  bool
	index   string
	id      string
	routing string
	source  []byte
}

func (s *Server) serveBulk(w http.ResponseWriter, r *http.Request, path []string) {
	s.mu.Lock()
	request := &Request{Number: len(s.requests), Query: r.URL.Query(), Header: r.Header.Clone()}
	s.requests = append(s.requests, *request)
	fault, limit := s.fault, s.maxBody
	s.mu.Unlock()
	var how Fault
	body, tooLarge, err := readBody(r, limit)
	request.Size = len(body)
	defer s.answered(request)
	var operations []operation
	var bad *failure
	switch {
	case tooLarge:
		w.Header().Set("Connection", "close")
		request.Status = http.StatusRequestEntityTooLarge
		w.WriteHeader(request.Status) // as netty does: nothing more
		return
	case err != nil:
		bad = &failure{http.StatusBadRequest, "parse_exception", err.Error(), nil}
	default:
		operations, bad = parse(body, path)
		request.Items = len(operations)
	}
	if fault != nil {
		how = fault(request)
	}
	if how.Hold != nil {
		<-how.Hold
	}
	switch {
	case how.Status != 0:
		if how.RetryAfter != "" {
			w.Header().Set("Retry-After", how.RetryAfter)
		}
		if bad = rejection(how.Status); how.Reason != "" {
			bad.reason = how.Reason
		}
		fallthrough
	case bad != nil:
		request.Status = bad.status
		writeError(w, *bad)
	case how.Keep != nil:
		s.execute(request, operations[:min(*how.Keep, len(operations))])
		panic(http.ErrAbortHandler)
	default:
		s.answer(w, request, s.execute(request, operations), how.Cut)
	}
}

// answer writes the results, or half of them.
func (s *Server) answer(w http.ResponseWriter, request *Request, results map[string]any, cut bool) {
	if paths := request.Query["filter_path"]; len(paths) > 0 {
		results, _ = filter(results, paths[0]).(map[string]any)
	}
	text, err := json.Marshal(results)
	if err != nil {
		panic(err)
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", strconv.Itoa(len(text)))
	if cut {
		_, _ = w.Write(text[:len(text)/2])
		if err := http.NewResponseController(w).Flush(); err != nil {
			panic(err)
		}
		panic(http.ErrAbortHandler)
	}
	request.Status = http.StatusOK
	_, _ = w.Write(text)
}

func readBody(r *http.Request, limit int64) (body []byte, tooLarge bool, err error) {
	reader := io.Reader(io.LimitReader(r.Body, limit+1))
	switch encoding := r.Header.Get("Content-Encoding"); encoding {
	case "":
	case "gzip":
		if reader, err = gzip.NewReader(reader); err != nil {
			return nil, false, err
		}
	case "zstd":
		d, err := zstd.NewReader(reader, zstd.WithDecoderConcurrency(1))
		if err != nil {
			return nil, false, err
		}
		defer d.Close()
		reader = d
	default:
		return nil, false, fmt.Errorf("unknown content encoding %q", encoding)
	}
	body, err = io.ReadAll(io.LimitReader(reader, limit+1))
	return body, int64(len(body)) > limit, err
}

// maxID is the longest id, in bytes.
const maxID = 512

// parse reads the lines of a bulk request. A mistake in one is one of all.
func parse(body []byte, path []string) ([]operation, *failure) {
	bad := func(kind, format string, args ...any) ([]operation, *failure) {
		return nil, &failure{http.StatusBadRequest, kind, fmt.Sprintf(format, args...), nil}
	}
	if len(body) == 0 {
		return bad("parse_exception", "request body is required")
	}
	if !bytes.HasSuffix(body, []byte("\n")) {
		return bad("illegal_argument_exception", "The bulk request must be terminated by a newline [\\n]")
	}
	lines := bytes.Split(body[:len(body)-1], []byte("\n"))
	var out []operation
	for i := 0; i < len(lines); i += 2 {
		var action map[string]map[string]any
		if json.Unmarshal(lines[i], &action) != nil || len(action) != 1 || i+1 == len(lines) {
			return bad("illegal_argument_exception", "Malformed action/metadata line [%d], expected START_OBJECT", i+1)
		}
		op := operation{source: lines[i+1]}
		if len(path) > 0 {
			op.index = path[0]
		}
		for name, parameters := range action {
			if name != "create" && name != "index" {
				return bad("illegal_argument_exception", "Malformed action/metadata line [%d], expected field [create], [delete], [index] or [update] but found [%s]", i+1, name)
			}
			op.create = name == "create"
			if err := op.read(parameters); err != nil {
				return bad("illegal_argument_exception", "Malformed action/metadata line [%d], %s", i+1, err)
			}
		}
		switch {
		case op.index == "":
			return bad("action_request_validation_exception", "Validation Failed: %d: index is missing;", len(out)+1)
		case len(op.id) > maxID:
			return bad("action_request_validation_exception", "Validation Failed: %d: id [%s] is too long, must be no longer than 512 bytes but was: %d;", len(out)+1, op.id, len(op.id))
		}
		out = append(out, op)
	}
	return out, nil
}

func (o *operation) read(parameters map[string]any) error {
	for key, v := range parameters {
		text, ok := v.(string)
		if !ok {
			return errors.New("expected a text for [" + key + "]")
		}
		switch key {
		case "_index":
			o.index = text
		case "_id":
			o.id = text
		case "routing":
			o.routing = text
		default:
			return errors.New("found unknown parameter [" + key + "]")
		}
	}
	return nil
}

// execute does one operation after the other and returns the answer.
func (s *Server) execute(request *Request, operations []operation) map[string]any {
	s.mu.Lock()
	defer s.mu.Unlock()
	items := make([]any, 0, len(operations))
	failed := false
	for i := range operations {
		op := &operations[i]
		name, status := "index", http.StatusCreated
		if op.create {
			name = "create"
		}
		var f *failure
		if s.item != nil {
			if asked := s.item(&Item{request.Number, i, op.index, op.id, op.source}); asked != 0 {
				f = rejection(asked)
			}
		}
		if f == nil {
			status, f = s.do(request, op)
		}
		result := map[string]any{"_index": op.index, "_id": op.id, "status": status}
		if f != nil {
			failed = true
			result["status"], result["error"] = f.status, f.json()
			if f.status == http.StatusConflict {
				request.Conflict++
			}
		} else {
			result["result"], result["_version"], result["_seq_no"] = "created", 1, i
			if status == http.StatusOK {
				result["result"], result["_version"] = "updated", 2
			}
		}
		items = append(items, map[string]any{name: result})
	}
	return map[string]any{"took": 1, "errors": failed, "items": items}
}

// do does one operation. The lock is held.
func (s *Server) do(request *Request, op *operation) (int, *failure) {
	if f := check(op.index); f != nil {
		return 0, f
	}
	if name := request.Query["pipeline"]; len(name) > 0 && !s.pipelines[name[0]] {
		return 0, &failure{http.StatusBadRequest, "illegal_argument_exception", "pipeline with id [" + name[0] + "] does not exist", nil}
	}
	x, ok := s.indices[op.index]
	if !ok {
		x = &index{name: op.index, stream: isStream(op.index), places: map[string]int{}, fields: map[string]string{}}
	}
	if wanted := request.Query["require_data_stream"]; len(wanted) > 0 && wanted[0] == "true" && !x.stream {
		why := "[require_data_stream] request flag is [true] and [" + op.index + "] is not a data stream"
		if ok { // as BulkOperation says it
			return 0, &failure{http.StatusNotFound, "resource_not_found_exception", why, nil}
		}
		return 0, &failure{http.StatusNotFound, "index_not_found_exception", "no such index [" + op.index + "] and " + why, nil}
	}
	s.indices[op.index] = x
	if op.id == "" {
		s.lastID++
		op.id = fmt.Sprintf("auto-%d", s.lastID)
	}
	// Strict: Elasticsearch refuses a key that is there twice.
	if _, err := jackson.Parse(document.New(time.Time{}), string(op.source)); err != nil {
		return 0, x.unparsable(op.id, "failed to parse", &failure{0, "x_content_parse_exception", err.Error(), nil})
	}
	d := json.NewDecoder(bytes.NewReader(op.source))
	d.UseNumber()
	var source map[string]any
	if err := d.Decode(&source); err != nil {
		return 0, x.unparsable(op.id, "failed to parse", &failure{0, "not_x_content_exception", err.Error(), nil})
	}
	created, f := x.put(op.create, op.id, op.routing, source)
	if created {
		return http.StatusCreated, f
	}
	return http.StatusOK, f
}

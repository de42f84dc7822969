package elasticsearchexporter

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

// A reply is the answer to a bulk request.
type reply struct {
	status  int           // 0 if there is no answer
	wait    time.Duration // not before then again
	err     error         // unless it is 200
	results results
}

// results are what an answer says of the documents of a request, in their order.
type results struct {
	all  bool     // every document is accepted, and list is empty
	list []result // of the first ones, if the answer has ended too early
	err  error    // why it has
}

var errShort = errors.New("the answer ends before the results of all documents")

// of is what became of a document.
func (r *results) of(i int) result {
	switch {
	case r.all:
		return result{Status: http.StatusCreated}
	case i < len(r.list):
		return r.list[i]
	}
	return result{unknown: errors.Join(errShort, r.err)}
}

// A result is what the backend says of one document, or why it has said nothing.
type result struct {
	Status       int      `json:"status"`
	Error        *failure `json:"error"`
	FailureStore string   `json:"failure_store"`

	unknown error // why the backend has said nothing
}

// A failure is an error as Elasticsearch writes it.
type failure struct {
	Type   string   `json:"type"`
	Reason string   `json:"reason"`
	Cause  *failure `json:"caused_by"`
}

// failure is the error of a document that is refused.
func (r *result) failure() *failure {
	if r.Error == nil {
		return &failure{Type: "unknown", Reason: "no reason given"}
	}
	return r.Error
}

// err is why a document must be tried again.
func (r *result) err() error {
	if r.unknown != nil {
		return r.unknown
	}
	return fmt.Errorf("document: status %d: %s", r.Status, r.failure())
}

// String has the causes, too: often only the last one says what is wrong.
func (f *failure) String() string {
	parts := []string{}
	for ; f != nil; f = f.Cause {
		parts = append(parts, f.Type+": "+f.Reason)
	}
	return strings.Join(parts, "; caused by ")
}

// UnmarshalJSON takes a text, too, as old versions and proxies write it.
func (f *failure) UnmarshalJSON(text []byte) error {
	if bytes.HasPrefix(text, []byte(`"`)) {
		f.Type = "error"
		return json.Unmarshal(text, &f.Reason)
	}
	type plain failure
	return json.Unmarshal(text, (*plain)(f))
}

// maxAnswer is how much of an answer is read: a thousand bytes for each of a hundred
// thousand documents.
const maxAnswer = 100 << 20

// readResults reads the answer to a bulk request. What can be read of an answer that
// breaks off holds: those documents need not be sent again.
func readResults(body io.Reader) results {
	text, readErr := io.ReadAll(io.LimitReader(body, maxAnswer))
	var head struct {
		Errors *bool `json:"errors"`
	}
	if readErr == nil && json.Unmarshal(text, &head) == nil && head.Errors != nil && !*head.Errors && !bytes.Contains(text, []byte(`"failure_store"`)) {
		return results{all: true}
	}
	list, err := readItems(text)
	return results{list: list, err: errors.Join(readErr, err)}
}

// readItems reads the items of an answer, up to its end or the first that is not
// complete.
func readItems(text []byte) ([]result, error) {
	d := json.NewDecoder(bytes.NewReader(text))
	if err := seek(d, "items"); err != nil {
		return nil, err
	}
	var list []result
	for d.More() {
		var action map[string]result
		if err := d.Decode(&action); err != nil {
			return list, fmt.Errorf("read answer: item %d: %w", len(list), err)
		}
		if len(action) != 1 {
			return list, fmt.Errorf("read answer: item %d: %d actions instead of one", len(list), len(action))
		}
		for _, r := range action {
			list = append(list, r)
		}
	}
	return list, nil
}

// seek reads an object up to the array with this key.
func seek(d *json.Decoder, key string) error {
	if _, err := d.Token(); err != nil {
		return fmt.Errorf("read answer: %w", err)
	}
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return fmt.Errorf("read answer: %w", err)
		}
		if name == key {
			_, err := d.Token()
			return err
		}
		var other json.RawMessage
		if err := d.Decode(&other); err != nil {
			return fmt.Errorf("read answer: %w", err)
		}
	}
	return fmt.Errorf("read answer: it has no %s", key)
}

// reasonOf is what the body of an answer that is an error says.
func reasonOf(text []byte) string {
	var body struct {
		Error *failure `json:"error"`
	}
	if json.Unmarshal(text, &body) == nil && body.Error != nil {
		return body.Error.String()
	}
	const shown = 200
	if len(text) > shown {
		text = text[:shown]
	}
	return strings.ToValidUTF8(strings.TrimSpace(string(text)), "\ufffd")
}

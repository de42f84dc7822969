package elasticsearchexporter

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"
)

// A letter is a document that the backend refuses for good. It aliases the lines of
// its request.
type letter struct {
	item     item
	action   []byte
	document []byte
	status   int
	failure  *failure
}

// deadLetters are where refused documents go: an index, and a file for what that
// refuses, too. Without either they are only counted and logged.
type deadLetters struct {
	index     string
	client    *client
	file      *deadLetterFile
	telemetry *telemetry
	now       clock
}

func newDeadLetters(cfg *Config, c *client, file *deadLetterFile, report *telemetry, now clock) *deadLetters {
	return &deadLetters{index: cfg.DeadLetter.Index, client: c, file: file, telemetry: report, now: now}
}

// take keeps letters, and returns those that their target cannot take for now.
func (d *deadLetters) take(ctx context.Context, letters []letter) ([]letter, error) {
	for i := range letters {
		d.telemetry.refused(ctx, &letters[i])
	}
	var left []letter
	var err error
	if d.index != "" {
		letters, left, err = d.intoIndex(ctx, letters)
	}
	if d.file.wanted() {
		if writeErr := d.file.write(letters, d.now()); writeErr != nil {
			d.telemetry.deadLetterError(ctx, "file", len(letters), writeErr)
			return append(left, letters...), writeErr
		}
		d.telemetry.buried(ctx, "file", len(letters))
		return left, err
	}
	d.telemetry.buried(ctx, "none", len(letters))
	return left, err
}

// An indexed letter has the shape of a document in Elasticsearch's failure store,
// but for the source, which is a text: so it fits, whatever the mapping.
type indexedLetter struct {
	Timestamp time.Time       `json:"@timestamp"`
	Document  indexedDocument `json:"document"`
	Error     indexedError    `json:"error"`
}

type indexedDocument struct {
	Index   string `json:"index"`
	ID      string `json:"id,omitempty"`
	Routing string `json:"routing,omitempty"`
	Source  string `json:"source"`
}

type indexedError struct {
	Type    string `json:"type"`
	Message string `json:"message"`
	Status  int    `json:"status"`
}

// appendIndexed appends the two lines of a bulk request that index a letter.
func (d *deadLetters) appendIndexed(dst []byte, l *letter) ([]byte, error) {
	var action map[string]struct {
		Index   string `json:"_index"`
		ID      string `json:"_id"`
		Routing string `json:"routing"`
	}
	if err := json.Unmarshal(l.action, &action); err != nil {
		return dst, err
	}
	doc := indexedLetter{
		Timestamp: d.now().UTC(),
		Document:  indexedDocument{Source: string(l.document)},
		Error:     indexedError{l.failure.Type, l.failure.String(), l.status},
	}
	for _, a := range action {
		doc.Document.Index, doc.Document.ID, doc.Document.Routing = a.Index, a.ID, a.Routing
	}
	line, err := json.Marshal(doc)
	if err != nil {
		return dst, err
	}
	target := placement{index: d.index}
	return append(append(target.appendAction(dst, OpCreate), line...), '\n'), nil
}

// intoIndex indexes letters. It returns those that the index refuses for good, and
// those it cannot take for now. Each is a request of its own: letters are few, and
// one that is too large or badly formed costs no other.
func (d *deadLetters) intoIndex(ctx context.Context, letters []letter) (unwanted, left []letter, err error) {
	var body []byte
	taken := 0
	for i := range letters {
		body, err = d.appendIndexed(body[:0], &letters[i])
		if err != nil {
			unwanted = append(unwanted, letters[i])
			continue
		}
		f, why := d.send(ctx, body)
		switch f {
		case tryAgain:
			d.telemetry.deadLetterError(ctx, "index", len(letters)-i, why)
			d.telemetry.buried(ctx, "index", taken)
			return unwanted, letters[i:], why
		case refused:
			d.telemetry.deadLetterError(ctx, "index", 1, why)
			unwanted = append(unwanted, letters[i])
		case accepted, stored, duplicate:
			taken++
		}
	}
	d.telemetry.buried(ctx, "index", taken)
	return unwanted, nil, nil
}

// send indexes one letter.
func (d *deadLetters) send(ctx context.Context, body []byte) (fate, error) {
	r := d.client.bulk(ctx, body, "filter_path="+shown)
	if r.status == http.StatusBadRequest || r.status == http.StatusRequestEntityTooLarge {
		return refused, r.err
	}
	if r.err != nil {
		return tryAgain, r.err
	}
	result, ok := r.results.of(0)
	if !ok {
		return tryAgain, errors.Join(errShort, r.results.err)
	}
	return result.fate(OpCreate), fmt.Errorf("status %d: %s", result.Status, result.Error)
}

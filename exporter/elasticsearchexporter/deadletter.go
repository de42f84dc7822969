package elasticsearchexporter

import (
	"context"
	"encoding/json"
	"time"
)

// A letter is a document that the backend refuses for good. It aliases the lines of
// its request.
type letter struct {
	record   int // its record's place in the batch
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
	if len(letters) == 0 {
		return nil, nil
	}
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

// indexed is the document of a letter.
func (d *deadLetters) indexed(l *letter) []byte {
	doc := indexedLetter{
		Timestamp: d.now().UTC(),
		Document:  indexedDocument{Source: string(l.document)},
		Error:     indexedError{l.failure.Type, l.failure.String(), l.status},
	}
	var action map[string]struct {
		Index   string `json:"_index"`
		ID      string `json:"_id"`
		Routing string `json:"routing"`
	}
	if json.Unmarshal(l.action, &action) == nil { // it is a line of ours
		for _, a := range action {
			doc.Document.Index, doc.Document.ID, doc.Document.Routing = a.Index, a.ID, a.Routing
		}
	}
	line, err := json.Marshal(doc)
	if err != nil {
		return []byte("{}") // there is nothing in it that JSON cannot have
	}
	return line
}

// intoIndex indexes letters. It returns those that the index refuses for good, and
// those it cannot take for now.
func (d *deadLetters) intoIndex(ctx context.Context, letters []letter) (unwanted, left []letter, err error) {
	r := d.request(letters)
	taken := 0
	d.client.deliver(ctx, r, "filter_path="+shown, func(r request, i int, result result) {
		l := letters[r.items[i].record]
		switch result.fate(OpCreate) {
		case tryAgain:
			left, err = append(left, l), result.err()
		case refused:
			unwanted = append(unwanted, l)
			d.telemetry.deadLetterError(ctx, "index", 1, result.err())
		case accepted, stored, duplicate:
			taken++
		}
	})
	if len(left) > 0 {
		d.telemetry.deadLetterError(ctx, "index", len(left), err)
	}
	d.telemetry.buried(ctx, "index", taken)
	return unwanted, left, err
}

// request has the letters as documents. The records of its items are their places.
func (d *deadLetters) request(letters []letter) request {
	var r request
	for i := range letters {
		it := item{record: i, start: len(r.body)}
		target := placement{index: d.index}
		r.body = target.appendAction(r.body, OpCreate)
		it.source = len(r.body)
		r.body = append(append(r.body, d.indexed(&letters[i])...), '\n')
		it.end = len(r.body)
		r.items = append(r.items, it)
	}
	return r
}

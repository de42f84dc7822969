package ingestprocessor

import (
	"errors"
	"strings"
	"sync"
	"time"

	"go.opentelemetry.io/collector/pdata/plog"
	"go.uber.org/zap"

	"github.com/sluice-otel/sluice/ingest"
	"github.com/sluice-otel/sluice/ingest/document"
)

// Attributes of a record whose document failed.
const (
	errorMessageAttribute = "error.message" // what _ingest.on_failure_message would have been
	errorTypeAttribute    = "error.type"    // the exception class, such as illegal_argument_exception
	pipelineAttribute     = "elasticsearch.ingest.pipeline"
	processorAttribute    = "elasticsearch.ingest.processor"
	tagAttribute          = "elasticsearch.ingest.tag"
)

// maxMessage bounds error.message: messages quote fields, and the field is in
// the record anyway.
const maxMessage = 2048

// A failure is why a document failed and where.
type failure struct {
	place

	message string
	class   document.Class
}

// A place is a processor of a pipeline.
type place struct{ pipeline, processor, tag string }

func describe(err error, entry string) failure {
	f := failure{place: place{pipeline: entry}, class: document.ClassOf(err)}
	f.message = document.RootMessage(err)
	if len(f.message) > maxMessage {
		f.message = strings.ToValidUTF8(f.message[:maxMessage], "") + "…"
	}
	if at, ok := errors.AsType[*ingest.Failure](err); ok {
		f.place = place{pipeline: at.Pipeline, processor: at.Processor, tag: at.Tag}
	}
	return f
}

// mark adds the failure to the record as attributes.
func (f failure) mark(rec plog.LogRecord) {
	attrs := rec.Attributes()
	attrs.EnsureCapacity(attrs.Len() + 5)
	attrs.PutStr(errorMessageAttribute, f.message)
	attrs.PutStr(errorTypeAttribute, string(f.class))
	attrs.PutStr(pipelineAttribute, f.pipeline)
	if f.processor != "" {
		attrs.PutStr(processorAttribute, f.processor)
	}
	if f.tag != "" {
		attrs.PutStr(tagAttribute, f.tag)
	}
}

const (
	// reportInterval is how long after a log line about a place the next one
	// about it comes at the earliest.
	reportInterval = time.Minute
	// maxPlaces bounds the places remembered; tags are few, but nothing says so.
	maxPlaces = 1024
)

// failureLog writes failures to the log, once a minute for each place. It is
// safe for concurrent use.
type failureLog struct {
	logger *zap.Logger

	mu     sync.Mutex // guards places
	places map[place]*silence
}

// A silence is the time after a log line in which no other is written.
type silence struct {
	until  time.Time
	missed int // failures since the line
}

func newFailureLog(logger *zap.Logger) *failureLog {
	return &failureLog{logger: logger, places: make(map[place]*silence)}
}

func (l *failureLog) report(f failure) {
	missed, ok := l.due(f.place, time.Now())
	if !ok {
		return
	}
	l.logger.Warn("document failed in its ingest pipeline; further failures of this processor are counted and logged once a minute",
		zap.String("pipeline", f.pipeline), zap.String("processor", f.processor), zap.String("tag", f.tag),
		zap.String("error_type", string(f.class)), zap.String("error", f.message),
		zap.Int("failures_not_logged", missed))
}

// due reports whether it is time for a line about p and how many failures
// passed without one.
func (l *failureLog) due(p place, now time.Time) (missed int, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	s := l.places[p]
	if s == nil {
		if len(l.places) >= maxPlaces {
			clear(l.places)
		}
		s = &silence{}
		l.places[p] = s
	}
	if now.Before(s.until) {
		s.missed++
		return 0, false
	}
	missed, s.missed, s.until = s.missed, 0, now.Add(reportInterval)
	return missed, true
}

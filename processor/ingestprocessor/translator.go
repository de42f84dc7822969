package ingestprocessor

import (
	"time"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/xpdata"

	"github.com/sluice-otel/sluice/ingest/document"
	"github.com/sluice-otel/sluice/internal/flatlogs"
)

// Fields of a document that belong to a part of the record which is no
// attribute.
const (
	messageField   = "message"
	timestampField = "@timestamp"
)

// Attributes that carry the metadata of a document, in both directions:
// exporters for Elasticsearch read them.
const (
	IndexAttribute      = "elasticsearch.index"       // _index
	DocumentIDAttribute = "elasticsearch.document_id" // _id
	RoutingAttribute    = "elasticsearch.routing"     // _routing
)

var metadataAttributes = [...]struct{ field, attribute string }{
	{"_index", IndexAttribute},
	{"_id", DocumentIDAttribute},
	{"_routing", RoutingAttribute},
}

// A translator turns a log record into a document and the document into the
// record again. It is used for one record after the other and is not safe for
// concurrent use.
//
// Strings are shared between record and document, never copied: strings of
// pdata are ordinary Go strings that nobody changes. Bytes can change and are
// copied. What toRecord has written does not depend on the translator.
type translator struct {
	doc     *document.Document
	target  Target
	include included

	record    lazyRecord  // of messages
	lazy      *lazyRecord // of which the document is made; nil if it is made of a record
	resource  pcommon.Map // the resource's attributes, if they are in the document
	timestamp string      // the record's, as the document shows it; "" if not set
	tally     tally
	fields    []field
	names     names
	builder   xpdata.MapBuilder
	boxes     flatlogs.Boxes
	set       *flatlogs.Setter // for one batch
	page      page
	shapes    shapes
}

// included are the parts of a record that are in its document.
type included struct{ attributes, resource, severity, trace bool }

// A field is a leaf of a document by its dotted name.
type field struct {
	name  string
	value document.Value
}

func newTranslator(cfg *DocumentConfig, boxes flatlogs.Boxes) *translator {
	t := &translator{target: cfg.Target, include: cfg.parts(), doc: document.New(time.Time{}), boxes: boxes}
	t.doc.SetTally(&t.tally.counts)
	t.set = flatlogs.NewSetter(boxes)
	t.shapes.credit = maxCredit
	return t
}

// maxPooledFields bounds what one record with very many fields keeps alive.
const maxPooledFields = 1024

func (t *translator) reset() {
	t.doc.Reset(time.Time{})
	clear(t.fields[:cap(t.fields)])
	if cap(t.fields) > maxPooledFields {
		t.fields = nil
	}
	t.shapes.release()
	t.record.release()
	t.timestamp, t.resource = "", pcommon.Map{}
	t.set = flatlogs.NewSetter(t.boxes) // a block that is not used up has the texts of the batch
}

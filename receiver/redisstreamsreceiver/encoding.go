package redisstreamsreceiver

import (
	"strings"

	"go.opentelemetry.io/collector/component"
)

// Encoding is how the payload of an entry is encoded: one of the constants, or
// the id of an encoding extension, such as text_encoding/latin1.
type Encoding string

// The encodings of this receiver. Raw, JSON and Fields make one log record of one
// entry; the others are whole OTLP requests, of which one entry may hold many
// records.
const (
	EncodingRaw       Encoding = "raw"
	EncodingJSON      Encoding = "json"
	EncodingFields    Encoding = "fields" // the payload is the whole entry
	EncodingOTLPProto Encoding = "otlp_proto"
	EncodingOTLPJSON  Encoding = "otlp_json"
)

// extension returns the id of the extension that decodes, if the encoding is
// none of this receiver. The types of all encoding extensions end alike, by which
// a misspelt name is told from one.
func (e Encoding) extension() (component.ID, bool) {
	var id component.ID
	if err := id.UnmarshalText([]byte(e)); err != nil {
		return id, false
	}
	return id, strings.HasSuffix(id.Type().String(), "_encoding")
}

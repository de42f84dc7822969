package redisstreamsreceiver

// Encoding is how the payload of an entry is encoded.
type Encoding string

// The encodings. Raw and JSON make one log record of one entry; the others are
// whole OTLP requests, of which one entry may hold many records.
const (
	EncodingRaw       Encoding = "raw"
	EncodingJSON      Encoding = "json"
	EncodingOTLPProto Encoding = "otlp_proto"
	EncodingOTLPJSON  Encoding = "otlp_json"
)

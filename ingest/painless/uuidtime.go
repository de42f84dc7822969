package painless

import "github.com/sluice-otel/sluice/ingest/document"

// uuidTimes are the methods of what only a UUID of version 1 has (RFC 4122, section 4.1).
var uuidTimes = []member{
	{"long timestamp()", ofTime(func(u uuid) Value {
		return document.Long(int64(u.high&0x0fff<<48 | u.high>>16&0xffff<<32 | u.high>>32))
	})},
	{"int clockSequence()", ofTime(func(u uuid) Value { return document.Integer(int32(u.low >> 48 & 0x3fff)) })},
	{"long node()", ofTime(func(u uuid) Value { return document.Long(int64(u.low & 0xffffffffffff)) })},
}

func ofTime(part func(uuid) Value) native {
	return func(t *thread, args []Value) Value {
		u := objectOf[uuid](args[0])
		if u.high>>12&15 != 1 {
			t.throw(unsupportedOperation, "Not a time-based UUID")
		}
		return part(u)
	}
}

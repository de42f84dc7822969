package redisstreamsreceiver

import (
	"slices"
	"time"
	"unicode/utf8"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/xpdata"

	"github.com/sluice-otel/sluice/receiver/redisstreamsreceiver/internal/metadata"
)

// Attributes of the messaging semantic conventions (v1.44.0). They have no value
// for Redis in messaging.system yet; custom ones are allowed.
const (
	attributeSystem      = "messaging.system"
	attributeDestination = "messaging.destination.name"
	attributeGroup       = "messaging.consumer.group.name"
	attributeMessageID   = "messaging.message.id"
)

// newRecords returns a function that begins a batch of log records. What they
// have in common is said once, on the resource.
func newRecords(cfg *Config) func(stream string, entries int) plog.Logs {
	return func(stream string, entries int) plog.Logs {
		data := plog.NewLogs()
		resource := data.ResourceLogs().AppendEmpty()
		attributes := resource.Resource().Attributes()
		attributes.EnsureCapacity(3)
		attributes.PutStr(attributeSystem, "redis")
		attributes.PutStr(attributeDestination, stream)
		attributes.PutStr(attributeGroup, cfg.Group)
		scope := resource.ScopeLogs().AppendEmpty()
		scope.Scope().SetName(metadata.ScopeName)
		scope.LogRecords().EnsureCapacity(entries)
		return data
	}
}

// everyField in attributes::fields stands for all fields but the payload.
const everyField = "*"

// recordMaker makes a log record of an entry.
type recordMaker struct {
	encoding Encoding
	payload  []string // names of the payload's field
	config   AttributesConfig
	names    map[string]string // field → attribute
	every    bool
}

func newRecordMaker(cfg *Config) *recordMaker {
	m := &recordMaker{
		encoding: cfg.Logs.Encoding, payload: cfg.Payload.Fields, config: cfg.Attributes,
		names: map[string]string{}, every: slices.Contains(cfg.Attributes.Fields, everyField),
	}
	for _, name := range cfg.Attributes.Fields {
		m.names[name] = cfg.Attributes.Prefix + name
	}
	return m
}

// add appends a record. Its time is that of the entry's id. A field name that
// repeats gives the attribute its last value.
func (m *recordMaker) add(data plog.Logs, e *entry, payload string) error {
	records := data.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords()
	var parsed pcommon.Value // before there is a record, because it may fail
	_, there := e.find(m.payload)
	isJSON := m.encoding == EncodingJSON && there
	if isJSON {
		parsed = pcommon.NewValueEmpty()
		if err := setJSONBody(parsed, payload); err != nil {
			return err
		}
	}
	record := records.AppendEmpty()
	record.SetObservedTimestamp(observedAt(records))
	switch {
	case isJSON:
		parsed.MoveTo(record.Body())
	case m.encoding == EncodingFields || !there:
		setFieldsBody(record.Body(), e)
	default:
		setText(record.Body(), payload)
	}
	if at := e.time(); !at.IsZero() {
		record.SetTimestamp(pcommon.NewTimestampFromTime(at))
	}
	if m.config.TraceContext {
		setTraceContext(record, e)
	}
	m.setAttributes(record.Attributes(), e)
	return nil
}

// observedAt is when the first of the records was observed: the clock is asked once
// a batch. The last record is not of account, it has just been made.
func observedAt(records plog.LogRecordSlice) pcommon.Timestamp {
	if records.Len() > 1 {
		return records.At(0).ObservedTimestamp()
	}
	return pcommon.NewTimestampFromTime(time.Now())
}

// setFieldsBody makes a map of the fields, in their order.
func setFieldsBody(body pcommon.Value, e *entry) {
	var b mapBuilder
	for _, f := range e.fields {
		b.add(f.name, f.value)
	}
	b.into(body.SetEmptyMap())
}

func (m *recordMaker) setAttributes(attributes pcommon.Map, e *entry) {
	if len(m.names) == 0 {
		if m.config.MessageID {
			attributes.PutStr(attributeMessageID, e.id)
		}
		return
	}
	var b mapBuilder
	if m.config.MessageID {
		b.add(attributeMessageID, e.id)
	}
	for _, f := range e.fields {
		if name, ok := m.attribute(f.name); ok {
			b.add(name, f.value)
		}
	}
	b.into(attributes)
}

// attribute returns the name of the attribute that keeps a field.
func (m *recordMaker) attribute(field string) (string, bool) {
	if name, ok := m.names[field]; ok {
		return name, true
	}
	if m.every && !slices.Contains(m.payload, field) {
		return m.config.Prefix + field, true
	}
	return "", false
}

// mapBuilder makes a map in one go: pcommon.Map looks for each name it is given
// among all it has.
type mapBuilder struct {
	xpdata.MapBuilder
	names []string
}

func (b *mapBuilder) add(name, text string) {
	b.names = append(b.names, name)
	setText(b.AppendEmpty(name), text)
}

// into moves what was added. Of the same names the last remains.
func (b *mapBuilder) into(m pcommon.Map) {
	b.UnsafeIntoMap(m)
	keepLast(m, b.names)
}

// setText sets a string or, when it is no UTF-8, which OTLP demands of strings,
// bytes.
func setText(v pcommon.Value, text string) {
	if utf8.ValidString(text) {
		v.SetStr(text)
		return
	}
	v.SetEmptyBytes().FromRaw([]byte(text))
}

package redisstreamsreceiver

import (
	"time"
	"unicode/utf8"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"

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

// recordMaker makes a log record of an entry.
type recordMaker struct {
	names     map[string]string // field → attribute
	messageID bool
	setBody   func(body pcommon.Value, payload string) error
}

func newRecordMaker(cfg AttributesConfig, setBody func(pcommon.Value, string) error) *recordMaker {
	m := &recordMaker{names: map[string]string{}, messageID: cfg.MessageID, setBody: setBody}
	for _, name := range cfg.Fields {
		m.names[name] = cfg.Prefix + name
	}
	return m
}

// add appends a record. Its time is that of the entry's id. A field name that
// repeats gives the attribute its last value.
func (m *recordMaker) add(data plog.Logs, e *entry, payload string) error {
	records := data.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords()
	body := pcommon.NewValueEmpty()
	if err := m.setBody(body, payload); err != nil {
		return err
	}
	record := records.AppendEmpty()
	body.MoveTo(record.Body())
	if at := e.time(); !at.IsZero() {
		record.SetTimestamp(pcommon.NewTimestampFromTime(at))
	}
	record.SetObservedTimestamp(pcommon.NewTimestampFromTime(time.Now()))
	m.setAttributes(record.Attributes(), e)
	return nil
}

func (m *recordMaker) setAttributes(attributes pcommon.Map, e *entry) {
	if m.messageID {
		attributes.PutStr(attributeMessageID, e.id)
	}
	if len(m.names) == 0 {
		return
	}
	for _, f := range e.fields {
		if name, ok := m.names[f.name]; ok {
			setText(attributes.PutEmpty(name), f.value)
		}
	}
}

// setRawBody makes the payload the body: a string or, when it is no UTF-8, which
// OTLP demands of strings, bytes.
func setRawBody(body pcommon.Value, payload string) error {
	setText(body, payload)
	return nil
}

func setText(v pcommon.Value, text string) {
	if utf8.ValidString(text) {
		v.SetStr(text)
		return
	}
	v.SetEmptyBytes().FromRaw([]byte(text))
}

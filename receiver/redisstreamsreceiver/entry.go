package redisstreamsreceiver

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// field is one field of an entry. Names may repeat.
type field struct{ name, value string }

// entry is one entry of a stream. fields is nil when the entry is pending but
// has been trimmed from the stream: its content is gone.
type entry struct {
	id     string
	fields []field
}

func (e *entry) trimmed() bool { return e.fields == nil }

// size is about how much memory the entry holds, in bytes.
func (e *entry) size() int {
	n := len(e.id) + entryOverhead
	for _, f := range e.fields {
		n += len(f.name) + len(f.value)
	}
	return n
}

// entryOverhead is the id's and field's headers and a place in the slice.
const entryOverhead = 96

// find returns the value of the first of names that the entry has.
func (e *entry) find(names []string) (string, bool) {
	for _, name := range names {
		for _, f := range e.fields {
			if f.name == name {
				return f.value, true
			}
		}
	}
	return "", false
}

// time is the millisecond part of the id: when the server, or a producer that
// sets ids, added the entry. Zero if it is no time.
func (e *entry) time() time.Time {
	ms, _, _ := strings.Cut(e.id, "-")
	n, err := strconv.ParseInt(ms, 10, 64)
	if err != nil {
		return time.Time{}
	}
	return time.UnixMilli(n)
}

// parseRead parses the reply of an XREADGROUP of one stream, in RESP2's shape:
// [[stream, entries]].
func parseRead(reply any) ([]entry, error) {
	streams, ok := reply.([]any)
	if !ok || len(streams) != 1 {
		return nil, errors.New("parse reply: expected one stream")
	}
	stream, ok := streams[0].([]any)
	if !ok || len(stream) != 2 {
		return nil, errors.New("parse reply: expected a stream's name and entries")
	}
	return parseEntries(stream[1])
}

// parseEntries parses [[id, [name, value, …]], …]. An entry that the stream no
// longer has comes with nil instead of fields.
func parseEntries(reply any) ([]entry, error) {
	items, ok := reply.([]any)
	if !ok {
		return nil, fmt.Errorf("parse entries: got %T", reply)
	}
	entries := make([]entry, 0, len(items))
	for _, item := range items {
		if item == nil {
			continue // Redis 6.2's XAUTOCLAIM, for a trimmed entry
		}
		e, err := parseEntry(item)
		if err != nil {
			return nil, err
		}
		entries = append(entries, e)
	}
	return entries, nil
}

func parseEntry(reply any) (entry, error) {
	parts, ok := reply.([]any)
	if !ok || len(parts) < 2 {
		return entry{}, errors.New("parse entry: expected an id and fields")
	}
	id, ok := parts[0].(string)
	if !ok {
		return entry{}, fmt.Errorf("parse entry: id is %T", parts[0])
	}
	if parts[1] == nil {
		return entry{id: id}, nil
	}
	fields, err := parseFields(parts[1])
	if err != nil {
		return entry{}, fmt.Errorf("parse entry %s: %w", id, err)
	}
	return entry{id: id, fields: fields}, nil
}

func parseFields(reply any) ([]field, error) {
	parts, ok := reply.([]any)
	if !ok || len(parts)%2 != 0 {
		return nil, errors.New("expected names and values")
	}
	fields := make([]field, len(parts)/2)
	for i := range fields {
		name, ok1 := parts[2*i].(string)
		value, ok2 := parts[2*i+1].(string)
		if !ok1 || !ok2 {
			return nil, errors.New("a name or value is not a string")
		}
		fields[i] = field{name: name, value: value}
	}
	return fields, nil
}

package cef

import (
	"errors"
	"strings"
)

// What Elasticsearch says of an event that is none.
var (
	ErrFormat = errors.New("Invalid CEF format")                           //nolint:staticcheck // Elasticsearch's text
	ErrHeader = errors.New("Incomplete CEF header")                        //nolint:staticcheck // Elasticsearch's text
	ErrEquals = errors.New("CEF extensions contain unescaped equals sign") //nolint:staticcheck // Elasticsearch's text
)

// restText is what Elasticsearch says of text behind the last extension.
const restText = "Invalid extensions in the CEF event: "

// An Event is a line in the Common Event Format.
type Event struct {
	Version, DeviceVendor, DeviceProduct, DeviceVersion, EventClassID, Name, Severity string

	Extensions []Extension // in the order of the line; a key may be there twice
}

// An Extension is a pair of a key and the text that belongs to it.
type Extension struct{ Key, Value string }

// headers is how many there are.
const headers = 7

// Parse reads a line. The strings of the event share its memory.
func Parse(line string) (*Event, error) {
	var header [headers]string
	n := 0
	for n < headers {
		text, rest, ok := cutHeader(line)
		if !ok {
			break
		}
		header[n], line = text, rest
		n++
	}
	version, ok := strings.CutPrefix(header[0], "CEF:")
	switch {
	case !ok:
		return nil, ErrFormat
	case n < headers:
		return nil, ErrHeader
	}
	extensions, err := parseExtensions(line)
	if err != nil {
		return nil, err
	}
	return &Event{
		Version: version, DeviceVendor: header[1], DeviceProduct: header[2], DeviceVersion: header[3],
		EventClassID: header[4], Name: header[5], Severity: header[6], Extensions: extensions,
	}, nil
}

// cutHeader returns the header that line begins with and what follows its pipe.
// \\ and \| stand for the second of the two.
func cutHeader(line string) (header, rest string, ok bool) {
	var unescaped strings.Builder
	from := 0
	for i := 0; i < len(line); i++ {
		switch c := line[i]; {
		case c == '|':
			if unescaped.Len() == 0 {
				return line[from:i], line[i+1:], true
			}
			unescaped.WriteString(line[from:i])
			return unescaped.String(), line[i+1:], true
		case c == '\\' && i+1 < len(line) && (line[i+1] == '\\' || line[i+1] == '|'):
			unescaped.WriteString(line[from:i])
			unescaped.WriteByte(line[i+1])
			i++
			from = i + 1
		}
	}
	return "", "", false
}

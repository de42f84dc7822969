package redisstreamsreceiver

import (
	"errors"
	"fmt"
	"strconv"
	"unsafe"
)

// replyError is an error reply of the server, such as "NOGROUP No such key".
type replyError string

func (e replyError) Error() string { return string(e) }

// RedisError makes it an error of the server for go-redis' tests of errors.
func (replyError) RedisError() {}

// A respParser parses a reply of version 2 of the protocol. Strings it returns
// are parts of buf, without a copy: they are valid for ever, buf must not change.
type respParser struct {
	buf []byte
	pos int
}

var errCutOff = errors.New("reply is cut off")

// line returns the next line without its end.
func (p *respParser) line() ([]byte, error) {
	for i := p.pos; i+1 < len(p.buf); i++ {
		if p.buf[i] == '\r' && p.buf[i+1] == '\n' {
			line := p.buf[p.pos:i]
			p.pos = i + 2
			if len(line) == 0 {
				return nil, errors.New("empty line in reply")
			}
			return line, nil
		}
	}
	return nil, errCutOff
}

// array reads the head of an array and returns its length, -1 if it is null.
func (p *respParser) array() (int, error) {
	line, err := p.line()
	if err != nil {
		return 0, err
	}
	return parseLength(line, '*')
}

func parseLength(line []byte, kind byte) (int, error) {
	if line[0] == '-' {
		return 0, replyError(line[1:])
	}
	if line[0] != kind {
		return 0, fmt.Errorf("expected %q in reply, got %.20q", kind, line)
	}
	n, err := strconv.Atoi(view(line[1:]))
	if err != nil || n < -1 {
		return 0, fmt.Errorf("bad length in reply: %.20q", line)
	}
	return n, nil
}

// text reads a string or a number as text. A null string is empty.
func (p *respParser) text() (string, error) {
	line, err := p.line()
	if err != nil {
		return "", err
	}
	if line[0] == ':' || line[0] == '+' {
		return view(line[1:]), nil
	}
	n, err := parseLength(line, '$')
	if err != nil || n <= 0 {
		if n == 0 && err == nil {
			p.pos += 2
		}
		return "", err
	}
	if n > len(p.buf)-p.pos-2 {
		return "", errCutOff
	}
	s := view(p.buf[p.pos : p.pos+n])
	p.pos += n + 2
	return s, nil
}

func (p *respParser) number() (int, error) {
	s, err := p.text()
	if err != nil {
		return 0, err
	}
	return strconv.Atoi(s)
}

// left bounds how many elements can still follow: each takes four bytes at least.
func (p *respParser) left() int { return (len(p.buf) - p.pos) / 4 }

// view returns b as a string without a copy.
func view(b []byte) string {
	return unsafe.String(unsafe.SliceData(b), len(b)) //nolint:gosec // a reply is not changed once it has been received
}

// parseRead parses the reply of an XREADGROUP of one stream: null, or
// [[stream, entries]].
func parseRead(reply []byte) ([]entry, error) {
	p := respParser{buf: reply}
	streams, err := p.array()
	if err != nil || streams == -1 {
		return nil, err
	}
	pair, err := p.array()
	if err != nil {
		return nil, err
	}
	if streams != 1 || pair != 2 {
		return nil, errors.New("expected one stream in reply")
	}
	if _, err := p.text(); err != nil {
		return nil, err
	}
	return p.entries()
}

// claimReply is the reply of XAUTOCLAIM.
type claimReply struct {
	next    string // where the scan goes on; 0-0 at its end
	entries []entry
	trimmed []string // since Redis 7: ids that were pending but are not in the stream
}

// parseClaim parses [next, entries] or [next, entries, ids].
func parseClaim(reply []byte) (claimReply, error) {
	p := respParser{buf: reply}
	var c claimReply
	n, err := p.array()
	if err != nil {
		return c, err
	}
	if n < 2 {
		return c, errors.New("expected a cursor and entries in reply")
	}
	if c.next, err = p.text(); err != nil {
		return c, err
	}
	if c.entries, err = p.entries(); err != nil || n < 3 {
		return c, err
	}
	c.trimmed, err = p.texts()
	return c, err
}

// texts reads an array of strings.
func (p *respParser) texts() ([]string, error) {
	n, err := p.array()
	if err != nil || n <= 0 {
		return nil, err
	}
	if n > p.left() {
		return nil, errCutOff
	}
	texts := make([]string, n)
	for i := range texts {
		if texts[i], err = p.text(); err != nil {
			return nil, err
		}
	}
	return texts, nil
}

// fieldSlab is how many fields are allocated at once. Entries get full slices of
// it, so that appending to one cannot overwrite the next.
const fieldSlab = 1024

// entries reads [[id, [name, value, …]], …].
func (p *respParser) entries() ([]entry, error) {
	n, err := p.array()
	if err != nil || n <= 0 {
		return nil, err
	}
	if n > p.left() {
		return nil, errCutOff
	}
	entries := make([]entry, 0, n)
	slab := make([]field, 0, min(fieldSlab, n))
	for range n {
		var e entry
		ok, err := p.entry(&e, &slab)
		if err != nil {
			return nil, err
		}
		if ok {
			entries = append(entries, e)
		}
	}
	return entries, nil
}

// entry reads [id, fields], where fields is null if the stream no longer has
// the entry, or [id, fields, idle, deliveries], which CLAIM returns. It reports
// false for null: Redis 6.2's XAUTOCLAIM puts it in the place of such an entry.
func (p *respParser) entry(e *entry, slab *[]field) (bool, error) {
	n, err := p.array()
	if err != nil || n == -1 {
		return false, err
	}
	if n != 2 && n != 4 {
		return false, fmt.Errorf("expected an id and fields in reply, got %d elements", n)
	}
	if e.id, err = p.text(); err != nil {
		return false, err
	}
	if e.fields, err = p.fields(slab); err != nil || n == 2 {
		return true, err
	}
	if e.idle, err = p.number(); err != nil {
		return false, err
	}
	e.deliveries, err = p.number()
	return true, err
}

func (p *respParser) fields(slab *[]field) ([]field, error) {
	n, err := p.array()
	if err != nil || n == -1 {
		return nil, err
	}
	if n%2 != 0 || n > p.left() {
		return nil, errors.New("expected names and values in reply")
	}
	if n/2 > cap(*slab)-len(*slab) {
		*slab = make([]field, 0, max(n/2, fieldSlab))
	}
	start := len(*slab)
	for range n / 2 {
		name, err := p.text()
		if err != nil {
			return nil, err
		}
		value, err := p.text()
		if err != nil {
			return nil, err
		}
		*slab = append(*slab, field{name: name, value: value})
	}
	end := len(*slab)
	return (*slab)[start:end:end], nil
}

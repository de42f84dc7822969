package geoip

import (
	"encoding/binary"
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"

	"github.com/sluice-otel/sluice/ingest/document"
)

// A Mistake is a wrong setting of a lookup; Option names it.
type Mistake struct {
	Option  string // database_file or properties
	Message string // Elasticsearch's, without the option
}

func (m *Mistake) Error() string { return "[" + m.Option + "] " + m.Message }

// A Lookup finds the properties a processor wants. It is safe for concurrent
// use.
type Lookup struct {
	db         *Database
	properties []string // nil for those the kind of database has by default
	maxmind    bool     // no other database will do
	current    atomic.Pointer[compiled]
}

// compiled is a lookup in one content of the file.
type compiled struct {
	content    *content
	properties []named
	err        error // a *Mistake
}

type named struct {
	name string
	read property // nil for ip and network, which are not in the record
}

// NewLookup returns a lookup in db. If properties is nil, those are looked up
// that the kind of database has by default. The error is a *Mistake, and known
// only if the database is available.
func NewLookup(db *Database, properties []string, maxmindOnly bool) (*Lookup, error) {
	l := &Lookup{db: db, properties: properties, maxmind: maxmindOnly}
	if c := l.compiled(); c != nil {
		return l, c.err
	}
	return l, nil
}

// Available reports whether there is a database.
func (l *Lookup) Available() bool { return l.db.content.Load() != nil }

// compiled returns the lookup for what is in the file now, nil if there is none.
func (l *Lookup) compiled() *compiled {
	now := l.db.content.Load()
	if now == nil {
		return nil
	}
	if c := l.current.Load(); c != nil && c.content == now {
		return c
	}
	c := &compiled{content: now}
	c.properties, c.err = l.compile(now)
	l.current.Store(c)
	return c
}

func (l *Lookup) compile(c *content) ([]named, error) {
	databaseType := c.reader.Metadata.DatabaseType
	if c.kind == nil || l.maxmind && isIPinfo(databaseType) {
		return nil, &Mistake{"database_file", fmt.Sprintf("Unsupported database type [%s] for file [%s]", databaseType, l.db.name)}
	}
	wanted := l.properties
	if wanted == nil {
		wanted = c.kind.defaults
	}
	var out []named
	for _, name := range wanted {
		lower := strings.ToLower(name)
		if !slices.Contains(c.kind.properties, lower) {
			valid := strings.ToUpper(strings.Join(c.kind.properties, ", "))
			return nil, &Mistake{"properties", fmt.Sprintf("illegal property value [%s]. valid values are [%s]", name, valid)}
		}
		out = append(out, named{lower, c.kind.vendor[lower]})
	}
	return out, nil
}

// Find returns a map, which belongs to d, of what is known about an address;
// null if that is nothing. The database must be available.
func (l *Lookup) Find(d *document.Document, ip netip.Addr) (document.Value, error) {
	c := l.compiled()
	if c.err != nil {
		return document.Null, document.Illegalf("%s", c.err)
	}
	e := entry{result: c.content.reader.Lookup(ip), doc: d}
	if err := e.result.Err(); err != nil {
		return document.Null, document.Illegalf("look up %s in %s: %s", ip, l.db.name, err)
	}
	if !e.result.Found() {
		return document.Null, nil
	}
	m := d.NewMap()
	for _, p := range c.properties {
		v, err := p.value(&e, ip)
		if err != nil {
			return document.Null, document.Illegalf("read %s of %s in %s: %s", p.name, ip, l.db.name, err)
		}
		if !v.IsNull() {
			m.Put(p.name, v)
		}
	}
	if m.Len() == 0 {
		return document.Null, nil
	}
	return document.MapOf(m), nil
}

func (p *named) value(e *entry, ip netip.Addr) (document.Value, error) {
	switch p.name {
	case "ip":
		return document.String(ip.String()), nil
	case "network":
		return document.String(network(e.result.Prefix())), nil
	}
	return p.read(e)
}

// network is Network.toString, which does not shorten IPv6 addresses.
func network(p netip.Prefix) string {
	ip := p.Masked().Addr()
	if ip.Is4() {
		return p.Masked().String()
	}
	var out []byte
	bytes := ip.As16()
	for pair := range slices.Chunk(bytes[:], 2) {
		if len(out) > 0 {
			out = append(out, ':')
		}
		out = strconv.AppendUint(out, uint64(binary.BigEndian.Uint16(pair)), 16)
	}
	return string(strconv.AppendInt(append(out, '/'), int64(p.Bits()), 10))
}

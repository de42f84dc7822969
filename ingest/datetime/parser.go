package datetime

import (
	"fmt"
	"strings"
	"sync"
	"time"
)

// A Parser is a compiled format of the date processor. It is safe for
// concurrent use.
type Parser struct {
	format string // as messages name it
	locale *Locale
	zones  *Zones
	unix   func(text string) (time.Time, fault) // of UNIX and its kin, or nil
	forms  []form
}

// A form is one of the parsers a format consists of, tried in order.
type form struct {
	elements pattern
	style    resolverStyle
	plain    *plain   // a faster way for the usual texts, or nil
	iso      *isoForm // instead of elements
	unit     int64    // of an epoch, in nanoseconds, instead of elements
	zone     *Zone    // of a text without one; nil for the caller's
}

// namedForms has the compiled named formats; it does not change.
var namedForms = sync.OnceValue(func() map[string]compiledName {
	out := map[string]compiledName{
		"epoch_second": {forms: []form{{unit: nanosPerSecond}}},
		"epoch_millis": {forms: []form{{unit: 1_000_000}}},
	}
	for name, n := range namedFormats() {
		c := compiledName{printer: flat(compileSpec(n.prints))}
		if n.iso != nil {
			if n.iso.most == 0 && n.iso.needs < isoFraction && n.iso.zone != zoneForbidden {
				n.iso.plain = isoPlain()
			}
			c.forms = append(c.forms, form{iso: n.iso})
		}
		for _, spec := range n.parse {
			c.forms = append(c.forms, form{elements: compileSpec(spec), style: n.style, zone: n.zone})
		}
		out[name] = c
	}
	return out
})

type compiledName struct {
	forms   []form
	printer pattern
}

// CompileParser compiles a format: ISO8601, UNIX, UNIX_MS, TAI64N, one of
// Elasticsearch's named formats, a java.time pattern, or several of the latter
// two with || between. The error has Elasticsearch's text.
func CompileParser(format string, locale *Locale) (*Parser, error) {
	p := &Parser{format: format, locale: locale, zones: &Zones{}}
	switch format {
	case "ISO8601":
		p.format, p.locale = "iso8601", Root
		p.forms = namedForms()["iso8601"].forms
		return p, nil
	case "UNIX":
		p.unix = unixSeconds
		return p, nil
	case "UNIX_MS":
		p.unix = unixMillis
		return p, nil
	case "TAI64N":
		p.unix = tai64n
		return p, nil
	}
	p.format = strings.TrimPrefix(format, "8") // said that a pattern is not Joda's, in 6.x
	for alternative := range strings.SplitSeq(p.format, "||") {
		forms, err := compileForms(strings.TrimSpace(alternative), locale)
		if err != nil {
			return nil, err
		}
		p.forms = append(p.forms, forms...)
	}
	return p, nil
}

func compileForms(format string, locale *Locale) ([]form, error) {
	if format == "" {
		return nil, fmt.Errorf("No date pattern provided") //nolint:staticcheck // Elasticsearch's text
	}
	if n, ok := namedForms()[format]; ok {
		return n.forms, nil
	}
	elements, err := compilePattern(format, locale)
	if err != nil {
		return nil, fmt.Errorf("Invalid format: [%s]: %w", format, err) //nolint:staticcheck // Elasticsearch's text
	}
	return []form{{elements: elements, plain: compilePlain(elements)}}, nil
}

// Parse returns the instant of a text, as a time in zone. What the text leaves
// open is taken from zone and, for the year, from now. The error has the texts
// of Elasticsearch in its chain: a *FormatError or a *ParseError.
func (p *Parser) Parse(text string, zone *Zone, now time.Time) (time.Time, error) {
	t, f := p.parse(text, zone, now)
	if !f.is() {
		return t, nil
	}
	err := &ParseError{text: text, fault: f}
	if p.unix != nil || f.kind == emptyText || f.converting {
		return t, err
	}
	return t, &FormatError{Text: text, Format: p.format, Cause: err}
}

// TryParse is Parse for callers that do not look at the error.
func (p *Parser) TryParse(text string, zone *Zone, now time.Time) (time.Time, bool) {
	t, f := p.parse(text, zone, now)
	return t, !f.is()
}

func (p *Parser) parse(text string, zone *Zone, now time.Time) (time.Time, fault) {
	if p.unix != nil {
		t, f := p.unix(text)
		return t.In(zone.loc), f
	}
	if text == "" {
		return time.Time{}, fault{kind: emptyText}
	}
	var first fault
	for i := range p.forms {
		t, f := p.try(&p.forms[i], text, zone, now)
		if !f.is() || f.converting {
			return t, f
		}
		if i == 0 {
			first = f
		}
	}
	if len(p.forms) > 1 || p.forms[0].unit != 0 {
		first = fault{kind: noParser}
	}
	return time.Time{}, first
}

func (p *Parser) try(f *form, text string, zone *Zone, now time.Time) (time.Time, fault) {
	if f.unit != 0 {
		t, ok := epoch(text, f.unit)
		if !ok {
			return t, fault{kind: noParser}
		}
		return t.In(zone.loc), fault{}
	}
	if f.plain != nil {
		if t, ok := f.plain.parse(text, zone, now); ok {
			return t, fault{}
		}
	}
	if f.iso != nil && f.iso.plain != nil {
		if t, ok := f.iso.usual(text, zone, now); ok {
			return t, fault{}
		}
	}
	a := attempt{text: text, zones: p.zones}
	if f.plain != nil {
		a.texts = f.plain.zones
	}
	if failed := a.whole(f, p.locale.weeks); failed.is() {
		return time.Time{}, failed
	}
	if f.zone != nil && a.zone == nil {
		a.zone = f.zone
	}
	t, failed := a.instant(zone, now, p.locale.weeks)
	failed.converting = failed.is()
	return t, failed
}

// whole matches the whole text and resolves what it found.
func (p *attempt) whole(f *form, weeks weekRule) fault {
	if f.iso != nil {
		if !p.iso(f.iso) {
			return fault{kind: noParser}
		}
		return fault{}
	}
	at := p.match(f.elements, 0)
	switch {
	case p.fault.is():
		return p.fault
	case at < 0:
		return fault{kind: badText, at: ^at}
	case at < len(p.text):
		return fault{kind: trailingText, at: at}
	}
	return p.resolve(f.style, weeks)
}

// A FormatError says that a text is not of a format; the reason is the cause.
type FormatError struct {
	Text, Format string
	Cause        error
}

func (e *FormatError) Error() string {
	return "failed to parse date field [" + e.Text + "] with format [" + e.Format + "]"
}

func (e *FormatError) Unwrap() error { return e.Cause }

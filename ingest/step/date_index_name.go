package step

import (
	"slices"
	"time"

	"github.com/sluice-otel/sluice/ingest/datetime"
	"github.com/sluice-otel/sluice/ingest/document"
	"github.com/sluice-otel/sluice/ingest/template"
)

// DateIndexName sets _index to a name with the date of a field, in the form of
// date math that Elasticsearch resolves when it indexes:
// <prefix-{2016-04-22||/d{yyyy-MM-dd|UTC}}>.
type DateIndexName struct {
	Field           string
	IndexNamePrefix string   // template
	DateRounding    string   // template; y, M, w, d, h, m or s
	DateFormats     []string // nil for yyyy-MM-dd'T'HH:mm:ss.SSSXX
	Timezone        string   // "" for UTC
	Locale          string   // "" for English
	IndexNameFormat string   // template; "" for yyyy-MM-dd
}

func readDateIndexName(o *Options) Processor {
	return DateIndexName{
		Field:           o.String("field"),
		IndexNamePrefix: o.OptionalString("index_name_prefix", ""),
		DateRounding:    o.String("date_rounding"),
		DateFormats:     o.OptionalList("date_formats"),
		Timezone:        o.OptionalString("timezone", ""),
		Locale:          o.OptionalString("locale", ""),
		IndexNameFormat: o.OptionalString("index_name_format", ""),
	}
}

// Compile implements Processor. Unlike those of the date processor its formats,
// time zone and locale have to be valid.
func (n DateIndexName) Compile(Env) (Step, error) {
	s := &dateIndexNameStep{zone: datetime.UTC, zoneID: "UTC"}
	var err error
	if s.field, err = document.ParsePath(n.Field); err != nil {
		return nil, InOption("field", err)
	}
	if n.Timezone != "" {
		if s.zone, err = datetime.ParseZone(n.Timezone); err != nil {
			return nil, InOption("timezone", err)
		}
		if s.zone != datetime.UTC {
			s.zoneID = s.zone.ID()
		}
	}
	if err = s.compileFormats(n); err != nil {
		return nil, err
	}
	if s.prefix, err = template.Compile(n.IndexNamePrefix); err != nil {
		return nil, InOption("index_name_prefix", err)
	}
	if s.rounding, err = template.Compile(n.DateRounding); err != nil {
		return nil, InOption("date_rounding", err)
	}
	s.format, err = template.Compile(orDefault(n.IndexNameFormat, "yyyy-MM-dd"))
	if err != nil {
		return nil, InOption("index_name_format", err)
	}
	if text, static := s.format.Static(); static {
		// A format that is not valid fails each document.
		s.printer, _ = datetime.CompilePrinter(text, datetime.Root)
	}
	return s, nil
}

func (s *dateIndexNameStep) compileFormats(n DateIndexName) error {
	locale, err := datetime.ParseLocale(orDefault(n.Locale, "en"))
	if err != nil {
		return InOption("locale", err)
	}
	formats := n.DateFormats
	if formats == nil {
		formats = []string{"yyyy-MM-dd'T'HH:mm:ss.SSSXX"}
	}
	for i, format := range formats {
		parser, err := datetime.CompileParser(format, locale)
		if err != nil {
			return &OptionError{Option: "date_formats", Item: i, Err: err}
		}
		s.parsers = append(s.parsers, parser)
	}
	return nil
}

type dateIndexNameStep struct {
	field                    document.Path
	parsers                  []*datetime.Parser
	zone                     *datetime.Zone
	zoneID                   string
	prefix, rounding, format *template.Template
	printer                  *datetime.Printer // of format, if that is always the same
}

// Run implements Step as DateIndexNameProcessor does: of the formats that fit
// the last one counts.
func (s *dateIndexNameStep) Run(d *document.Document) error {
	v, err := d.Get(s.field)
	if err != nil {
		return err
	}
	text := ""
	if !v.IsNull() {
		text = v.Text()
	}
	for _, parser := range slices.Backward(s.parsers) {
		if t, ok := parser.TryParse(text, s.zone, d.Timestamp()); ok {
			name, err := s.name(d, t)
			if err != nil {
				return document.Illegalf("%s", err)
			}
			return d.Set(indexPath, document.String(name))
		}
	}
	return s.fail(d, v, text)
}

// name returns the name of the index for a date.
func (s *dateIndexNameStep) name(d *document.Document, t time.Time) (string, error) {
	prefix, rounding, format := s.prefix.Execute(d), s.rounding.Execute(d), s.format.Execute(d)
	printer := s.printer
	if printer == nil {
		var err error
		if printer, err = datetime.CompilePrinter(format, datetime.Root); err != nil {
			return "", err
		}
	}
	date, err := printer.Print(t)
	if err != nil {
		return "", err
	}
	return "<" + prefix + "{" + date + "||/" + rounding + "{" + format + "|" + s.zoneID + "}}>", nil
}

// fail returns the error of a text that is of none of the formats.
func (s *dateIndexNameStep) fail(d *document.Document, v document.Value, text string) error {
	if len(s.parsers) == 0 {
		return &dateError{value: v}
	}
	_, cause := s.parsers[0].Parse(text, s.zone, d.Timestamp())
	return &dateError{value: v, cause: cause}
}

var indexPath = document.MustPath("_index")

package step

import (
	"errors"

	"github.com/sluice-otel/sluice/ingest/document"
	"github.com/sluice-otel/sluice/ingest/geoip"
)

// GeoIP finds what a database has about an IP address, or about each of a list.
type GeoIP struct {
	Field         string
	TargetField   string   // "" is geoip
	DatabaseFile  string   // "" is GeoLite2-City.mmdb
	Properties    []string // nil for those the kind of database has by default
	EveryAddress  bool     // first_only: false: the results for a list are a list
	IgnoreMissing bool
}

func readGeoIP(o *Options) Processor {
	g := GeoIP{
		Field:         o.String("field"),
		TargetField:   o.OptionalString("target_field", ""),
		DatabaseFile:  o.OptionalString("database_file", ""),
		Properties:    o.OptionalList("properties"),
		EveryAddress:  !o.Bool("first_only", true),
		IgnoreMissing: o.Bool("ignore_missing", false),
	}
	// Databases are not downloaded here; pipelines may say when they should be.
	o.Bool("download_database_on_pipeline_creation", true)
	return g
}

// Compile implements Processor.
func (g GeoIP) Compile(env Env) (Step, error) { return g.compile(env, "geoip") }

// IPLocation is GeoIP that takes the databases of IPinfo, too.
type IPLocation struct{ GeoIP }

func readIPLocation(o *Options) Processor {
	return IPLocation{readGeoIP(o).(GeoIP)} //nolint:forcetypeassert // that is what it returns
}

// Compile implements Processor.
func (l IPLocation) Compile(env Env) (Step, error) { return l.compile(env, "ip_location") }

func (g *GeoIP) compile(env Env, kind string) (Step, error) {
	target := g.TargetField
	if target == "" {
		target = kind
	}
	source, to, err := compilePaths(g.Field, target)
	if err != nil {
		return nil, err
	}
	file := g.DatabaseFile
	if file == "" {
		file = "GeoLite2-City.mmdb"
	}
	db, err := env.Files().Databases.Get(file)
	if err != nil {
		return nil, InOption("database_file", err)
	}
	lookup, err := geoip.NewLookup(db, g.Properties, kind == "geoip")
	if mistake, ok := errors.AsType[*geoip.Mistake](err); ok {
		return nil, InOption(mistake.Option, err)
	}
	return &geoIPStep{
		source: source, target: to, lookup: lookup, firstOnly: !g.EveryAddress, ignoreMissing: g.IgnoreMissing,
		unavailable: document.String("_" + kind + "_database_unavailable_" + file),
	}, err
}

type geoIPStep struct {
	source, target           document.Path
	lookup                   *geoip.Lookup
	firstOnly, ignoreMissing bool
	unavailable              document.Value // the tag of documents without a database
}

var tags = document.MustPath("tags")

// Run implements Step.
func (s *geoIPStep) Run(d *document.Document) error {
	if !s.lookup.Available() {
		return d.Append(tags, s.unavailable, false)
	}
	v, err := required(d, s.source, s.ignoreMissing)
	if err != nil {
		return err
	}
	switch v.Kind() {
	case document.KindNull:
		if s.ignoreMissing {
			return nil
		}
		return document.Illegalf("field [%s] is null, cannot extract geoip information.", s.source)
	case document.KindString:
		v, err = s.find(d, v.Str())
	case document.KindList:
		v, err = s.findAll(d, v.List())
	default:
		return document.Illegalf("field [%s] should contain only string or array of strings", s.source)
	}
	if err != nil || v.IsNull() {
		return err
	}
	return d.Set(s.target, v)
}

func (s *geoIPStep) find(d *document.Document, address string) (document.Value, error) {
	ip, err := parseIP(address)
	if err != nil {
		return document.Null, err
	}
	return s.lookup.Find(d, ip)
}

// findAll returns the first result there is, or all of them, null for an address
// without one; null if there is none.
func (s *geoIPStep) findAll(d *document.Document, addresses *document.List) (document.Value, error) {
	all, found := d.NewList(), false
	for _, address := range addresses.All() {
		if address.Kind() != document.KindString {
			return document.Null, document.Illegalf("array in field [%s] should only contain strings", s.source)
		}
		v, err := s.find(d, address.Str())
		if err != nil || s.firstOnly && !v.IsNull() {
			return v, err
		}
		found = found || !v.IsNull()
		all.Append(v)
	}
	if !found {
		return document.Null, nil
	}
	return document.ListOf(all), nil
}

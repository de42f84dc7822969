package step

import (
	"cmp"
	"regexp"
	"strings"
	"time"

	"github.com/sluice-otel/sluice/ingest/cef"
	"github.com/sluice-otel/sluice/ingest/datetime"
	"github.com/sluice-otel/sluice/ingest/document"
	"github.com/sluice-otel/sluice/ingest/template"
)

// CEF reads an event in ArcSight's Common Event Format.
type CEF struct {
	Field           string
	TargetField     string // "" is cef
	Timezone        string // template; of dates that have none, and of the result; "" is UTC
	IgnoreMissing   bool
	KeepEmptyValues bool // ignore_empty_values: false
}

func readCEF(o *Options) Processor {
	return CEF{
		Field:           o.String("field"),
		TargetField:     o.OptionalString("target_field", ""),
		Timezone:        o.OptionalString("timezone", ""),
		IgnoreMissing:   o.Bool("ignore_missing", false),
		KeepEmptyValues: !o.Bool("ignore_empty_values", true),
	}
}

// cefTimes are the formats of a timestamp that is not in milliseconds.
var cefTimes = [...]string{
	"MMM dd HH:mm:ss.SSS zzz", "MMM dd HH:mm:ss.SSS", "MMM dd HH:mm:ss zzz", "MMM dd HH:mm:ss",
	"MMM dd yyyy HH:mm:ss.SSS zzz", "MMM dd yyyy HH:mm:ss.SSS", "MMM dd yyyy HH:mm:ss zzz", "MMM dd yyyy HH:mm:ss",
}

// Compile implements Processor.
func (c CEF) Compile(Env) (Step, error) {
	s := &cefStep{ignoreMissing: c.IgnoreMissing, keepEmpty: c.KeepEmptyValues}
	var err error
	if s.source, err = document.ParsePath(c.Field); err != nil {
		return nil, InOption("field", err)
	}
	if err = s.compilePaths(orDefault(c.TargetField, "cef")); err != nil {
		return nil, InOption("target_field", err)
	}
	if c.Timezone != "" {
		if s.timezone, err = template.Compile(c.Timezone); err != nil {
			return nil, InOption("timezone", err)
		}
	}
	for _, format := range cefTimes {
		p, err := datetime.CompileParser(format, datetime.Root)
		if err != nil {
			return nil, err
		}
		s.times = append(s.times, p)
	}
	return s, nil
}

type cefStep struct {
	source        document.Path
	root, own     pathTable // of the document and of the target
	ignoreMissing bool
	keepEmpty     bool
	timezone      *template.Template // nil is UTC
	zones         datetime.Zones
	times         []*datetime.Parser
}

// compilePaths compiles the paths of the headers and of the keys of the standard.
func (s *cefStep) compilePaths(target string) error {
	s.root, s.own = newPathTable(""), newPathTable(target+".")
	root, own := cefHeaders(document.New(time.Time{}), &cef.Event{})
	var errs []error
	for key := range root.All() {
		errs = append(errs, s.root.add(key))
	}
	for key := range own.All() {
		errs = append(errs, s.own.add(key))
	}
	for field := range cef.Fields() {
		if field.ECS != "" {
			errs = append(errs, s.root.add(field.ECS))
		} else {
			errs = append(errs, s.own.add(extensionPath(field.Name)))
		}
	}
	return cmp.Or(errs...)
}

func extensionPath(name string) string { return "extensions." + name }

// Run implements Step.
func (s *cefStep) Run(d *document.Document) error {
	line, ok, err := requiredText(d, s.source, s.ignoreMissing)
	switch {
	case err != nil || !ok && s.ignoreMissing:
		return err
	case !ok:
		return document.Illegalf("field [%s] is null, cannot process it.", s.source.String())
	}
	zone, err := s.zone(d)
	if err != nil {
		return err
	}
	event, err := cef.Parse(line)
	if err != nil {
		return document.Illegalf("%s", err)
	}
	root, own := cefHeaders(d, event)
	if err := s.sort(d, event.Extensions, root, own, zone); err != nil {
		return err
	}
	if err := s.root.setAll(d, root); err != nil {
		return err
	}
	return s.own.setAll(d, own)
}

func (s *cefStep) zone(d *document.Document) (*datetime.Zone, error) {
	if s.timezone == nil {
		return datetime.UTC, nil
	}
	zone, err := s.zones.Parse(s.timezone.Execute(d))
	switch {
	case err == nil:
	case strings.HasPrefix(err.Error(), "Unknown time-zone ID"):
		err = document.Throwf("zone_rules_exception", "%s", err)
	default:
		err = document.Throwf("date_time_exception", "%s", err)
	}
	return zone, err
}

// cefHeaders returns the fields of the headers, by their paths: those of the
// document and those of the target.
func cefHeaders(d *document.Document, e *cef.Event) (root, own *document.Map) {
	root, own = d.NewMap(), d.NewMap()
	own.Put("version", document.String(e.Version))
	own.Put("device.vendor", document.String(e.DeviceVendor))
	root.Put("observer.vendor", document.String(e.DeviceVendor))
	own.Put("device.product", document.String(e.DeviceProduct))
	root.Put("observer.product", document.String(e.DeviceProduct))
	own.Put("device.version", document.String(e.DeviceVersion))
	root.Put("observer.version", document.String(e.DeviceVersion))
	own.Put("device.event_class_id", document.String(e.EventClassID))
	root.Put("event.code", document.String(e.EventClassID))
	own.Put("name", document.String(e.Name))
	own.Put("severity", document.String(e.Severity))
	return root, own
}

// sort puts the extensions among the fields of the document or of the target. Of
// two extensions that are the same field the later in the order of
// java.util.HashMap counts, as in Elasticsearch.
func (s *cefStep) sort(d *document.Document, extensions []cef.Extension, root, own *document.Map, zone *datetime.Zone) error {
	byKey := d.NewMap()
	for _, e := range extensions {
		byKey.Put(e.Key, document.String(e.Value))
	}
	for _, i := range byKey.JavaOrder() {
		e := byKey.At(i)
		if e.Value.Str() == "" && !s.keepEmpty {
			continue
		}
		field := cef.FieldOf(e.Key)
		v, err := s.convert(d, e.Value, field.Type, zone)
		switch {
		case err != nil:
			return err
		case field.ECS != "":
			root.Put(field.ECS, v)
		default:
			own.Put(extensionPath(field.Name), v)
		}
	}
	return nil
}

// A pathTable has the compiled paths of names below a prefix.
type pathTable struct {
	prefix string
	paths  map[string]document.Path
}

func newPathTable(prefix string) pathTable {
	return pathTable{prefix: prefix, paths: make(map[string]document.Path)}
}

func (t pathTable) add(name string) (err error) {
	t.paths[name], err = document.ParsePath(t.prefix + name)
	return err
}

// setAll sets the values of m, whose keys are names.
func (t pathTable) setAll(d *document.Document, m *document.Map) error {
	for _, i := range m.JavaOrder() {
		e := m.At(i)
		path, ok := t.paths[e.Key]
		if !ok {
			var err error
			if path, err = document.ParsePath(t.prefix + e.Key); err != nil {
				return err
			}
		}
		if err := d.Set(path, e.Value); err != nil {
			return err
		}
	}
	return nil
}

func (s *cefStep) convert(d *document.Document, v document.Value, to cef.Type, zone *datetime.Zone) (document.Value, error) {
	text := v.Str()
	switch to {
	case cef.Integer, cef.Long:
		return cefNumber(text, to)
	case cef.Double:
		f, err := realNumber(v, 64)
		return document.Double(f), err
	case cef.Timestamp:
		return s.timestamp(d, text, zone)
	case cef.MAC:
		return macAddress(text)
	case cef.IP:
		return cefAddress(text)
	case cef.Text:
	}
	return v, nil
}

func cefNumber(text string, to cef.Type) (document.Value, error) {
	bits := 64
	if to == cef.Integer {
		bits = 32
	}
	n, ok := document.ParseInt(text, bits)
	switch {
	case !ok:
		return document.Null, notANumber(`For input string: "%s"`, text)
	case bits == 32:
		return document.Integer(int32(n)), nil
	}
	return document.Long(n), nil
}

func cefAddress(text string) (document.Value, error) {
	ip, err := parseIP(text)
	if err != nil {
		return document.Null, &document.Exception{Class: document.IllegalArgument, Message: "Invalid IP address format", Cause: err}
	}
	return document.String(ip.String()), nil
}

// timestamp reads milliseconds or one of cefTimes. A date without a year is of
// the current one.
func (s *cefStep) timestamp(d *document.Document, text string, zone *datetime.Zone) (document.Value, error) {
	if ms, ok := document.ParseInt(text, 64); ok {
		return document.DateTime(time.UnixMilli(ms).In(zone.Location())), nil
	}
	for _, p := range s.times {
		if t, ok := p.TryParse(text, zone, d.Timestamp()); ok {
			return document.DateTime(t.In(zone.Location())), nil
		}
	}
	return document.Null, document.Illegalf("Value is not a valid timestamp: %s", text)
}

var (
	bareMAC      = regexp.MustCompile(`^(?:[0-9A-Fa-f]{12}|[0-9A-Fa-f]{16})$`)
	separatedMAC = regexp.MustCompile(`^(?:(?:[0-9A-Fa-f]{2}[:-]){5}(?:(?:[0-9A-Fa-f]{2}[:-]){2})?[0-9A-Fa-f]{2}|` +
		`(?:[0-9A-Fa-f]{4}\.){2,3}[0-9A-Fa-f]{4})$`)
)

// macAddress returns a hardware address of 6 or 8 bytes, with colons if it has no
// separators.
func macAddress(text string) (document.Value, error) {
	if separatedMAC.MatchString(text) {
		return document.String(text), nil
	}
	if !bareMAC.MatchString(text) {
		return document.Null, document.Illegalf("Invalid MAC address format")
	}
	out := make([]byte, 0, len(text)*3/2)
	for i := 0; i < len(text); i += 2 {
		if i > 0 {
			out = append(out, ':')
		}
		out = append(out, text[i], text[i+1])
	}
	return document.String(string(out)), nil
}

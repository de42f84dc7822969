package step

import (
	"strings"

	"github.com/sluice-otel/sluice/ingest/document"
	"github.com/sluice-otel/sluice/ingest/useragent"
)

// UserAgent takes a user agent string apart: browser, system and device.
type UserAgent struct {
	Field         string
	TargetField   string   // "" is user_agent
	RegexFile     string   // "" for the expressions used without one
	Properties    []string // name, os, device, original, version; nil for all
	DeviceType    bool     // extract_device_type
	IgnoreMissing bool
}

func readUserAgent(o *Options) Processor {
	o.Bool("ecs", true) // chose the names of the fields until Elasticsearch 7, and is read and ignored since
	u := UserAgent{
		Field:         o.String("field"),
		TargetField:   o.OptionalString("target_field", ""),
		RegexFile:     o.OptionalString("regex_file", ""),
		Properties:    o.OptionalList("properties"),
		DeviceType:    o.Bool("extract_device_type", false),
		IgnoreMissing: o.Bool("ignore_missing", false),
	}
	for _, name := range u.Properties {
		if _, ok := agentProperties[strings.ToLower(name)]; !ok {
			o.Failf("properties", "[properties] illegal property value [%s]. valid values are [NAME, OS, DEVICE, ORIGINAL, VERSION]", name)
		}
	}
	return u
}

// An agentProperty writes one property of a user agent.
type agentProperty func(s *userAgentStep, d *document.Document, m *document.Map, text string, a *useragent.Agent)

var agentProperties = map[string]agentProperty{
	"name":     putAgentName,
	"version":  putAgentVersion,
	"os":       putAgentOS,
	"device":   putAgentDevice,
	"original": putAgentOriginal,
}

// Compile implements Processor.
func (u UserAgent) Compile(env Env) (Step, error) {
	target := u.TargetField
	if target == "" {
		target = "user_agent"
	}
	source, to, err := compilePaths(u.Field, target)
	if err != nil {
		return nil, err
	}
	s := &userAgentStep{source: source, target: to, deviceType: u.DeviceType, ignoreMissing: u.IgnoreMissing}
	if s.parser, err = env.Files().UserAgents.Get(u.RegexFile); err != nil {
		return nil, InOption("regex_file", err)
	}
	properties := u.Properties
	if properties == nil {
		properties = []string{"name", "os", "device", "original", "version"}
	}
	for _, name := range properties {
		s.properties = append(s.properties, agentProperties[strings.ToLower(name)])
	}
	return s, nil
}

type userAgentStep struct {
	source, target            document.Path
	parser                    *useragent.Parser
	properties                []agentProperty
	deviceType, ignoreMissing bool
}

// Run implements Step.
func (s *userAgentStep) Run(d *document.Document) error {
	text, ok, err := requiredText(d, s.source, s.ignoreMissing)
	switch {
	case err != nil || !ok && s.ignoreMissing:
		return err
	case !ok:
		return document.Illegalf("field [%s] is null, cannot parse user-agent.", s.source)
	}
	agent, err := s.parser.Parse(text)
	if err != nil {
		return err
	}
	m := d.NewMap()
	for _, put := range s.properties {
		put(s, d, m, text, agent)
	}
	return d.Set(s.target, document.MapOf(m))
}

func putAgentName(_ *userAgentStep, _ *document.Document, m *document.Map, _ string, a *useragent.Agent) {
	m.Put("name", productName(a.Browser))
}

// productName is Other for what is not known.
func productName(p *useragent.Product) document.Value {
	if p == nil {
		return document.String("Other")
	}
	return document.String(p.Name)
}

func putAgentVersion(_ *userAgentStep, _ *document.Document, m *document.Map, _ string, a *useragent.Agent) {
	if a.Browser != nil && a.Browser.HasVersion {
		m.Put("version", document.String(a.Browser.Version))
	}
}

func putAgentOS(_ *userAgentStep, d *document.Document, m *document.Map, _ string, a *useragent.Agent) {
	if a.OS == nil {
		return
	}
	os := d.NewMap()
	os.Put("name", document.String(a.OS.Name))
	if a.OS.HasVersion {
		os.Put("version", document.String(a.OS.Version))
		os.Put("full", document.String(a.OS.Name+" "+a.OS.Version))
	}
	m.Put("os", document.MapOf(os))
}

func putAgentDevice(s *userAgentStep, d *document.Document, m *document.Map, _ string, a *useragent.Agent) {
	device := d.NewMap()
	device.Put("name", productName(a.Device))
	if s.deviceType {
		device.Put("type", document.String(a.DeviceType))
	}
	m.Put("device", document.MapOf(device))
}

func putAgentOriginal(_ *userAgentStep, _ *document.Document, m *document.Map, text string, _ *useragent.Agent) {
	m.Put("original", document.String(text))
}

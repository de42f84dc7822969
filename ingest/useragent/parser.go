package useragent

import (
	"errors"
	"fmt"
	"strings"

	lru "github.com/hashicorp/golang-lru/v2"
	"go.yaml.in/yaml/v3"

	"github.com/sluice-otel/sluice/ingest/regex"
)

const (
	// maxAgent is how much of a text is looked at. Web servers take no longer
	// headers.
	maxAgent = 8 << 10
	// cached is how many results are kept, ingest.user_agent.cache_size.
	cached = 1000
	// maxSlots holds the whole match and the five groups that count.
	maxSlots = 2 * 6
	// maxSteps bounds the work of one expression.
	maxSteps = 1_000_000
)

// An Agent is what a user agent string tells. Parts that are not known are nil.
type Agent struct {
	Browser, OS, Device *Product
	DeviceType          string // Desktop, Phone, Tablet, Robot or Other
}

// A Product is a name with its version.
type Product struct {
	Name string
	// Version has the parts joined by dots, up to the first that is not known;
	// a part may be empty.
	Version    string
	HasVersion bool
}

// A Parser parses user agent strings. It remembers results and is safe for
// concurrent use.
type Parser struct {
	patterns *patterns
	cache    *lru.Cache[string, *Agent]
}

func newParser(p *patterns) *Parser {
	cache, _ := lru.New[string, *Agent](cached) // only a size below 1 is an error
	return &Parser{patterns: p, cache: cache}
}

// Parse parses a user agent string. The result must not be changed. The error is
// that of an expression that takes too long.
func (p *Parser) Parse(text string) (*Agent, error) {
	text = text[:min(len(text), maxAgent)]
	if a, ok := p.cache.Get(text); ok {
		return a, nil
	}
	a, err := p.patterns.parse(text)
	if err == nil {
		p.cache.Add(strings.Clone(text), a)
	}
	return a, err
}

// patterns are the expressions of a file.
type patterns struct {
	browsers, systems, devices []pattern
}

func (p *patterns) parse(text string) (*Agent, error) {
	a := &Agent{}
	slots := make([]int, maxSlots)
	for _, part := range [...]struct {
		patterns []pattern
		product  **Product
	}{{p.browsers, &a.Browser}, {p.systems, &a.OS}, {p.devices, &a.Device}} {
		for i := range part.patterns {
			product, err := part.patterns[i].match(text, slots)
			if err != nil {
				return nil, err
			}
			if product != nil {
				*part.product = product
				break
			}
		}
	}
	a.DeviceType = deviceType(text, a)
	return a, nil
}

// A pattern is an expression with what is to be read from its groups: the name
// from the first, the parts of the version from those behind it.
type pattern struct {
	regex   *regex.Regex
	name    *string
	version [4]*string // fixed parts; nil for the group
}

// match returns nil if the expression does not match, or gives no name. slots is
// memory to work in.
func (p *pattern) match(text string, slots []int) (*Product, error) {
	slots = slots[:min(len(slots), p.regex.Slots())]
	found, err := p.regex.Find(text, 0, slots)
	if err != nil {
		return nil, fmt.Errorf("user agent expression %s: %w", p.regex, err)
	}
	if !found {
		return nil, nil //nolint:nilnil // no match is no error
	}
	group := func(n int) *string {
		if 2*n >= len(slots) || slots[2*n] < 0 {
			return nil
		}
		s := strings.Clone(text[slots[2*n]:slots[2*n+1]]) // the result outlives the text
		return &s
	}
	name := group(1)
	if p.name != nil {
		name = fill(*p.name, name)
	}
	if name == nil {
		return nil, nil //nolint:nilnil // as above
	}
	product := &Product{Name: *name}
	for i, part := range p.version {
		if part == nil {
			part = group(i + 2)
		}
		if part == nil {
			break
		}
		if i > 0 {
			product.Version += "."
		}
		product.Version += *part
		product.HasVersion = true
	}
	return product, nil
}

// fill puts the first group into a name; without one $1 stays.
func fill(name string, first *string) *string {
	if first != nil {
		name = strings.Replace(name, "$1", *first, 1)
	}
	return &name
}

// A rule is an expression in a file; which keys count depends on the list.
type rule struct {
	Regex string  `yaml:"regex"`
	Flag  string  `yaml:"regex_flag"`
	Name  *string `yaml:"family_replacement"`
	V1    *string `yaml:"v1_replacement"`
	V2    *string `yaml:"v2_replacement"`
	V3    *string `yaml:"v3_replacement"`
	V4    *string `yaml:"v4_replacement"`

	OS   *string `yaml:"os_replacement"`
	OSV1 *string `yaml:"os_v1_replacement"`
	OSV2 *string `yaml:"os_v2_replacement"`
	OSV3 *string `yaml:"os_v3_replacement"`
	OSV4 *string `yaml:"os_v4_replacement"`

	Device *string `yaml:"device_replacement"`
}

// read reads the YAML of the ua-parser project.
func read(data []byte) (*patterns, error) {
	var file struct {
		Browsers []rule `yaml:"user_agent_parsers"`
		Systems  []rule `yaml:"os_parsers"`
		Devices  []rule `yaml:"device_parsers"`
	}
	if err := yaml.Unmarshal(data, &file); err != nil {
		return nil, err
	}
	p := &patterns{}
	var errs []error
	compile := func(r *rule, name *string, version ...*string) pattern {
		re, err := regex.Compile(r.Regex, regex.Settings{
			Dialect: regex.Java, Flags: regex.Flags{CaseInsensitive: r.Flag == "i"}, Steps: maxSteps,
		})
		if err != nil {
			errs = append(errs, fmt.Errorf("regex %s: %w", r.Regex, err))
		}
		out := pattern{regex: re, name: name}
		copy(out.version[:], version)
		return out
	}
	for i := range file.Browsers {
		r := &file.Browsers[i]
		p.browsers = append(p.browsers, compile(r, r.Name, r.V1, r.V2, r.V3, r.V4))
	}
	for i := range file.Systems {
		r := &file.Systems[i]
		p.systems = append(p.systems, compile(r, r.OS, r.OSV1, r.OSV2, r.OSV3, r.OSV4))
	}
	for i := range file.Devices {
		r := &file.Devices[i]
		p.devices = append(p.devices, compile(r, r.Device))
	}
	if len(p.browsers)+len(p.systems)+len(p.devices) == 0 {
		errs = append(errs, errors.New("not a valid regular expression file"))
	}
	return p, errors.Join(errs...)
}

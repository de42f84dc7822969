//go:build linux && (amd64 || arm64)

package scenario

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"golang.org/x/tools/txtar"

	"github.com/sluice-otel/sluice/bpf"
	"github.com/sluice-otel/sluice/bpf/model"
)

// Index is the interface the packets come in on: loopback, as every network
// namespace has one.
const Index = 1

// Seed is the seed of the hash of sources.
const Seed = 0x51ce

// A Scenario is one data file.
type Scenario struct {
	Rules    bpf.Ruleset
	Policies map[uint32]bpf.Policy
	Steps    []Step
}

// A Step is a packet that comes some time after the one before.
type Step struct {
	After time.Duration
	Times int
	Text  string
	Frame model.Frame
}

// Parse reads a data file.
func Parse(archive *txtar.Archive) (*Scenario, error) {
	s := &Scenario{Policies: map[uint32]bpf.Policy{}}
	s.Rules.Ifaces = []bpf.Iface{{Index: Index, Direction: bpf.Ingress}, {Index: Index, Direction: bpf.Egress}}
	parts := map[string]func([]string) error{"rules": s.rule, "policies": s.policy, "packets": s.packet}
	for _, file := range archive.Files {
		parse, ok := parts[file.Name]
		if !ok {
			continue
		}
		for line := range strings.Lines(string(file.Data)) {
			words := strings.Fields(line)
			if len(words) == 0 {
				continue
			}
			if err := parse(words); err != nil {
				return nil, fmt.Errorf("%s: %q: %w", file.Name, strings.TrimSpace(line), err)
			}
		}
	}
	return s, nil
}

// Machine returns a model in the scenario's first state: the clock at start, all
// buckets full.
func (s *Scenario) Machine(start uint64) *model.Machine {
	m := &model.Machine{
		Nanos:    start,
		Seed:     Seed,
		Index:    Index,
		Rules:    s.Rules,
		Policies: s.Policies,
		Buckets:  map[uint32]uint64{},
		Counters: map[uint32]bpf.Stats{},
	}
	for id := range s.Policies {
		m.Buckets[id] = start * bpf.UnitsPerNano
	}
	return m
}

// Names of verdicts, as data files have them.
var Names = map[uint8]string{
	bpf.VerdictPassed:    "passed",
	bpf.VerdictDropped:   "dropped",
	bpf.VerdictMarked:    "marked",
	bpf.VerdictWouldDrop: "would-drop",
}

func (s *Scenario) packet(words []string) error {
	after, err := time.ParseDuration(words[0])
	if err != nil {
		return err
	}
	step := Step{After: after, Times: 1}
	words = words[1:]
	if n, ok := strings.CutPrefix(words[0], "x"); ok {
		if step.Times, err = strconv.Atoi(n); err != nil {
			return err
		}
		words = words[1:]
	}
	step.Text = strings.Join(words, " ")
	step.Frame, err = ParseFrame(step.Text)
	s.Steps = append(s.Steps, step)
	return err
}

func (s *Scenario) rule(words []string) error {
	direction := bpf.Ingress
	if i := indexOf(words, "egress"); i >= 0 {
		direction = bpf.Egress
		words = append(words[:i:i], words[i+1:]...)
	}
	switch words[0] {
	case "total":
		id, err := strconv.Atoi(words[1])
		s.Rules.Ifaces[direction-1].Total = uint32(id)
		return err
	case "exempt":
		return s.exempt(words[1])
	}
	r := bpf.Rule{Index: Index, Direction: direction}
	for i, w := range words {
		if w == "->" {
			id, err := strconv.Atoi(words[i+1])
			r.Policy = uint32(id)
			s.Rules.Rules = append(s.Rules.Rules, r)
			return err
		}
		if err := selector(&r, w); err != nil {
			return err
		}
	}
	return fmt.Errorf("no policy")
}

func indexOf(words []string, word string) int {
	for i, w := range words {
		if w == word {
			return i
		}
	}
	return -1
}

func (s *Scenario) exempt(word string) error {
	if strings.Contains(word, "/") {
		p, err := netip.ParsePrefix(word)
		s.Rules.ExemptPrefixes = append(s.Rules.ExemptPrefixes, p)
		return err
	}
	port, err := strconv.ParseUint(word, 10, 16)
	s.Rules.ExemptPorts = append(s.Rules.ExemptPorts, uint16(port))
	return err
}

func selector(r *bpf.Rule, word string) error {
	var err error
	switch {
	case word == "tcp":
		r.Proto = 6
	case word == "udp":
		r.Proto = 17
	case strings.Contains(word, "/"):
		r.Prefix, err = netip.ParsePrefix(word)
	default:
		var port uint64
		port, err = strconv.ParseUint(word, 10, 16)
		r.Port = uint16(port)
	}
	return err
}

var modes = map[string]uint8{
	"police": bpf.ModePolice, "observe": bpf.ModeObserve, "ecn": bpf.ModeECN,
	"queue": bpf.ModeQueue, "redirect": bpf.ModeRedirect,
}

func (s *Scenario) policy(words []string) error {
	id, err := strconv.Atoi(words[0])
	if err != nil {
		return err
	}
	var p bpf.Policy
	for _, w := range words[1:] {
		key, value, _ := strings.Cut(w, "=")
		if err := setting(&p, key, value); err != nil {
			return fmt.Errorf("%s: %w", w, err)
		}
	}
	if p.Committed == 0 {
		p.Committed = p.Burst
	}
	s.Policies[uint32(id)] = p
	return nil
}

func setting(p *bpf.Policy, key, value string) error {
	switch key {
	case "mode":
		mode, ok := modes[value]
		if !ok {
			return fmt.Errorf("unknown mode")
		}
		p.Mode = mode
		return nil
	case "burst", "committed", "source_burst", "low":
		d, err := time.ParseDuration(value)
		*map[string]*uint64{"burst": &p.Burst, "committed": &p.Committed, "source_burst": &p.SrcBurst, "low": &p.EcnLow}[key] = bpf.Units(d)
		return err
	}
	n, err := strconv.ParseFloat(value, 64)
	if err != nil {
		return err
	}
	return number(p, key, uint64(n))
}

func number(p *bpf.Policy, key string, n uint64) error {
	switch key {
	case "rate":
		c := bpf.PerByte(n)
		p.Mult, p.Shift = c.Mult, c.Shift
	case "pps":
		c := bpf.PerPacket(n)
		p.Mult, p.Shift = c.Mult, c.Shift
		p.Flags |= bpf.FlagPackets
	case "source_rate":
		c := bpf.PerByte(n)
		p.SrcMult, p.SrcShift = c.Mult, c.Shift
	case "next":
		p.Next = uint32(n)
	case "sketch":
		p.Sketch = uint32(n)
	case "target":
		p.Target = uint32(n)
	default:
		return fmt.Errorf("unknown setting")
	}
	return nil
}

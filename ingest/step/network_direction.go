package step

import (
	"net/netip"

	"github.com/sluice-otel/sluice/ingest/document"
	"github.com/sluice-otel/sluice/ingest/template"
)

// NetworkDirection tells traffic inside of a network from that which enters or
// leaves it.
type NetworkDirection struct {
	SourceIP, DestinationIP string // "" is source.ip and destination.ip
	TargetField             string // "" is network.direction

	InternalNetworks      []string // templates: ranges or names such as private
	InternalNetworksField string   // a field with the list, instead
	FailOnMissing         bool     // ignore_missing: false
}

func readNetworkDirection(o *Options) Processor {
	n := NetworkDirection{
		SourceIP:              o.OptionalString("source_ip", ""),
		DestinationIP:         o.OptionalString("destination_ip", ""),
		TargetField:           o.OptionalString("target_field", ""),
		InternalNetworks:      o.OptionalList("internal_networks"),
		InternalNetworksField: o.OptionalString("internal_networks_field", ""),
		FailOnMissing:         !o.Bool("ignore_missing", true),
	}
	list, field := o.Has("internal_networks"), o.Has("internal_networks_field")
	switch {
	case !list && !field:
		o.Failf("internal_networks", "[internal_networks] or [internal_networks_field] must be specified")
	case list && field:
		o.Failf("internal_networks", "[internal_networks] and [internal_networks_field] cannot both be used in the same processor")
	}
	return n
}

// Compile implements Processor.
func (n NetworkDirection) Compile(Env) (Step, error) {
	s := &networkDirectionStep{ignoreMissing: !n.FailOnMissing}
	var err error
	if s.source, s.destination, err = compileFlowPaths(n.SourceIP, n.DestinationIP); err != nil {
		return nil, err
	}
	target := n.TargetField
	if target == "" {
		target = "network.direction"
	}
	if s.target, err = document.ParsePath(target); err != nil {
		return nil, InOption("target_field", err)
	}
	if n.InternalNetworksField != "" {
		s.fromField = true
		s.field, err = document.ParsePath(n.InternalNetworksField)
		return s, InOption("internal_networks_field", err)
	}
	for i, text := range n.InternalNetworks {
		internal, err := compileNetwork(text)
		if err != nil {
			return nil, &OptionError{Option: "internal_networks", Item: i, Err: err}
		}
		s.networks = append(s.networks, internal)
	}
	return s, nil
}

func compileFlowPaths(source, destination string) (from, to document.Path, err error) {
	if source == "" {
		source = "source.ip"
	}
	if destination == "" {
		destination = "destination.ip"
	}
	if from, err = document.ParsePath(source); err != nil {
		return from, to, InOption("source_ip", err)
	}
	to, err = document.ParsePath(destination)
	return from, to, InOption("destination_ip", err)
}

type networkDirectionStep struct {
	source, destination, target document.Path
	networks                    []internalNetwork
	field                       document.Path
	fromField, ignoreMissing    bool
}

// An internalNetwork is a network known at load, or a template of one.
type internalNetwork struct {
	fixed network
	tmpl  *template.Template // nil for a fixed one
}

func compileNetwork(text string) (internalNetwork, error) {
	t, err := template.Compile(text)
	if err != nil {
		return internalNetwork{}, err
	}
	if text, static := t.Static(); static {
		return internalNetwork{fixed: newNetwork(text)}, nil
	}
	return internalNetwork{tmpl: t}, nil
}

// Run implements Step.
func (s *networkDirectionStep) Run(d *document.Document) error {
	direction, err := s.direction(d)
	switch {
	case err != nil:
		return err
	case direction != "":
		return d.Set(s.target, document.String(direction))
	case s.ignoreMissing:
		return nil
	}
	return document.Illegalf("unable to calculate network direction from document")
}

// direction returns "" if something it needs is missing.
func (s *networkDirectionStep) direction(d *document.Document) (string, error) {
	networks, ok, err := s.internal(d)
	if err != nil || !ok {
		return "", err
	}
	source, ok, err := requiredText(d, s.source, s.ignoreMissing)
	if err != nil || !ok {
		return "", err
	}
	destination, ok, err := requiredText(d, s.destination, s.ignoreMissing)
	if err != nil || !ok {
		return "", err
	}
	from, err := isInternal(source, networks)
	if err != nil {
		return "", err
	}
	to, err := isInternal(destination, networks)
	switch {
	case err != nil:
		return "", err
	case from && to:
		return "internal", nil
	case from:
		return "outbound", nil
	case to:
		return "inbound", nil
	}
	return "external", nil
}

// internal returns the networks that are inside; false if the field that lists
// them is missing.
func (s *networkDirectionStep) internal(d *document.Document) ([]network, bool, error) {
	if s.fromField {
		return s.listed(d)
	}
	out := make([]network, len(s.networks))
	for i := range s.networks {
		if out[i] = s.networks[i].fixed; s.networks[i].tmpl != nil {
			out[i] = newNetwork(s.networks[i].tmpl.Execute(d))
		}
	}
	return out, true, nil
}

func (s *networkDirectionStep) listed(d *document.Document) ([]network, bool, error) {
	v, err := required(d, s.field, s.ignoreMissing)
	switch {
	case err != nil || v.IsNull():
		return nil, false, err
	case v.List() == nil:
		return nil, false, document.CannotCast(s.field.String(), v, document.KindList)
	}
	var out []network
	for _, item := range v.List().All() {
		if item.Kind() != document.KindString {
			return nil, false, cannotCastClass(item.Kind().Class(), "java.lang.String")
		}
		out = append(out, newNetwork(item.Str()))
	}
	return out, true, nil
}

func isInternal(text string, networks []network) (bool, error) {
	if len(networks) == 0 {
		return false, nil
	}
	ip, err := parseIP(text)
	if err != nil {
		return false, err
	}
	for _, n := range networks {
		if inside, err := n(ip); inside || err != nil {
			return inside, err
		}
	}
	return false, nil
}

// A network reports whether an address is in it. The error is that of a text
// that names no network, which is one only when somebody asks.
type network func(ip netip.Addr) (bool, error)

func newNetwork(text string) network {
	if in, ok := namedNetworks[text]; ok {
		return func(ip netip.Addr) (bool, error) { return in(ip), nil }
	}
	prefix, err := parseRange(text)
	return func(ip netip.Addr) (bool, error) { return err == nil && prefix.Contains(ip), err }
}

var broadcast = netip.AddrFrom4([4]byte{255, 255, 255, 255})

var namedNetworks = map[string]func(netip.Addr) bool{
	"loopback":                  netip.Addr.IsLoopback,
	"unicast":                   isUnicast,
	"global_unicast":            isUnicast,
	"link_local_unicast":        netip.Addr.IsLinkLocalUnicast,
	"interface_local_multicast": netip.Addr.IsInterfaceLocalMulticast,
	"link_local_multicast":      netip.Addr.IsLinkLocalMulticast,
	"multicast":                 netip.Addr.IsMulticast,
	"unspecified":               netip.Addr.IsUnspecified,
	"private":                   isPrivate,
	"public": func(ip netip.Addr) bool {
		return !isPrivate(ip) && !ip.IsLoopback() && !ip.IsUnspecified() && !ip.IsLinkLocalUnicast() &&
			!ip.IsLinkLocalMulticast() && !ip.IsInterfaceLocalMulticast() && ip != broadcast
	},
}

func isUnicast(ip netip.Addr) bool {
	return ip != broadcast && !ip.IsUnspecified() && !ip.IsLoopback() && !ip.IsMulticast() && !ip.IsLinkLocalUnicast()
}

// isPrivate takes half of the unique local IPv6 addresses, as Elasticsearch
// does.
func isPrivate(ip netip.Addr) bool {
	return ip.IsPrivate() && (ip.Is4() || ip.As16()[0] == 0xFD)
}

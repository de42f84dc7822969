package ports

import (
	"maps"
	"net"
	"slices"
	"strconv"
	"strings"
)

// Port is a listening port.
type Port struct {
	Protocol string // tcp or udp
	Number   uint16
}

// Resolve returns the ports of the receivers with the given ids. conf is the
// collector's configuration with all defaults, own are the process's listening
// sockets. A receiver of which the configuration names no port is taken to have
// those of the sockets that no other component has claimed.
func Resolve(receivers []string, conf map[string]any, own []Port) []Port {
	found := map[Port]bool{}
	for _, id := range receivers {
		ports := endpoints(lookup(conf, "receivers", id))
		delete(ports, Port{"tcp", 0})
		delete(ports, Port{"udp", 0})
		if len(ports) == 0 {
			ports = unclaimed(conf, id, own)
		}
		maps.Copy(found, ports)
	}
	return slices.SortedFunc(maps.Keys(found), func(a, b Port) int {
		if a.Number != b.Number {
			return int(a.Number) - int(b.Number)
		}
		return strings.Compare(a.Protocol, b.Protocol)
	})
}

func lookup(conf map[string]any, keys ...string) any {
	var at any = conf
	for _, key := range keys {
		m, _ := at.(map[string]any)
		at = m[key]
	}
	return at
}

// unclaimed returns the sockets that belong to no component but the given
// receiver.
func unclaimed(conf map[string]any, receiver string, own []Port) map[Port]bool {
	others := map[Port]bool{}
	for section, components := range conf {
		m, ok := components.(map[string]any)
		if !ok || section == "exporters" { // where they send to is no socket of ours
			continue
		}
		for id, c := range m {
			if section != "receivers" || id != receiver {
				maps.Copy(others, endpoints(c))
			}
		}
	}
	left := map[Port]bool{}
	for _, p := range own {
		if !others[p] {
			left[p] = true
		}
	}
	return left
}

// endpoints returns the ports of every address in a part of the configuration:
// under a key that is or ends in endpoint, address or listen_address, as
// components name them, or host and port beside each other.
func endpoints(conf any) map[Port]bool {
	found := map[Port]bool{}
	switch c := conf.(type) {
	case []any:
		for _, v := range c {
			maps.Copy(found, endpoints(v))
		}
	case map[string]any:
		protocol := "tcp"
		if t, _ := c["transport"].(string); strings.HasPrefix(t, "udp") {
			protocol = "udp"
		}
		for key, v := range c {
			text, isText := v.(string)
			switch {
			case isText && isAddressKey(key):
				if n, ok := portOf(text); ok {
					found[Port{protocol, n}] = true
				}
			case key == "port":
				if n, ok := number(v); ok && c["host"] != nil {
					found[Port{protocol, n}] = true
				}
			default:
				maps.Copy(found, endpoints(v))
			}
		}
	}
	return found
}

func isAddressKey(key string) bool {
	return strings.HasSuffix(key, "endpoint") || strings.HasSuffix(key, "address")
}

func portOf(address string) (uint16, bool) {
	_, port, err := net.SplitHostPort(address)
	if err != nil {
		return 0, false
	}
	n, err := strconv.ParseUint(port, 10, 16)
	return uint16(n), err == nil
}

func number(v any) (uint16, bool) {
	switch n := v.(type) {
	case int:
		return uint16(n), n > 0 && n < 1<<16
	case int64:
		return uint16(n), n > 0 && n < 1<<16
	}
	return 0, false
}

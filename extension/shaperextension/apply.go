package shaperextension

import (
	"context"
	"maps"
	"slices"
	"time"

	"go.opentelemetry.io/collector/extension/extensioncapabilities"
	"go.uber.org/zap"

	"github.com/sluice-otel/sluice/extension/shaperextension/internal/engine"
	"github.com/sluice-otel/sluice/extension/shaperextension/internal/ports"
	"github.com/sluice-otel/sluice/extension/shaperextension/policy"
)

// apply puts a request into force. An error leaves the one before in force.
func (s *shaper) apply(r engine.Request) (engine.Diff, error) {
	s.applying.Lock()
	defer s.applying.Unlock()
	return s.applyLocked(r)
}

func (s *shaper) applyLocked(r engine.Request) (engine.Diff, error) {
	r.Ports = s.receiverPorts(r.Policies)
	started := time.Now()
	diff, err := s.engine.Apply(r)
	s.telemetry.applied(time.Since(started))
	if err == nil {
		s.request = r
	}
	return diff, err
}

// current returns what is in force.
func (s *shaper) current() engine.Request {
	s.applying.Lock()
	defer s.applying.Unlock()
	return s.request
}

func (s *shaper) receiverPorts(set policy.Set) map[string][]engine.Port {
	found := map[string][]engine.Port{}
	var own []ports.Port
	for name, p := range set {
		if len(p.Receivers) == 0 {
			continue
		}
		if own == nil {
			own = ports.Listening()
		}
		for _, port := range ports.Resolve(p.Receivers, s.conf, own) {
			if p.Protocol == "" || string(p.Protocol) == port.Protocol {
				found[name] = append(found[name], engine.Port{Protocol: policy.Protocol(port.Protocol), Number: port.Number})
			}
		}
	}
	return found
}

// NotifyConfigSnapshot takes the collector's configuration, which says where
// receivers listen. The collector calls it after start, before receivers start.
func (s *shaper) NotifyConfigSnapshot(_ context.Context, snapshot extensioncapabilities.ConfigSnapshot) error {
	conf := snapshot.Effective()
	if conf == nil || s.engine == nil {
		return nil
	}
	s.applying.Lock()
	s.conf = conf.ToStringMap()
	s.applying.Unlock()
	s.resolvePorts()
	return nil
}

// resolvePorts applies the current policies to the ports of receivers as they are
// now, if they have changed.
func (s *shaper) resolvePorts() {
	s.applying.Lock()
	defer s.applying.Unlock()
	before := s.request.Ports
	after := s.receiverPorts(s.request.Policies)
	if maps.EqualFunc(before, after, func(a, b []engine.Port) bool { return slices.Equal(a, b) }) {
		return
	}
	for name := range s.request.Policies {
		if !slices.Equal(before[name], after[name]) {
			s.logger.Info("ports of receivers", zap.String("policy", name), zap.Any("ports", after[name]))
		}
	}
	if _, err := s.applyLocked(s.request); err != nil {
		s.logger.Error("the ports of receivers have changed, and the policies cannot follow", zap.Error(err))
	}
}

// refresh applies the current policies to the interfaces as they are now.
func (s *shaper) refresh(why string) {
	before := s.engine.Attachments()
	if err := s.engine.Refresh(); err != nil {
		s.logger.Error(why+", and the policies cannot follow", zap.Error(err))
	}
	for _, a := range s.engine.Attachments() {
		if !slices.Contains(before, a) {
			s.logger.Info("shaping", zap.String("interface", a.Interface), zap.String("direction", a.Direction), zap.String("mode", a.Mode))
		}
	}
}

package shaperextension

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"go.opentelemetry.io/collector/confmap"
	"go.uber.org/zap"

	"github.com/sluice-otel/sluice/extension/shaperextension/control"
	"github.com/sluice-otel/sluice/extension/shaperextension/internal/engine"
	"github.com/sluice-otel/sluice/extension/shaperextension/policy"
)

func (s *shaper) startControl(ctx context.Context) error {
	if s.cfg.ControlSocket == "" {
		return nil
	}
	l, err := control.Listen(ctx, s.cfg.ControlSocket)
	if err != nil {
		return fmt.Errorf("control_socket: %w", err)
	}
	s.server = control.NewServer(s)
	s.done.Go(func() {
		if err := s.server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			s.logger.Error("the control socket is closed", zap.Error(err))
		}
	})
	return nil
}

// stopControl lets requests under way finish.
func (s *shaper) stopControl(ctx context.Context) error {
	if s.server == nil {
		return nil
	}
	return s.server.Shutdown(ctx)
}

// List returns what is in force.
func (s *shaper) List(context.Context) (control.Listing, error) {
	if s.engine == nil {
		return control.Listing{Inactive: s.inactive.Error()}, nil
	}
	statuses, free, err := s.engine.Status()
	if err != nil {
		return control.Listing{}, err
	}
	l := control.Listing{Free: control.Traffic(free)}
	for _, a := range s.engine.Attachments() {
		l.Attachments = append(l.Attachments, control.Attachment(a))
	}
	for _, st := range statuses {
		l.Policies = append(l.Policies, view(st))
	}
	return l, nil
}

func view(st engine.PolicyStatus) control.Policy {
	return control.Policy{
		Name:       st.Name,
		Direction:  string(st.Policy.Direction),
		Mode:       string(st.Policy.Mode),
		Rate:       uint64(st.Policy.Rate),
		PacketRate: st.Policy.PacketRate,
		Factor:     st.Factor,
		Share:      uint64(st.Share),
		Sources:    st.Sources,
		Sockets:    st.Sockets,
		Delay:      st.Delay,
		Passed:     control.Traffic(st.Passed),
		Dropped:    control.Traffic(st.Dropped),
		Marked:     control.Traffic(st.Marked),
		WouldDrop:  control.Traffic(st.WouldDrop),
	}
}

// Apply replaces all policies until the next start or reload of the configuration.
func (s *shaper) Apply(_ context.Context, policies map[string]any, dryRun bool) (control.Change, error) {
	if s.engine == nil {
		return control.Change{}, s.inactive
	}
	set, err := parse(policies)
	if err != nil {
		return control.Change{}, &control.RefusedError{Err: err}
	}
	s.applying.Lock()
	defer s.applying.Unlock()
	r := s.request
	r.Policies = set
	if dryRun {
		r.Ports = s.receiverPorts(set)
		diff, err := s.engine.Check(r)
		return control.Change(diff), refused(err)
	}
	diff, err := s.applyLocked(r)
	if err != nil {
		return control.Change{}, refused(err)
	}
	s.logger.Info("policies changed through the control socket",
		zap.Strings("added", diff.Added), zap.Strings("changed", diff.Changed), zap.Strings("removed", diff.Removed))
	return control.Change(diff), nil
}

func refused(err error) error {
	if err == nil {
		return nil
	}
	return &control.RefusedError{Err: err}
}

// parse reads policies as the collector's configuration does.
func parse(policies map[string]any) (policy.Set, error) {
	var body struct {
		Policies policy.Set `mapstructure:"policies"`
	}
	if err := confmap.NewFromStringMap(map[string]any{"policies": policies}).Unmarshal(&body); err != nil {
		return nil, err
	}
	return body.Policies, confmap.Validate(body.Policies)
}

// Top returns the biggest senders of each policy since the last log of them.
func (s *shaper) Top(_ context.Context, n int) ([]control.Talker, error) {
	top := s.talkers.Top(n)
	out := make([]control.Talker, len(top))
	for i, t := range top {
		out[i] = control.Talker(t)
	}
	return out, nil
}

package control_test

import (
	"context"
	"errors"
	"net"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/sluice-otel/sluice/extension/shaperextension/control"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// fake is a shaper that remembers.
type fake struct {
	policies map[string]any
	dryRun   bool
	err      error
}

func (f *fake) List(context.Context) (control.Listing, error) {
	return control.Listing{Policies: []control.Policy{{Name: "ingest", Rate: 1e9}}}, f.err
}

func (f *fake) Apply(_ context.Context, policies map[string]any, dryRun bool) (control.Change, error) {
	f.policies, f.dryRun = policies, dryRun
	return control.Change{Changed: []string{"ingest"}}, f.err
}

func (f *fake) Top(_ context.Context, n int) ([]control.Talker, error) {
	return make([]control.Talker, n), f.err
}

func serve(t *testing.T, s control.Shaper) *control.Client {
	t.Helper()
	path := filepath.Join(t.TempDir(), "run", "shaper.sock")
	l, err := control.Listen(t.Context(), path)
	require.NoError(t, err)
	server := control.NewServer(s)
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = server.Serve(l)
	}()
	t.Cleanup(func() {
		_ = server.Close()
		<-done
	})
	info, err := os.Stat(path)
	require.NoError(t, err)
	assert.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	return control.NewClient(path)
}

func TestWhatIsSaidArrives(t *testing.T) {
	f := &fake{}
	c := serve(t, f)
	listing, err := c.List(t.Context())
	require.NoError(t, err)
	assert.Equal(t, "ingest", listing.Policies[0].Name)

	change, err := c.Apply(t.Context(), map[string]any{"ingest": map[string]any{"rate": "1Gbit"}}, true)
	require.NoError(t, err)
	assert.Equal(t, []string{"ingest"}, change.Changed)
	assert.Equal(t, map[string]any{"ingest": map[string]any{"rate": "1Gbit"}}, f.policies)
	assert.True(t, f.dryRun)

	top, err := c.Top(t.Context(), 3)
	require.NoError(t, err)
	assert.Len(t, top, 3)
}

func TestErrorsKeepTheirKind(t *testing.T) {
	f := &fake{err: &control.RefusedError{Err: errors.New("ingest::rate: is missing")}}
	c := serve(t, f)
	_, err := c.Apply(t.Context(), nil, false)
	var refused *control.RefusedError
	require.ErrorAs(t, err, &refused)
	require.EqualError(t, err, "ingest::rate: is missing")
	f.err = errors.New("the kernel says no")
	_, err = c.List(t.Context())
	require.EqualError(t, err, "the kernel says no")
	require.NotErrorAs(t, err, &refused)
}

func TestNoCollectorIsExplained(t *testing.T) {
	_, err := control.NewClient("/nowhere/shaper.sock").List(t.Context())
	require.ErrorContains(t, err, "is extensions::shaper::control_socket set")
}

func TestSocketOfADeadProcessIsReplaced(t *testing.T) {
	path := filepath.Join(t.TempDir(), "s")
	l, err := control.Listen(t.Context(), path)
	require.NoError(t, err)
	_, err = control.Listen(t.Context(), path)
	require.ErrorContains(t, err, "another collector?")
	l.(*net.UnixListener).SetUnlinkOnClose(false)
	require.NoError(t, l.Close())
	again, err := control.Listen(t.Context(), path)
	require.NoError(t, err)
	require.NoError(t, again.Close())
}

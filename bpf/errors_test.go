package bpf_test

import (
	"errors"
	"fmt"
	"io/fs"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sluice-otel/sluice/bpf"
)

func TestWantOfRightsIsOneShortLine(t *testing.T) {
	cause := fmt.Errorf("program x: map y: map create: %w (MEMLOCK may be too low)", syscall.EPERM)
	err := bpf.Unsupported("load the programs", cause)
	require.EqualError(t, err, "load the programs: operation not permitted ("+bpf.RemedyRights+")")
	require.ErrorIs(t, err, fs.ErrPermission)
	require.ErrorIs(t, err, cause)
}

func TestOtherCausesAreToldWhole(t *testing.T) {
	err := bpf.Unsupported("load the programs", errors.New("program x: no such thing"))
	assert.EqualError(t, err, "load the programs: program x: no such thing ("+bpf.RemedyKernel+")")
}

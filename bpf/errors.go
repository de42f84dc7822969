package bpf

import (
	"errors"
	"fmt"
	"io/fs"
	"syscall"
)

// UnsupportedError says that this system, or this process's rights, do not allow
// the shaper. It wraps the cause.
type UnsupportedError struct {
	What   string // the operation
	Remedy string
	Err    error
}

// Error leaves out, of a want of rights, which call it was and what the library
// guesses (a limit of locked memory, which has not mattered since 5.11): the remedy
// says what to do.
func (e *UnsupportedError) Error() string {
	cause := e.Err
	if errno, ok := errors.AsType[syscall.Errno](e.Err); ok && e.Remedy == RemedyRights {
		cause = errno
	}
	return fmt.Sprintf("%s: %v (%s)", e.What, cause, e.Remedy)
}

func (e *UnsupportedError) Unwrap() error { return e.Err }

// Remedies of UnsupportedError.
const (
	RemedyRights = "needs root, or CAP_BPF, CAP_NET_ADMIN and CAP_PERFMON"
	RemedyKernel = "needs Linux 5.15 or newer with CONFIG_BPF_SYSCALL and CONFIG_NET_CLS_BPF"
)

// Unsupported wraps err as an UnsupportedError with the remedy that fits.
func Unsupported(what string, err error) error {
	remedy := RemedyKernel
	if errors.Is(err, fs.ErrPermission) {
		remedy = RemedyRights
	}
	return &UnsupportedError{What: what, Remedy: remedy, Err: err}
}

//go:build linux && (amd64 || arm64)

package bpf

import (
	"testing"
	"unsafe"

	"github.com/cilium/ebpf/btf"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The committed object and the committed Go types are of one build.
func TestTypesAreTheObjects(t *testing.T) {
	spec, err := loadShaper()
	require.NoError(t, err)
	for name, want := range map[string]uintptr{
		"policy":      unsafe.Sizeof(shaperPolicy{}),
		"bucket":      unsafe.Sizeof(shaperBucket{}),
		"stats":       unsafe.Sizeof(shaperStats{}),
		"iface_key":   unsafe.Sizeof(shaperIfaceKey{}),
		"iface":       unsafe.Sizeof(shaperIface{}),
		"iface_slot":  unsafe.Sizeof(shaperIfaceSlot{}),
		"port_key":    unsafe.Sizeof(shaperPortKey{}),
		"port_slot":   unsafe.Sizeof(shaperPortSlot{}),
		"cgroup_key":  unsafe.Sizeof(shaperCgroupKey{}),
		"prefix4_key": unsafe.Sizeof(shaperPrefix4Key{}),
		"prefix6_key": unsafe.Sizeof(shaperPrefix6Key{}),
		"sample":      unsafe.Sizeof(shaperSample{}),
	} {
		var s *btf.Struct
		require.NoError(t, spec.Types.TypeByName(name, &s), name)
		assert.EqualValues(t, want, s.Size, name)
	}
}

// Sixty-four bytes: a bucket has a cache line to itself, and a policy is one.
func TestBucketAndPolicyAreACacheLine(t *testing.T) {
	assert.EqualValues(t, 64, unsafe.Sizeof(shaperBucket{}))
	assert.EqualValues(t, 64, unsafe.Sizeof(shaperPolicy{}))
}

// Data of the prefix tables begins with what must match, then the address.
func TestPrefixKeysEndWithTheAddress(t *testing.T) {
	assert.EqualValues(t, 4+scopeBits/8, unsafe.Offsetof(shaperPrefix4Key{}.Addr))
	assert.EqualValues(t, 4+scopeBits/8, unsafe.Offsetof(shaperPrefix6Key{}.Addr))
}

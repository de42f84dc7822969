//go:build linux && (amd64 || arm64)

package bpf

// Types of the maps, generated from maps.h, which says what their fields mean.

// Policy is what the programs read of a policy.
type Policy = shaperPolicy

// Bucket is a policy's arrival time.
type Bucket = shaperBucket

// Stats are a policy's counters.
type Stats = shaperStats

// Sample is a packet of many.
type Sample = shaperSample

type (
	ifaceKey   = shaperIfaceKey
	iface      = shaperIface
	portKey    = shaperPortKey
	cgroupKey  = shaperCgroupKey
	ifaceSlot  = shaperIfaceSlot
	portSlot   = shaperPortSlot
	prefix4Key = shaperPrefix4Key
	prefix6Key = shaperPrefix6Key
)

// The limits of maps.h.
const (
	MaxPolicies    = int(shaperLimitsMAX_POLICIES)
	MaxLevels      = int(shaperLimitsMAX_LEVELS)
	MaxCgroupLevel = int(shaperLimitsMAX_CGROUP_LEVEL)
	SketchCells    = int(shaperLimitsSKETCH_CELLS)
	MaxSketches    = int(shaperLimitsMAX_SKETCHES)
	SampleRate     = int(shaperLimitsSAMPLE_RATE)

	ifaceSlots  = uint32(shaperLimitsIFACE_SLOTS)
	portSlots   = uint32(shaperLimitsPORT_SLOTS)
	scopeBits   = uint32(shaperLimitsSCOPE_BITS)
	protoExempt = uint8(shaperLimitsPROTO_EXEMPT)
	exemptWords = int(shaperLimitsEXEMPT_WORDS)
)

// Modes of a Policy.
const (
	ModePolice   = uint8(shaperModeMODE_POLICE)
	ModeObserve  = uint8(shaperModeMODE_OBSERVE)
	ModeECN      = uint8(shaperModeMODE_ECN)
	ModeQueue    = uint8(shaperModeMODE_QUEUE)
	ModeRedirect = uint8(shaperModeMODE_REDIRECT)
	ModePace     = uint8(shaperModeMODE_PACE)
)

// FlagPackets makes a policy's bucket count packets instead of bytes.
const FlagPackets = uint8(shaperPolicyFlagPOLICY_PACKETS)

// Verdicts of a Sample.
const (
	VerdictPassed    = uint8(shaperVerdictVERDICT_PASSED)
	VerdictDropped   = uint8(shaperVerdictVERDICT_DROPPED)
	VerdictMarked    = uint8(shaperVerdictVERDICT_MARKED)
	VerdictWouldDrop = uint8(shaperVerdictVERDICT_WOULD_DROP)
)

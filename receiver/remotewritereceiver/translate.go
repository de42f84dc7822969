package remotewritereceiver

import (
	"github.com/sluice-otel/sluice/internal/admission"
	"github.com/sluice-otel/sluice/wire/remotewrite"
)

// A translation turns one request into one batch. It is pooled, and belongs to one
// request from read to release; nothing in the batch points into it.
//
// It works in steps, because what a series is can depend on its neighbours: first
// all series are read into tables, then it is decided what each group of them is,
// then what belongs together is put together, and the batch is built at the end.
type translation struct {
	*memory
	limits *LimitsConfig
	v1     remotewrite.V1Decoder
	v2     remotewrite.V2Decoder

	version    remotewrite.Version
	tenant     string
	tenantHash uint64

	reader  labelReader
	symbols []symbol            // of a 2.0 request, or of the 1.0 series at hand
	boxes   []keyValue          // of each symbol, if sharing works and once one is needed
	pairs   []remotewrite.Label // scratch for labels of 1.0
	names   []string            // scratch to find duplicates
	attrs   []uint32            // pairs of symbols, the attributes of 2.0 series

	resources []resource
	scopes    []scope
	groups    []group
	series    []series
	numbers   []number
	natives   []native
	exemplars exemplarTable
	assembly  assembler

	byTarget map[uint64]int32 // → resources
	byScope  map[uint64]int32 // → scopes
	byGroup  map[uint64]int32 // → groups
	last     int32            // the group of the series before

	weight   int64 // about what the batch will take
	paid     int64 // how much of it has been reserved
	room     *admission.Reservation
	reserved int64 // in the buffer, for what waits
	offered  counts
	rejected rejections

	hits, misses int // of the series cache
}

// memory is what is learned from one request for the next ones. It is shared by
// all translations of a receiver.
type memory struct {
	series   *seriesCache
	families *families
	targets  *targets
	buffer   *buffer
	waiting  *waitingExemplars

	sharing bool // attributes can share boxes; see layout.go
	frozen  bool // and batches are read-only, so that they can share whole lists
	points  pointBlocks
	types   []keyValue // of metrics, by type
}

// interpret decides what the series are and puts together what belongs together.
// After it the batch can be built, and items of the request may have been rejected.
func (t *translation) interpret(cfg *Config) {
	t.assignRoles(cfg.TypeInference)
	t.learnTargets()
	t.placeExemplars()
	t.assemble(&cfg.Reassembly)
}

func newTranslation(m *memory, limits *LimitsConfig) *translation {
	t := &translation{
		memory: m, limits: limits,
		byTarget: map[uint64]int32{}, byScope: map[uint64]int32{}, byGroup: map[uint64]int32{},
	}
	t.reader.limits = limits
	t.assembly.init()
	return t
}

// release forgets the request: strings above all, for they pin its block.
func (t *translation) release() {
	t.v1.Release()
	t.v2.Release()
	t.tenant, t.room, t.paid = "", nil, 0
	t.reader.reset()
	clear(t.reader.labels[:cap(t.reader.labels)])
	t.symbols = emptied(t.symbols[:cap(t.symbols)])
	t.pairs, t.names = emptied(t.pairs[:cap(t.pairs)]), emptied(t.names[:cap(t.names)])
	t.attrs, t.boxes = emptied(t.attrs), nil
	t.resources, t.scopes, t.groups = emptied(t.resources), emptied(t.scopes), emptied(t.groups)
	t.series, t.numbers, t.natives = emptied(t.series), emptied(t.numbers), emptied(t.natives)
	t.exemplars.release()
	t.assembly.release()
	for _, m := range []*map[uint64]int32{&t.byTarget, &t.byScope, &t.byGroup} {
		*m = emptiedMap(*m)
	}
	t.hits, t.misses = 0, 0
	t.weight, t.reserved, t.offered, t.rejected = 0, 0, counts{}, rejections{}
}

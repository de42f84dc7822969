package remotewritereceiver

import (
	"reflect"
	"unsafe"

	"go.opentelemetry.io/collector/pdata/pmetric"

	"github.com/sluice-otel/sluice/internal/pdatalayout"
)

// Once attributes are shared, data points are most of what a batch costs: pdata
// allocates each on its own. In batches that are read-only they stand side by side in
// blocks instead. pdata sees no difference; a block lives as long as one of its points,
// which is why batches that somebody may take apart have none.

// numberSlice mirrors pmetric.NumberDataPointSlice.
type numberSlice struct {
	list  *[]unsafe.Pointer // to pdata's internal NumberDataPoint
	state unsafe.Pointer
}

// pointBlocks makes blocks of data points. The zero value makes none.
type pointBlocks struct {
	block reflect.Type // a slice of pdata's internal NumberDataPoint
	size  uintptr

	at     unsafe.Pointer // the last one that was handed out
	left   int            // behind it in its block
	expect int            // how many more the batch may have
}

// blockBytes is the size of a block, at most. It is a size class of Go's allocator.
const blockBytes = 24 << 10

// newPointBlocks finds out how pdata lays data points out. If that is not as expected,
// the result makes no blocks.
func newPointBlocks() pointBlocks {
	slice := reflect.TypeFor[pmetric.NumberDataPointSlice]()
	if !pdatalayout.Same(slice, reflect.TypeFor[numberSlice]()) {
		return pointBlocks{}
	}
	point := slice.Field(0).Type.Elem().Elem().Elem()
	if point.Kind() != reflect.Struct || reflect.TypeFor[pmetric.NumberDataPoint]().Field(0).Type != reflect.PointerTo(point) {
		return pointBlocks{}
	}
	return pointBlocks{block: reflect.SliceOf(point), size: point.Size()}
}

// appendTo appends an empty data point.
func (b *pointBlocks) appendTo(points pmetric.NumberDataPointSlice) pmetric.NumberDataPoint {
	if b.block == nil {
		return points.AppendEmpty()
	}
	list := (*numberSlice)(unsafe.Pointer(&points)).list //nolint:gosec // the layout is checked by newPointBlocks
	*list = append(*list, b.next())
	return points.At(points.Len() - 1)
}

// next cuts a data point from the block, and makes a new one if it is used up.
func (b *pointBlocks) next() unsafe.Pointer {
	if b.left > 0 {
		b.at = unsafe.Add(b.at, b.size)
	} else {
		b.left = max(1, min(b.expect, blockBytes/int(b.size)))
		b.at = reflect.MakeSlice(b.block, b.left, b.left).UnsafePointer()
	}
	b.left--
	b.expect--
	return b.at
}

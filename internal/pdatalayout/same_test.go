package pdatalayout_test

import (
	"reflect"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/assert"

	"github.com/sluice-otel/sluice/internal/pdatalayout"
)

type inner struct{ n int32 }

type theirs struct {
	key   string
	value any
	list  []*inner
	state *inner
	size  inner
}

func TestSame(t *testing.T) {
	of := reflect.TypeFor[theirs]()
	for name, ours := range map[string]reflect.Type{
		"the same fields": reflect.TypeFor[struct {
			a string
			b any
			c []*struct{ n int32 }
			d *struct{ n int32 }
			e struct{ n int32 }
		}](),
		"any pointer, and a field for a struct around it": reflect.TypeFor[struct {
			a string
			b any
			c []unsafe.Pointer
			d unsafe.Pointer
			e int32
		}](),
	} {
		assert.True(t, pdatalayout.Same(of, ours), name)
	}
	for name, ours := range map[string]reflect.Type{
		"a field fewer": reflect.TypeFor[struct{ a string }](),
		"another order": reflect.TypeFor[struct {
			b any
			a string
			c []*inner
			d *inner
			e inner
		}](),
		"another element": reflect.TypeFor[struct {
			a string
			b any
			c []inner
			d *inner
			e inner
		}](),
		"another size": reflect.TypeFor[struct {
			a string
			b any
			c []*inner
			d *inner
			e struct{ n int64 }
		}](),
		"no pointer": reflect.TypeFor[struct {
			a string
			b any
			c []*inner
			d uintptr
			e inner
		}](),
		"another kind": reflect.TypeFor[string](),
	} {
		assert.False(t, pdatalayout.Same(of, ours), name)
	}
}

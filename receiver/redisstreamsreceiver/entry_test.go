package redisstreamsreceiver

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestEntryTimeIsThatOfItsID(t *testing.T) {
	assert.Equal(t, time.UnixMilli(1700000000123), (&entry{id: "1700000000123-4"}).time())
	assert.True(t, (&entry{id: "x"}).time().IsZero())
}

func TestIDsCompareAsNumbers(t *testing.T) {
	for _, pair := range [][2]string{{"1-9", "1-10"}, {"9-0", "10-0"}, {"1", "1-1"}, {"", "0-1"}} {
		assert.True(t, parseID(pair[0]).less(parseID(pair[1])), pair)
		assert.False(t, parseID(pair[1]).less(parseID(pair[0])), pair)
	}
	assert.Equal(t, parseID("1-0"), parseID("1"))
}

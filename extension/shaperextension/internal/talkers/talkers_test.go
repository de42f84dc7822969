package talkers

import (
	"net/netip"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func address(n int) netip.Addr {
	return netip.AddrFrom4([4]byte{10, byte(n >> 16), byte(n >> 8), byte(n)})
}

// Ten thousand small senders cannot push out a big one.
func TestBigSenderIsFoundAmongMany(t *testing.T) {
	table := New(64)
	for i := range 20_000 {
		table.Add(Packet{Policy: "p", Peer: address(i%10_000 + 1), Bytes: 100})
		if i%20 == 0 {
			table.Add(Packet{Policy: "p", Peer: address(0), PeerPort: 7, Bytes: 1000, Dropped: i%40 == 0})
		}
	}
	top := table.Top(3)
	require.Len(t, top, 3)
	assert.Equal(t, address(0), top[0].Peer)
	assert.InDelta(t, 1.0/3, top[0].Share, 0.02)
	assert.InEpsilon(t, 1000*1000*64, top[0].Bytes, 0.02)
	assert.EqualValues(t, 500*1000*64, top[0].Dropped)
	assert.Len(t, table.policies["p"].byPeer, capacity)
}

func TestOneAddressOfManyIsSeen(t *testing.T) {
	table := New(64)
	for i := range 200 {
		table.Add(Packet{Policy: "nat", Peer: address(1), PeerPort: uint16(1000 + i), Bytes: 100})
		table.Add(Packet{Policy: "one", Peer: address(1), PeerPort: 1000, Bytes: 100})
		table.Add(Packet{Policy: "two", Peer: address(i % 2), PeerPort: uint16(i), Bytes: 100})
	}
	got, ok := table.Collapsed("nat")
	assert.True(t, ok)
	assert.Greater(t, got.Connections, 50)
	for _, name := range []string{"one", "two", "none"} {
		_, ok = table.Collapsed(name)
		assert.False(t, ok, name)
	}
	table.Reset()
	assert.Empty(t, table.Top(1))
}

func TestConnectionsAreCountedWell(t *testing.T) {
	for _, n := range []int{1, 4, 16, 64} {
		table := New(1)
		for i := range n {
			table.Add(Packet{Policy: "p", Peer: address(1), PeerPort: uint16(32768 + 17*i), Bytes: 1})
		}
		assert.InEpsilon(t, n, table.Top(1)[0].Connections, 0.35, "%d connections", n)
	}
}

// A sample of a sender that is known costs no memory.
func TestKnownSenderAllocatesNothing(t *testing.T) {
	table := New(64)
	p := Packet{Policy: "p", Peer: address(1), PeerPort: 1, Bytes: 1000}
	table.Add(p)
	assert.Zero(t, testing.AllocsPerRun(100, func() { table.Add(p) }))
}

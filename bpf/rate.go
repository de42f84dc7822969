package bpf

import "time"

// UnitsPerNano is the resolution of the buckets' clock: at 400 Gbit/s a packet of
// 64 bytes takes 1.28 ns.
const UnitsPerNano = 64

const unitsPerSecond = UnitsPerNano * uint64(time.Second)

// Limits of Cost: a packet of up to 2^20 bytes times mult stays below 2^63.
const (
	maxShift = 20
	maxMult  = 1 << 43
)

// Cost is what a byte or a packet costs in units of the clock, as a fixed-point
// number: Mult / 2^Shift.
type Cost struct {
	Mult  uint64
	Shift uint8
}

// PerByte returns the cost of a byte at the given rate. At 1 kbit/s it is off by
// less than 10^-13, at 400 Gbit/s by less than 10^-6. The rate must be at least 1.
func PerByte(bitsPerSecond uint64) Cost { return perUnit(8*unitsPerSecond, bitsPerSecond) }

// PerPacket returns the cost of a packet at the given rate, which must be at
// least 1.
func PerPacket(perSecond uint64) Cost { return perUnit(unitsPerSecond, perSecond) }

func perUnit(units, rate uint64) Cost {
	for shift := uint8(maxShift); ; shift-- {
		mult := (units<<shift + rate/2) / rate
		if mult < maxMult || shift == 0 {
			return Cost{Mult: max(mult, 1), Shift: shift}
		}
	}
}

// Of returns the cost of n bytes or packets, rounded as the program does.
func (c Cost) Of(n uint32) uint64 {
	half := uint64(1) << c.Shift >> 1
	return (c.Mult*uint64(n) + half) >> c.Shift
}

// Units returns a duration in units of the clock.
func Units(d time.Duration) uint64 { return uint64(d) * UnitsPerNano }

// Duration returns units of the clock as a duration.
func Duration(units int64) time.Duration { return time.Duration(units / UnitsPerNano) }

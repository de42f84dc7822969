/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * gcra.h: the token bucket, as the generic cell rate algorithm.
 *
 * A bucket is one 64-bit word, the theoretical arrival time (TAT): when the
 * bucket would be full again if nothing more came. A packet costs time; it
 * conforms if paying for it leaves the TAT no further ahead of now than the burst
 * allows. Credit is time, so a change of rate needs no conversion of state, and
 * one compare-and-swap is the whole update: CPUs cannot lose each other's.
 *
 * All comparisons are of signed differences. Another CPU may have written a TAT
 * from a later clock than ours; unsigned, the difference would be a huge credit.
 */
#ifndef SLUICE_GCRA_H
#define SLUICE_GCRA_H

#include "maps.h"

enum { GCRA_TRIES = 4, GCRA_REFUSED = -1 };

/* How hard it was to charge a bucket. */
struct retries {
	__u32 lost;      /* compare-and-swaps lost to another CPU */
	__u32 contended; /* 1: all of them were */
};

/* The cost of n bytes or packets, in clock units, rounded to the nearest. */
static __always_inline __u64 gcra_cost(__u64 mult, __u8 shift, __u32 n)
{
	__u64 half = (1ULL << (shift & 31)) >> 1;

	return (mult * n + half) >> (shift & 31);
}

/*
 * Charges cost to the bucket and returns how far ahead of now it then is, the
 * virtual delay, or GCRA_REFUSED. A bucket that other CPUs keep changing is
 * charged by a fetch-add, which cannot be lost either, and given back if the sum
 * turned out to be too much: bounded work, exact account.
 */
static __always_inline __s64 gcra_charge(volatile __u64 *tat, __u64 now, __u64 cost, __u64 burst, struct retries *retries)
{
	__u64 old, next;

	for (int i = 0; i < GCRA_TRIES; i++) {
		old = *tat;
		next = ((__s64)(old - now) > 0 ? old : now) + cost;
		if ((__s64)(next - now) > (__s64)burst)
			return GCRA_REFUSED;
		if (__sync_val_compare_and_swap(tat, old, next) == old)
			return next - now;
		retries->lost++;
	}
	retries->contended++;
	next = __sync_fetch_and_add(tat, cost) + cost;
	if ((__s64)(next - now) <= (__s64)burst)
		return (__s64)(next - now) > 0 ? next - now : 0;
	__sync_fetch_and_add(tat, -cost);
	return GCRA_REFUSED;
}

static __always_inline void gcra_refund(volatile __u64 *tat, __u64 cost)
{
	__sync_fetch_and_add(tat, -cost);
}

#endif

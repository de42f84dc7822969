/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * sketch.h: a bucket for every source, in memory that does not grow.
 *
 * Two rows of arrival times; a source has one cell in each, chosen by a seeded
 * hash. Its own time is the earlier of the two, because a cell can only be later
 * than its sources made it. Two sources are mistaken for each other only if they
 * meet in both rows: with k heavy sources, (k / 16384)^2. What a mistake costs is
 * the committed share; the shared excess is still open to both.
 */
#ifndef SLUICE_SKETCH_H
#define SLUICE_SKETCH_H

#include "gcra.h"
#include "parse.h"

/* IPv6 sources are counted by /64: a host commonly has all of one. */
static __always_inline __u64 sketch_hash(const struct packet *p)
{
	__u64 x = ((__u64)p->peer[0] << 32 | p->peer[1]) ^ ((__u64)hash_seed << 32 | p->family);

	x = (x ^ x >> 32) * 0xd6e8feb86659fd93ULL;
	x = (x ^ x >> 32) * 0xd6e8feb86659fd93ULL;
	return x ^ x >> 32;
}

/*
 * Moves a cell to at least next. A lost race is not repeated: the other CPU has
 * charged the same cell, and one packet too many in a committed share stays
 * within the policy's own bucket.
 */
static __always_inline void sketch_raise(volatile __u64 *cell, __u64 next)
{
	__u64 old = *cell;

	if ((__s64)(next - old) > 0)
		__sync_val_compare_and_swap(cell, old, next);
}

/* Charges a packet to its source's share and tells whether it is within it. */
static __always_inline bool sketch_committed(const struct policy *pol, const struct packet *p)
{
	__u64 h = sketch_hash(p), next, cost;
	__u32 row = (pol->sketch - 1) * 2 * SKETCH_CELLS;
	__u32 i = row + (h & (SKETCH_CELLS - 1));
	__u32 j = row + SKETCH_CELLS + (h >> 32 & (SKETCH_CELLS - 1));
	volatile __u64 *a = bpf_map_lookup_elem(&sketches, &i);
	volatile __u64 *b = bpf_map_lookup_elem(&sketches, &j);

	if (!a || !b)
		return false;
	cost = gcra_cost(pol->src_mult, pol->src_shift, p->wire);
	next = (__s64)(*a - *b) < 0 ? *a : *b;
	next = ((__s64)(next - p->now) > 0 ? next : p->now) + cost;
	if ((__s64)(next - p->now) > (__s64)pol->src_burst)
		return false;
	sketch_raise(a, next);
	sketch_raise(b, next);
	return true;
}

#endif

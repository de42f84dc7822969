//go:build ignore

// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * naive.bpf.c: the token bucket as it is usually written first. It is here to be
 * compared with, and as the control of the tests: what does not fail with this
 * program shows nothing about the other one.
 *
 * Two CPUs that run it lose each other's updates, and one that read the clock
 * before the other wrote `last` computes a huge elapsed time and fills the bucket.
 */
#include "../kernel.h"

struct naive_bucket {
	__u64 rate_bps;
	__u64 burst;
	__u64 tokens;
	__u64 last;
	__u64 passed_bytes;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 64);
	__type(key, __u32);
	__type(value, struct naive_bucket);
} buckets SEC(".maps");

SEC("tc")
int naive(struct __sk_buff *skb)
{
	__u32 key = skb->ifindex;
	struct naive_bucket *b = bpf_map_lookup_elem(&buckets, &key);
	__u64 now, tokens;

	if (!b)
		return TC_NEXT;
	now = bpf_ktime_get_ns();
	tokens = b->tokens + (now - b->last) * b->rate_bps / 8 / 1000000000ULL;
	if (tokens > b->burst)
		tokens = b->burst;
	b->last = now;
	if (tokens < skb->len) {
		b->tokens = tokens;
		return TC_SHOT;
	}
	b->tokens = tokens - skb->len;
	__sync_fetch_and_add(&b->passed_bytes, skb->len);
	return TC_NEXT;
}

char license_text[] SEC("license") = "Dual BSD/GPL";

//go:build ignore

// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * shaper.bpf.c: the programs.
 *
 * A packet is parsed (parse.h), classified (classify.h) and charged to the policy
 * it belongs to and to every policy above that one (gcra.h). If one of them
 * refuses, those before it are refunded and the packet is dropped. Whatever the
 * program does not understand passes, and so does everything once user space has
 * gone silent.
 */
#include "classify.h"
#include "gcra.h"
#include "maps.h"
#include "pace.h"
#include "parse.h"
#include "sketch.h"

/* What the classification says about a packet. */
struct match {
	__u32 leaf;  /* 0: no policy, or EXEMPT */
	__u32 total;
};

/* The policies that a packet is charged to, from leaf to interface total. */
struct chain {
	__u32 ids[MAX_LEVELS];
	__u64 costs[MAX_LEVELS];
	__u64 cost;      /* of the level being charged, 0 if it has no bucket */
	__u32 charged;   /* bit n: level n has been charged */
	__u32 observing; /* bit n: level n only observes */
	bool committed;
	bool shadow;  /* an observing level has refused it */
	bool mark;
	bool marked;
	__u8 mode;    /* of the first level that is not about buckets */
	__u32 target;
	bool refused;
	struct retries retries;
};

static __always_inline __u64 now_ns(void)
{
	return unlikely(under_test) ? test_now : bpf_ktime_get_ns();
}

static __always_inline __u32 dice(void)
{
	return unlikely(under_test) ? test_dice : bpf_get_prandom_u32();
}

/* The clock in units, or 0 if everything is to pass. */
static __always_inline bool is_off(__u64 *now)
{
	__u64 ns = now_ns(), beat = heartbeat;

	*now = ns << 6;
	return disabled || (beat && (__s64)(ns - beat) > (__s64)HEARTBEAT_MAX);
}

/*
 * Between ecn_low and half of the burst the chance of a mark grows from 0 to 1.
 * The other half is for what does not heed marks, and for what is under way.
 */
static __always_inline bool wants_mark(const struct policy *pol, __s64 delay)
{
	__s64 range = (__s64)(pol->burst / 2) - (__s64)pol->ecn_low, above = delay - (__s64)pol->ecn_low;

	if (pol->mode != MODE_ECN || above <= 0 || range <= 0)
		return false;
	return (__s64)((dice() & 0xffff) * (range >> 16)) < above;
}

static __always_inline void refund(struct chain *c, __u32 levels)
{
	for (__u32 i = 0; i < MAX_LEVELS; i++) {
		struct bucket *b;

		if (!(c->charged & levels & 1 << i))
			continue;
		b = bpf_map_lookup_elem(&buckets, &c->ids[i]);
		if (b)
			gcra_refund(&b->tat, c->costs[i]);
	}
	c->charged &= ~levels;
}

static __always_inline void count_refusal(__u32 id, const struct packet *p, bool observing)
{
	struct stats *s = bpf_map_lookup_elem(&counters, &id);

	if (!s)
		return;
	if (observing) {
		s->would_packets += p->segments;
		s->would_bytes += p->wire;
		return;
	}
	s->dropped_packets += p->segments;
	s->dropped_bytes += p->wire;
}

enum charged { CHARGED, SKIPPED, REFUSED };

/*
 * Charges a packet to one policy. What an observing level refuses is not charged
 * to other observing levels, so that their numbers are those of enforcement;
 * levels that enforce see the packet that passes.
 */
__noinline enum charged charge(struct chain *c, __u32 id, const struct policy *pol, const struct packet *p)
{
	struct bucket *b = bpf_map_lookup_elem(&buckets, &id);
	bool observing;
	__s64 delay;
	__u32 n;

	if (!c || !pol || !p || !b)
		return SKIPPED;
	observing = pol->mode == MODE_OBSERVE;
	if (observing && c->shadow)
		return SKIPPED;
	n = pol->flags & POLICY_PACKETS ? p->segments : p->wire;
	c->cost = gcra_cost(pol->mult, pol->shift, n);
	delay = gcra_charge(&b->tat, p->now, c->cost, c->committed ? pol->committed : pol->burst, &c->retries);
	if (delay == GCRA_REFUSED) {
		count_refusal(id, p, observing);
		return REFUSED;
	}
	c->mark |= wants_mark(pol, delay);
	return CHARGED;
}

/* Remembers what a level said; false if the packet is to be dropped. */
static __always_inline bool settle(struct chain *c, __u32 i, enum charged said, bool observing)
{
	if (said == CHARGED) {
		c->costs[i] = c->cost;
		c->charged |= 1 << i;
		c->observing |= observing << i;
		return true;
	}
	if (said == SKIPPED)
		return true;
	if (observing) {
		c->shadow = true;
		refund(c, c->observing);
		return true;
	}
	c->refused = true;
	refund(c, ~0U);
	return false;
}

/* Levels without a bucket only say where the packet goes. */
static __always_inline bool has_bucket(struct chain *c, __u32 i, const struct policy *pol)
{
	if (pol->mode != MODE_QUEUE && pol->mode != MODE_REDIRECT)
		return true;
	c->charged |= 1 << i;
	if (!c->mode) {
		c->mode = pol->mode;
		c->target = pol->target;
	}
	return false;
}

/* Walks from the leaf to the interface's total; false if a level refuses. */
static __always_inline bool charge_all(struct chain *c, const struct match *m, const struct packet *p)
{
	bool at_total = m->leaf == m->total;
	__u32 id = m->leaf;

	for (__u32 i = 0; i < MAX_LEVELS; i++) {
		struct policy *pol;

		if (!id && !at_total) {
			id = m->total;
			at_total = true;
		}
		if (!id)
			break;
		pol = bpf_map_lookup_elem(&policies, &id);
		if (!pol)
			break;
		c->ids[i] = id;
		if (i == 0 && pol->sketch)
			c->committed = sketch_committed(pol, p);
		if (has_bucket(c, i, pol) && !settle(c, i, charge(c, id, pol, p), pol->mode == MODE_OBSERVE))
			return false;
		id = pol->next;
	}
	return true;
}

static __always_inline void count_passed(struct chain *c, const struct packet *p)
{
	for (__u32 i = 0; i < MAX_LEVELS; i++) {
		struct stats *s;

		if (!(c->charged >> i))
			break;
		if (!(c->charged & 1 << i))
			continue;
		s = bpf_map_lookup_elem(&counters, &c->ids[i]);
		if (!s)
			continue;
		s->passed_packets += p->segments;
		s->passed_bytes += p->wire;
		if (c->marked) {
			s->marked_packets += p->segments;
			s->marked_bytes += p->wire;
		}
		if (i)
			continue;
		if (c->committed)
			s->committed_bytes += p->wire;
		s->retries += c->retries.lost;
		s->contended += c->retries.contended;
	}
}

static __always_inline enum verdict verdict_of(const struct chain *c)
{
	if (c->refused)
		return VERDICT_DROPPED;
	if (c->shadow)
		return VERDICT_WOULD_DROP;
	return c->marked ? VERDICT_MARKED : VERDICT_PASSED;
}

/*
 * Whether to tell user space about this packet: one in SAMPLE_RATE, by the low
 * bits of the clock, which cost nothing where a random number costs as much as
 * the bucket.
 */
static __always_inline bool is_sampled(const struct packet *p)
{
	__u32 ns = p->now >> 6;

	return unlikely((ns * 0x9e3779b1U) >> 26 == 0);
}


/* Tells user space about a packet. */
static __noinline void sample_packet(const struct chain *c, __u32 leaf, const struct packet *p)
{
	struct sample s = {
		.policy = leaf,
		.bytes = p->wire,
		.addr_port = p->peer_port,
		.port = p->port,
		.family = p->family,
		.verdict = verdict_of(c),
		.direction = p->direction,
		.proto = p->proto,
	};
	struct stats *st;

	__builtin_memcpy(s.addr, p->peer, sizeof(s.addr));
	if (bpf_ringbuf_output(&samples, &s, sizeof(s), BPF_RB_NO_WAKEUP)) {
		st = bpf_map_lookup_elem(&counters, &leaf);
		if (st)
			st->lost++;
	}
}

/* Policy 0 counts what no policy is about. */
static __always_inline int pass_free(const struct packet *p)
{
	__u32 none = 0;
	struct stats *s = bpf_map_lookup_elem(&counters, &none);

	if (s) {
		s->passed_packets += p->segments;
		s->passed_bytes += p->wire;
	}
	return TC_NEXT;
}

static __always_inline int act(struct __sk_buff *skb, const struct chain *c)
{
	if (c->mode == MODE_REDIRECT)
		return bpf_redirect(c->target, 0);
	if (c->mode == MODE_QUEUE)
		skb->priority = c->target;
	return TC_NEXT;
}

static __always_inline struct match match_packet(struct __sk_buff *skb, struct packet *p, __u32 gen)
{
	struct iface_key key = {.generation = gen, .ifindex = p->ifindex, .direction = p->direction};
	struct iface iface;
	struct match m = {};

	if (!lookup_iface(&key, &iface))
		return m;
	p->l3 = iface.flags & IFACE_L3;
	if (parse_frame(skb, p) == PARSED_EXEMPT)
		return m;
	measure(p, skb);
	m.total = iface.total;
	m.leaf = classify(skb, p, &iface, gen);
	return m;
}

static __always_inline int shape(struct __sk_buff *skb, enum direction direction)
{
	struct packet p = {.ifindex = skb->ifindex, .direction = direction, .segments = 1, .wire = skb->len};
	struct chain c = {};
	struct match m;
	__u32 gen;

	if (is_off(&p.now))
		return TC_NEXT;
	/* User space removes a generation once another is current: look again then. */
	for (int i = 0; i < 2; i++) {
		gen = generation;
		m = match_packet(skb, &p, gen);
		if (likely(gen == generation))
			break;
	}
	if (!m.leaf || m.leaf == EXEMPT)
		return pass_free(&p);
	if (!charge_all(&c, &m, &p)) {
		if (is_sampled(&p))
			sample_packet(&c, m.leaf, &p);
		return TC_SHOT;
	}
	if (c.mark && !p.tagged)
		c.marked = bpf_skb_ecn_set_ce(skb) == 1;
	count_passed(&c, &p);
	if (is_sampled(&p))
		sample_packet(&c, m.leaf, &p);
	return act(skb, &c);
}

SEC("tc")
int shape_ingress(struct __sk_buff *skb)
{
	return shape(skb, DIR_INGRESS);
}

SEC("tc")
int shape_egress(struct __sk_buff *skb)
{
	return shape(skb, DIR_EGRESS);
}

SEC("sockops")
int pace(struct bpf_sock_ops *ops)
{
	switch (ops->op) {
	case BPF_SOCK_OPS_ACTIVE_ESTABLISHED_CB:
	case BPF_SOCK_OPS_PASSIVE_ESTABLISHED_CB:
		pace_begin(ops);
		break;
	case BPF_SOCK_OPS_RTT_CB:
		pace_again(ops);
		break;
	case BPF_SOCK_OPS_STATE_CB:
		pace_end(ops);
		break;
	}
	return 1;
}

char license_text[] SEC("license") = "Dual BSD/GPL";

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * pace.h: limits TCP senders without dropping anything, by SO_MAX_PACING_RATE.
 *
 * The limit is shared evenly by the sockets under a policy. Each socket learns of
 * a change of the limit or of the number of sockets at its next round trip.
 * Sockets connected before the program was attached are not seen.
 */
#ifndef SLUICE_PACE_H
#define SLUICE_PACE_H

#include "classify.h"

enum { PACE_NO_LIMIT = ~0U, PACE_SLOWEST = 1500 };

/* The paced policy of a socket, by its remote end; 0 if there is none. */
static __always_inline __u32 pace_policy(struct bpf_sock_ops *ops)
{
	struct iface_key key = {.generation = generation, .direction = DIR_PACED};
	struct iface iface;
	struct packet p = {.direction = DIR_PACED, .proto = IPPROTO_TCP, .has_ports = true};

	if (!lookup_iface(&key, &iface))
		return 0;
	p.port = ops->remote_port >> 16;
	p.family = ops->family == AF_INET ? 4 : 6;
	if (p.family == 4) {
		p.peer[0] = ops->remote_ip4;
	} else {
		p.peer[0] = ops->remote_ip6[0];
		p.peer[1] = ops->remote_ip6[1];
		p.peer[2] = ops->remote_ip6[2];
		p.peer[3] = ops->remote_ip6[3];
		/* An IPv4 peer of an IPv6 socket. */
		if (!p.peer[0] && !p.peer[1] && p.peer[2] == __builtin_bswap32(0xffff)) {
			p.family = 4;
			p.peer[0] = p.peer[3];
		}
	}
	return classify_flow(&p, &iface, key.generation);
}

/* The socket's part of the policy's limit, in bytes per second. */
static __always_inline __u32 pace_rate(__u32 id)
{
	struct policy *pol = bpf_map_lookup_elem(&policies, &id);
	__u64 *n = bpf_map_lookup_elem(&paced_sockets, &id), rate;

	if (disabled || !pol || !n || pol->mode != MODE_PACE)
		return PACE_NO_LIMIT;
	rate = *n > 1 ? pol->mult / *n : pol->mult;
	if (rate < PACE_SLOWEST)
		rate = PACE_SLOWEST;
	return rate < PACE_NO_LIMIT ? rate : PACE_NO_LIMIT;
}

static __always_inline void pace_set(struct bpf_sock_ops *ops, struct paced *paced)
{
	__u32 rate = pace_rate(paced->policy);

	if (rate == paced->rate)
		return;
	if (!bpf_setsockopt(ops, SOL_SOCKET, SO_MAX_PACING_RATE, &rate, sizeof(rate)))
		paced->rate = rate;
}

static __always_inline void pace_count(__u32 id, __s64 n)
{
	__u64 *sockets = bpf_map_lookup_elem(&paced_sockets, &id);

	if (sockets)
		__sync_fetch_and_add(sockets, n);
}

static __always_inline struct paced *pace_storage(struct bpf_sock_ops *ops, __u64 flags)
{
	struct bpf_sock *sk = ops->sk;

	return sk ? bpf_sk_storage_get(&paced_socket, sk, 0, flags) : 0;
}

/* Every connection is watched: a policy for it may come later. */
static __always_inline void pace_begin(struct bpf_sock_ops *ops)
{
	struct paced *paced = pace_storage(ops, BPF_SK_STORAGE_GET_F_CREATE);

	if (!paced)
		return;
	paced->rate = PACE_NO_LIMIT;
	paced->policy = pace_policy(ops);
	pace_count(paced->policy, 1);
	pace_set(ops, paced);
	bpf_sock_ops_cb_flags_set(ops, BPF_SOCK_OPS_STATE_CB_FLAG | BPF_SOCK_OPS_RTT_CB_FLAG);
}

static __always_inline void pace_again(struct bpf_sock_ops *ops)
{
	struct paced *paced = pace_storage(ops, 0);
	__u32 id;

	if (!paced)
		return;
	id = pace_policy(ops);
	if (id != paced->policy) {
		pace_count(paced->policy, -1);
		pace_count(id, 1);
		paced->policy = id;
	}
	pace_set(ops, paced);
}

static __always_inline void pace_end(struct bpf_sock_ops *ops)
{
	struct paced *paced = pace_storage(ops, 0);

	if (!paced || ops->args[1] != BPF_TCP_CLOSE)
		return;
	pace_count(paced->policy, -1);
	paced->policy = 0;
	paced->rate = PACE_NO_LIMIT;
}

#endif

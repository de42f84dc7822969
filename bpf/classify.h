/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * classify.h: which policy a packet belongs to.
 *
 * exempt > cgroup > prefix and port > prefix and protocol > prefix (the longest)
 * > port > protocol > the interface's total.
 */
#ifndef SLUICE_CLASSIFY_H
#define SLUICE_CLASSIFY_H

#include "parse.h"

#define EXEMPT 0xffffffffU

/* An IPv4 or IPv6 prefix in the given scope; 0 if there is none. */
static __always_inline __u32 lookup_prefix(const struct packet *p, const struct port_key *scope)
{
	__u32 *id;

	if (p->family == 4) {
		struct prefix4_key key = {.prefixlen = SCOPE_BITS + 32, .scope = *scope};

		__builtin_memcpy(key.addr, p->peer, sizeof(key.addr));
		id = bpf_map_lookup_elem(&prefixes4, &key);
	} else {
		struct prefix6_key key = {.prefixlen = SCOPE_BITS + 128, .scope = *scope};

		__builtin_memcpy(key.addr, p->peer, sizeof(key.addr));
		id = bpf_map_lookup_elem(&prefixes6, &key);
	}
	return id ? *id : 0;
}

static __always_inline __u32 port_index(const struct port_key *key)
{
	__u32 what = (__u32)key->direction << 24 | (__u32)key->proto << 16 | key->port;

	return (key->generation & 1) * PORT_SLOTS + ((key->ifindex * 0x9e3779b1U ^ what * 0x85ebca6bU) >> 19);
}

/* An entry's slot is empty if it is of another generation. */
static __always_inline __u32 lookup_port(const struct port_key *key)
{
	__u32 index = port_index(key), *id;
	struct port_slot *slot = bpf_map_lookup_elem(&port_slots, &index);

	if (!slot || slot->key.generation != key->generation)
		return 0;
	if (slot->key.ifindex == key->ifindex && slot->key.direction == key->direction &&
	    slot->key.proto == key->proto && slot->key.port == key->port)
		return slot->policy;
	if (!slot->crowded)
		return 0;
	id = bpf_map_lookup_elem(&ports, key);
	return id ? *id : 0;
}

static __always_inline bool lookup_iface(const struct iface_key *key, struct iface *out)
{
	__u32 index = (key->generation & 1) * IFACE_SLOTS + ((key->ifindex << 2 | key->direction) & (IFACE_SLOTS - 1));
	struct iface_slot *slot = bpf_map_lookup_elem(&iface_slots, &index);
	struct iface *found;

	if (!slot || slot->key.generation != key->generation)
		return false;
	if (slot->key.ifindex == key->ifindex && slot->key.direction == key->direction) {
		*out = slot->value;
		return true;
	}
	if (!slot->crowded)
		return false;
	found = bpf_map_lookup_elem(&ifaces, key);
	if (!found)
		return false;
	*out = *found;
	return true;
}

/* The local end of an exempt port: a server here, in both directions. */
static __always_inline bool is_exempt_port(const struct packet *p, __u32 gen)
{
	__u16 port = ntohs(p->local_port);
	__u32 index = (gen & 1) * EXEMPT_WORDS + (port >> 6);
	__u64 *word;

	if (!p->has_ports)
		return false;
	word = bpf_map_lookup_elem(&exempt_ports, &index);
	return word && *word >> (port & 63) & 1;
}

/* The deepest cgroup that has a policy and holds the sending socket. */
static __always_inline __u32 lookup_cgroup(struct __sk_buff *skb, const struct packet *p, __u32 gen, __u32 levels)
{
	struct cgroup_key key = {.generation = gen, .ifindex = p->ifindex};

	for (int i = MAX_CGROUP_LEVEL; i >= 0; i--) {
		__u32 *id;

		if (!(levels >> i & 1))
			continue;
		key.id = bpf_skb_ancestor_cgroup_id(skb, i);
		if (!key.id)
			continue;
		id = bpf_map_lookup_elem(&cgroups, &key);
		if (id)
			return *id;
	}
	return 0;
}

/* By addresses, ports and protocol; skb-independent, sockets use it too. */
static __always_inline __u32 classify_flow(const struct packet *p, const struct iface *iface, __u32 gen)
{
	struct port_key scope = {.generation = gen, .ifindex = p->ifindex, .direction = p->direction};
	struct port_key with_proto = scope, with_port;
	__u32 id;

	with_proto.proto = p->proto;
	with_port = with_proto;
	with_port.port = p->port;
	if (iface->flags & IFACE_PREFIX_PORT && p->has_ports && (id = lookup_prefix(p, &with_port)))
		return id;
	if (iface->flags & IFACE_PREFIX_PROTO && (id = lookup_prefix(p, &with_proto)))
		return id;
	if (iface->flags & IFACE_PREFIX && (id = lookup_prefix(p, &scope)))
		return id;
	if (iface->flags & IFACE_PORT && p->has_ports && (id = lookup_port(&with_port)))
		return id;
	if (iface->flags & IFACE_PROTO && (id = lookup_port(&with_proto)))
		return id;
	return iface->total;
}

static __always_inline bool is_exempt_peer(const struct packet *p, __u32 gen)
{
	struct port_key scope = {.generation = gen, .proto = PROTO_EXEMPT};

	return lookup_prefix(p, &scope) != 0;
}

/* The policy's id, 0 for none, or EXEMPT. */
__noinline __u32 classify(struct __sk_buff *skb, const struct packet *p, const struct iface *iface, __u32 gen)
{
	if (!p || !iface)
		return 0;
	if (is_exempt_port(p, gen))
		return EXEMPT;
	if (iface->flags & IFACE_EXEMPT_PREFIX && is_exempt_peer(p, gen))
		return EXEMPT;
	if (iface->flags & IFACE_CGROUP) {
		__u32 id = lookup_cgroup(skb, p, gen, iface->cgroup_levels);

		if (id)
			return id;
	}
	return classify_flow(p, iface, gen);
}

#endif

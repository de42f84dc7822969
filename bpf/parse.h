/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * parse.h: from a frame to what policies are about: who, to which port, how much.
 *
 * Up to two VLAN tags, IPv4 options, up to six IPv6 extension headers. What is
 * not IP, and neighbour discovery, is exempt. A fragment has no ports, the first
 * one neither, because the others could not be told to belong to it.
 */
#ifndef SLUICE_PARSE_H
#define SLUICE_PARSE_H

#include "maps.h"

enum { PULL = 128, MAX_EXTENSIONS = 6, MIN_WIRE = 1 };

struct packet {
	__u64 now;       /* clock units */
	__u32 ifindex;
	__u32 wire;      /* bytes on the wire, with the headers of every segment */
	__u32 segments;
	__u32 headers;   /* bytes up to the payload, or up to where parsing ended */
	__u32 peer[4];   /* the other end's address, network order; IPv4 in the first */
	__be16 peer_port;
	__be16 port;     /* destination */
	__be16 local_port;
	__u8 family;     /* 4 or 6 */
	__u8 proto;
	__u8 direction;
	bool has_ports;
	bool l3;         /* the frame has no Ethernet header */
	bool tagged;     /* a VLAN tag is in the frame: the kernel cannot mark it */
};

enum parsed { PARSED_EXEMPT, PARSED_IP };

struct vlan_header {
	__be16 tci;
	__be16 proto;
};

struct ipv4_header {
	__u8 version_ihl;
	__u8 tos;
	__be16 len;
	__be16 id;
	__be16 fragment;
	__u8 ttl;
	__u8 proto;
	__u16 check;
	__be32 src;
	__be32 dst;
};

struct ipv6_header {
	__u8 version_class;
	__u8 class_flow[3];
	__be16 len;
	__u8 next;
	__u8 hops;
	__u32 src[4];
	__u32 dst[4];
};

struct extension_header {
	__u8 next;
	__u8 len;
	__be16 fragment;
};

/* The part of TCP and UDP headers that is read. */
struct transport_header {
	__be16 src;
	__be16 dst;
};

static __always_inline void *skb_data(struct __sk_buff *skb) { return (void *)(long)skb->data; }
static __always_inline void *skb_end(struct __sk_buff *skb) { return (void *)(long)skb->data_end; }

/* Headers may lie outside the linear part of a packet; a short packet has no more. */
static __always_inline void pull_headers(struct __sk_buff *skb)
{
	__u32 linear = skb->data_end - skb->data;

	if (unlikely(linear < PULL && linear < skb->len))
		bpf_skb_pull_data(skb, skb->len < PULL ? skb->len : PULL);
}

/* Ports and the length of the transport header, where there is a whole one. */
static __always_inline void parse_transport(struct packet *p, void *data, void *at, void *end)
{
	struct transport_header *t = at;
	__u32 length = 8;

	if (p->proto != IPPROTO_TCP && p->proto != IPPROTO_UDP)
		return;
	if (at + 8 > end)
		return;
	if (p->proto == IPPROTO_TCP) {
		if (at + 20 > end)
			return;
		length = (*(__u8 *)(at + 12) >> 4) * 4;
	}
	p->headers += length;
	p->has_ports = true;
	p->port = t->dst;
	p->peer_port = p->direction == DIR_INGRESS ? t->src : t->dst;
	p->local_port = p->direction == DIR_INGRESS ? t->dst : t->src;
}

static __always_inline enum parsed parse_ipv4(struct packet *p, void *data, void *at, void *end)
{
	struct ipv4_header *ip = at;
	__u32 length;

	if (at + sizeof(*ip) > end || ip->version_ihl >> 4 != 4)
		return PARSED_EXEMPT;
	length = (ip->version_ihl & 15) * 4;
	if (length < sizeof(*ip))
		return PARSED_EXEMPT;
	p->family = 4;
	p->proto = ip->proto;
	p->peer[0] = p->direction == DIR_INGRESS ? ip->src : ip->dst;
	p->headers = at + length - data;
	if (!(ip->fragment & htons(0x3fff)))
		parse_transport(p, data, at + length, end);
	return PARSED_IP;
}

/* Types 133 to 137: router and neighbour solicitation, advertisement, redirect. */
static __always_inline bool is_discovery(void *at, void *end)
{
	__u8 *type = at;

	return at + 1 <= end && *type >= 133 && *type <= 137;
}

static __always_inline bool is_extension(__u8 proto)
{
	return proto == IPPROTO_HOPOPTS || proto == IPPROTO_ROUTING || proto == IPPROTO_FRAGMENT ||
	       proto == IPPROTO_AH || proto == IPPROTO_DSTOPTS;
}

static __always_inline enum parsed parse_ipv6(struct packet *p, void *data, void *at, void *end)
{
	struct ipv6_header *ip = at;
	bool fragment = false;

	if (at + sizeof(*ip) > end || ip->version_class >> 4 != 6)
		return PARSED_EXEMPT;
	p->family = 6;
	p->proto = ip->next;
	for (int i = 0; i < 4; i++)
		p->peer[i] = p->direction == DIR_INGRESS ? ip->src[i] : ip->dst[i];
	at += sizeof(*ip);
	for (int i = 0; i < MAX_EXTENSIONS && is_extension(p->proto); i++) {
		struct extension_header *ext = at;

		if (at + 8 > end)
			break;
		if (p->proto == IPPROTO_FRAGMENT) {
			/* Offset and "more": an atomic fragment (RFC 6946) is whole. */
			fragment |= (ext->fragment & htons(0xfff9)) != 0;
			at += 8;
		} else if (p->proto == IPPROTO_AH) {
			at += (ext->len + 2) * 4;
		} else {
			at += (ext->len + 1) * 8;
		}
		p->proto = ext->next;
	}
	p->headers = at - data;
	if (fragment)
		return PARSED_IP;
	if (p->proto == IPPROTO_ICMPV6 && is_discovery(at, end))
		return PARSED_EXEMPT;
	parse_transport(p, data, at, end);
	return PARSED_IP;
}

/*
 * Inner VLAN tags are in the frame; the outermost may be in the metadata. The
 * verifier checks a function that is not static once, whatever its callers know;
 * that keeps loading fast.
 */
__noinline enum parsed parse_frame(struct __sk_buff *skb, struct packet *p)
{
	void *data, *at, *end;
	__be16 proto = skb->protocol;

	if (!p)
		return PARSED_EXEMPT;
	pull_headers(skb);
	data = at = skb_data(skb);
	end = skb_end(skb);
	if (!p->l3) {
		at += 14;
		if (at > end)
			return PARSED_EXEMPT;
		proto = *(__be16 *)(at - 2);
	}
	for (int i = 0; i < 2; i++) {
		struct vlan_header *vlan = at;

		if (proto != htons(ETH_P_8021Q) && proto != htons(ETH_P_8021AD))
			break;
		at += sizeof(*vlan);
		if (at > end)
			return PARSED_EXEMPT;
		proto = vlan->proto;
		p->tagged = true;
	}
	if (proto == htons(ETH_P_IP))
		return parse_ipv4(p, data, at, end);
	if (proto == htons(ETH_P_IPV6))
		return parse_ipv6(p, data, at, end);
	return PARSED_EXEMPT;
}

/*
 * The bytes that were or will be on the wire. On egress the kernel has them in
 * wire_len. On ingress a packet that GRO has put together has lost the headers of
 * all segments but the first. A VLAN tag in the metadata is in neither.
 */
static __always_inline void measure(struct packet *p, struct __sk_buff *skb)
{
	__u32 segments = skb->gso_segs, wire = skb->len;

	if (!segments && skb->gso_size && skb->len > p->headers)
		segments = (skb->len - p->headers + skb->gso_size - 1) / skb->gso_size;
	if (!segments)
		segments = 1;
	if (p->direction == DIR_EGRESS)
		wire = skb->wire_len;
	else
		wire += (segments - 1) * p->headers;
	if (skb->vlan_present)
		wire += 4 * segments;
	p->segments = segments;
	p->wire = wire;
}

#endif

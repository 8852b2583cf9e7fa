/* DiSNI's natives for the connection manager. */
#include "natives.h"

#include <netinet/in.h>

/* Reads and atomics a queue pair keeps under way each way: what rxe and every NIC we know takes. */
enum { READS_IN_FLIGHT = 16 };

DISNI(jlong, createEventChannel)
{
    return check_handle(env, "rdma_create_event_channel", rdma_create_event_channel());
}

DISNI(jint, destroyEventChannel, jlong channel)
{
    rdma_destroy_event_channel(PTR(struct rdma_event_channel, channel));
    return 0;
}

DISNI(jlong, createId, jlong channel, jshort port_space)
{
    struct rdma_cm_id *id = NULL;
    if (check_errno(env, "rdma_create_id",
            rdma_create_id(PTR(struct rdma_event_channel, channel), &id, NULL,
                (enum rdma_port_space)port_space)))
        return 0;
    return HANDLE(id);
}

DISNI(jint, destroyCmId, jlong id)
{
    return rdma_destroy_id(PTR(struct rdma_cm_id, id)) ? -errno : 0;
}

DISNI(jint, destroyEp, jlong id)
{
    rdma_destroy_ep(PTR(struct rdma_cm_id, id));
    return 0;
}

DISNI(void, bindAddr, jlong id, jlong address)
{
    check_errno(env, "rdma_bind_addr",
        rdma_bind_addr(PTR(struct rdma_cm_id, id), PTR(struct sockaddr, address)));
}

DISNI(void, listen, jlong id, jint backlog)
{
    check_errno(env, "rdma_listen", rdma_listen(PTR(struct rdma_cm_id, id), backlog));
}

DISNI(void, resolveAddr, jlong id, jlong source, jlong destination, jint timeout_ms)
{
    check_errno(env, "rdma_resolve_addr",
        rdma_resolve_addr(PTR(struct rdma_cm_id, id), PTR(struct sockaddr, source),
            PTR(struct sockaddr, destination), timeout_ms));
}

DISNI(void, resolveRoute, jlong id, jint timeout_ms)
{
    check_errno(env, "rdma_resolve_route",
        rdma_resolve_route(PTR(struct rdma_cm_id, id), timeout_ms));
}

/*
 * DiSNI acknowledges an event by its type alone, which names no event: so it is acknowledged here,
 * before Java sees it.
 */
DISNI(jint, getCmEvent, jlong channel, jlong listen_id, jlong client_id, jint timeout_ms)
{
    struct rdma_event_channel *events = PTR(struct rdma_event_channel, channel);
    struct rdma_cm_event *event;
    if (timeout_ms >= 0 && wait_readable(events->fd, timeout_ms) <= 0)
        return -1;
    if (rdma_get_cm_event(events, &event))
        return -1;
    *PTR(uint64_t, listen_id) = (uintptr_t)event->listen_id;
    *PTR(uint64_t, client_id) = (uintptr_t)event->id;
    int type = (int)event->event;
    return rdma_ack_cm_event(event) ? -1 : type;
}

DISNI(jint, ackCmEvent, jint event __attribute__((unused)))
{
    return 0;
}

static struct rdma_conn_param connection_parameters(int retries, int rnr_retries)
{
    return (struct rdma_conn_param){
        .responder_resources = READS_IN_FLIGHT,
        .initiator_depth = READS_IN_FLIGHT,
        .retry_count = (uint8_t)retries,
        .rnr_retry_count = (uint8_t)rnr_retries,
    };
}

DISNI(void, connect, jlong id, jint retries, jint rnr_retries, jlong data, jbyte data_bytes)
{
    struct rdma_conn_param parameters = connection_parameters(retries, rnr_retries);
    parameters.private_data = PTR(void, data);
    parameters.private_data_len = (uint8_t)data_bytes;
    check_errno(env, "rdma_connect", rdma_connect(PTR(struct rdma_cm_id, id), &parameters));
}

DISNI(void, accept, jlong id, jint retries, jint rnr_retries)
{
    struct rdma_conn_param parameters = connection_parameters(retries, rnr_retries);
    check_errno(env, "rdma_accept", rdma_accept(PTR(struct rdma_cm_id, id), &parameters));
}

DISNI(jint, disconnect, jlong id)
{
    return rdma_disconnect(PTR(struct rdma_cm_id, id)) ? -errno : 0;
}

/* DiSNI knows IPv4 only, and gives room for no more: another family is an error, not an overflow. */
static jint copy_ipv4(const struct sockaddr *from, jlong to)
{
    if (!from || from->sa_family != AF_INET)
        return -EAFNOSUPPORT;
    memcpy(PTR(void, to), from, sizeof(struct sockaddr_in));
    return 0;
}

DISNI(jint, getSrcAddr, jlong id, jlong address)
{
    return copy_ipv4(rdma_get_local_addr(PTR(struct rdma_cm_id, id)), address);
}

DISNI(jint, getDstAddr, jlong id, jlong address)
{
    return copy_ipv4(rdma_get_peer_addr(PTR(struct rdma_cm_id, id)), address);
}

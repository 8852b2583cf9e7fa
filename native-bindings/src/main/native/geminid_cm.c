/* Our natives for the connection manager: what DiSNI leaves out or cannot say. */
#include "geminid_records.h"
#include "natives.h"

#include <netinet/in.h>

GEMINID(jboolean, nextConnectionEvent, jlong channel, jlong record, jint timeout_ms)
{
    struct rdma_event_channel *events = PTR(struct rdma_event_channel, channel);
    struct geminid_cm_event *to = PTR(struct geminid_cm_event, record);
    struct rdma_cm_event *event;
    int ready = wait_readable(events->fd, timeout_ms);
    if (ready < 0)
        throw_verbs(env, "poll", errno, 0);
    if (ready <= 0 || check_errno(env, "rdma_get_cm_event", rdma_get_cm_event(events, &event)))
        return JNI_FALSE;
    to->id = (uintptr_t)event->id;
    to->listen_id = (uintptr_t)event->listen_id;
    to->type = event->event;
    to->status = event->status;
    to->reserved = 0;
    /* The length is of the packet's field, padding included; it fits 8 bits, so it fits the record. */
    uint32_t bytes = event->param.conn.private_data ? event->param.conn.private_data_len : 0;
    to->private_bytes = bytes;
    if (bytes)
        memcpy(to->private_data, event->param.conn.private_data, bytes);
    check_errno(env, "rdma_ack_cm_event", rdma_ack_cm_event(event));
    return JNI_TRUE;
}

GEMINID(void, setAckTimeout, jlong id, jint exponent)
{
    uint8_t value = (uint8_t)exponent;
    check_errno(env, "rdma_set_option(ACK_TIMEOUT)",
        rdma_set_option(PTR(struct rdma_cm_id, id), RDMA_OPTION_ID, RDMA_OPTION_ID_ACK_TIMEOUT,
            &value, sizeof value));
}

GEMINID(void, accept, jlong id, jint rnr_retries, jlong data, jint data_bytes)
{
    struct rdma_conn_param parameters = {
        .private_data = PTR(void, data),
        .private_data_len = (uint8_t)data_bytes,
        /* The most the peer asked for and the device has. */
        .responder_resources = RDMA_MAX_RESP_RES,
        .initiator_depth = RDMA_MAX_INIT_DEPTH,
        .rnr_retry_count = (uint8_t)rnr_retries,
    };
    check_errno(env, "rdma_accept", rdma_accept(PTR(struct rdma_cm_id, id), &parameters));
}

GEMINID(void, reject, jlong id, jlong data, jint data_bytes)
{
    check_errno(env, "rdma_reject",
        rdma_reject(PTR(struct rdma_cm_id, id), PTR(void, data), (uint8_t)data_bytes));
}

static void copy_address(const struct sockaddr *from, jlong to)
{
    size_t bytes = from->sa_family == AF_INET6 ? sizeof(struct sockaddr_in6) : sizeof(struct sockaddr_in);
    memcpy(PTR(void, to), from, bytes);
}

/* Room for a sockaddr_in6 at both places. */
GEMINID(void, addresses, jlong id, jlong local, jlong peer)
{
    struct rdma_cm_id *connection = PTR(struct rdma_cm_id, id);
    copy_address(rdma_get_local_addr(connection), local);
    copy_address(rdma_get_peer_addr(connection), peer);
}

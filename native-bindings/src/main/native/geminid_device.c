/* Our natives: devices, ports, addresses, and events that belong to no queue pair. */
#include "geminid_records.h"
#include "natives.h"

#include <stdio.h>
#include <sys/mman.h>

static uint32_t mtu_bytes(enum ibv_mtu mtu)
{
    return 128u << mtu;
}

/* The connection manager's own contexts: a queue pair must be made on the one its connection uses. */
GEMINID(jint, devices, jlong contexts, jint capacity)
{
    int count = 0;
    struct ibv_context **list = rdma_get_devices(&count);
    if (!list) {
        if (errno != ENODEV && errno != ENOENT)
            throw_verbs(env, "rdma_get_devices", errno, 0);
        return 0;
    }
    for (int i = 0; i < count && i < capacity; i++)
        PTR(uint64_t, contexts)[i] = (uintptr_t)list[i];
    rdma_free_devices(list);
    return count < capacity ? count : capacity;
}

GEMINID(void, queryDevice, jlong context, jlong record)
{
    struct ibv_context *device = PTR(struct ibv_context, context);
    struct geminid_device *to = PTR(struct geminid_device, record);
    struct ibv_device_attr from;
    if (check_code(env, "ibv_query_device", ibv_query_device(device, &from)))
        return;
    memset(to, 0, sizeof *to);
    to->guid = be64toh(from.node_guid);
    to->region_bytes_max = from.max_mr_size;
    to->vendor_id = from.vendor_id;
    to->vendor_part_id = from.vendor_part_id;
    to->queue_pairs_max = (uint32_t)from.max_qp;
    to->requests_max = (uint32_t)from.max_qp_wr;
    to->slices_max = (uint32_t)from.max_sge;
    to->completion_queues_max = (uint32_t)from.max_cq;
    to->completions_max = (uint32_t)from.max_cqe;
    to->regions_max = (uint32_t)from.max_mr;
    to->domains_max = (uint32_t)from.max_pd;
    to->ports = from.phys_port_cnt;
    snprintf(to->firmware, sizeof to->firmware, "%s", from.fw_ver);
    snprintf(to->name, sizeof to->name, "%s", ibv_get_device_name(device->device));
}

GEMINID(void, queryPort, jlong context, jint port, jlong record)
{
    struct geminid_port *to = PTR(struct geminid_port, record);
    struct ibv_port_attr from;
    if (check_code(env, "ibv_query_port",
            ibv_query_port(PTR(struct ibv_context, context), (uint8_t)port, &from)))
        return;
    to->state = from.state;
    to->physical_state = from.phys_state;
    to->link_layer = from.link_layer;
    to->active_mtu_bytes = mtu_bytes(from.active_mtu);
    to->max_mtu_bytes = mtu_bytes(from.max_mtu);
    to->message_bytes_max = from.max_msg_sz;
    to->gid_entries = (uint32_t)from.gid_tbl_len;
    to->lid = from.lid;
}

GEMINID(jint, queryGids, jlong context, jint port, jlong records, jint capacity)
{
    struct ibv_gid_entry entries[64];
    size_t room = sizeof entries / sizeof entries[0];
    ssize_t count = ibv_query_gid_table(PTR(struct ibv_context, context), entries, room, 0);
    if (count < 0) {
        throw_verbs(env, "ibv_query_gid_table", (int)-count, 0);
        return 0;
    }
    int written = 0;
    for (ssize_t i = 0; i < count && written < capacity; i++) {
        struct geminid_gid *to = PTR(struct geminid_gid, records) + written;
        if (entries[i].port_num != (uint32_t)port)
            continue;
        memcpy(to->gid, entries[i].gid.raw, sizeof to->gid);
        to->index = entries[i].gid_index;
        to->type = entries[i].gid_type;
        to->interface_index = entries[i].ndev_ifindex;
        to->reserved = 0;
        written++;
    }
    return written;
}

static int names_queue_pair(enum ibv_event_type type)
{
    switch (type) {
    case IBV_EVENT_QP_FATAL:
    case IBV_EVENT_QP_REQ_ERR:
    case IBV_EVENT_QP_ACCESS_ERR:
    case IBV_EVENT_COMM_EST:
    case IBV_EVENT_SQ_DRAINED:
    case IBV_EVENT_PATH_MIG:
    case IBV_EVENT_PATH_MIG_ERR:
    case IBV_EVENT_QP_LAST_WQE_REACHED:
        return 1;
    default:
        return 0;
    }
}

static int names_port(enum ibv_event_type type)
{
    switch (type) {
    case IBV_EVENT_PORT_ACTIVE:
    case IBV_EVENT_PORT_ERR:
    case IBV_EVENT_LID_CHANGE:
    case IBV_EVENT_PKEY_CHANGE:
    case IBV_EVENT_SM_CHANGE:
    case IBV_EVENT_CLIENT_REREGISTER:
    case IBV_EVENT_GID_CHANGE:
        return 1;
    default:
        return 0;
    }
}

/* Acknowledged here, after the number is read: destroying a queue pair waits for it. */
GEMINID(jboolean, nextAsyncEvent, jlong context, jlong record, jint timeout_ms)
{
    struct ibv_context *device = PTR(struct ibv_context, context);
    struct geminid_async_event *to = PTR(struct geminid_async_event, record);
    struct ibv_async_event event;
    int ready = wait_readable(device->async_fd, timeout_ms);
    if (ready < 0)
        throw_verbs(env, "poll", errno, 0);
    if (ready <= 0 || check_errno(env, "ibv_get_async_event", ibv_get_async_event(device, &event)))
        return JNI_FALSE;
    to->type = event.event_type;
    to->queue_pair = names_queue_pair(event.event_type) ? event.element.qp->qp_num : 0;
    to->port = names_port(event.event_type) ? (uint32_t)event.element.port_num : 0;
    to->reserved = 0;
    ibv_ack_async_event(&event);
    return JNI_TRUE;
}

GEMINID(void, adviseHugePages, jlong address, jlong bytes)
{
    check_errno(env, "madvise(MADV_HUGEPAGE)",
        madvise(PTR(void, address), (size_t)bytes, MADV_HUGEPAGE));
}

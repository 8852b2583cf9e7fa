/* DiSNI's natives for verbs objects: domains, regions, queues, and the calls of the data path. */
#include "natives.h"

/* DiSNI's createQP has no parameter for it; RdmaNatives.createQueuePair has. */
enum { DISNI_SLICES_MAX = 4 };

DISNI(jlong, createQP, jlong id, jlong pd, jlong send_cq, jlong receive_cq, jint type, jint sends,
    jint receives, jint inline_bytes)
{
    struct rdma_cm_id *connection = PTR(struct rdma_cm_id, id);
    struct ibv_qp_init_attr attributes = {
        .send_cq = PTR(struct ibv_cq, send_cq),
        .recv_cq = PTR(struct ibv_cq, receive_cq),
        .qp_type = (enum ibv_qp_type)type,
        .cap = {
            .max_send_wr = (uint32_t)sends,
            .max_recv_wr = (uint32_t)receives,
            .max_send_sge = DISNI_SLICES_MAX,
            .max_recv_sge = DISNI_SLICES_MAX,
            .max_inline_data = (uint32_t)inline_bytes,
        },
    };
    if (check_errno(env, "rdma_create_qp",
            rdma_create_qp(connection, PTR(struct ibv_pd, pd), &attributes)))
        return 0;
    return HANDLE(connection->qp);
}

DISNI(jint, destroyQP, jlong id)
{
    rdma_destroy_qp(PTR(struct rdma_cm_id, id));
    return 0;
}

/* DiSNI never fills in the attributes it would pass: RdmaNatives has the two changes that we need. */
DISNI(jint, modifyQP, jlong qp __attribute__((unused)), jlong attributes __attribute__((unused)))
{
    throw_verbs(env, "modifyQP", ENOSYS, 0);
    return -ENOSYS;
}

DISNI(jlong, allocPd, jlong context)
{
    return check_handle(env, "ibv_alloc_pd", ibv_alloc_pd(PTR(struct ibv_context, context)));
}

DISNI(jint, deallocPd, jlong pd)
{
    return -ibv_dealloc_pd(PTR(struct ibv_pd, pd));
}

DISNI(jlong, createCompChannel, jlong context)
{
    return check_handle(env, "ibv_create_comp_channel",
        ibv_create_comp_channel(PTR(struct ibv_context, context)));
}

DISNI(jint, destroyCompChannel, jlong channel)
{
    return -ibv_destroy_comp_channel(PTR(struct ibv_comp_channel, channel));
}

DISNI(jlong, createCQ, jlong context, jlong channel, jint entries, jint vector)
{
    return check_handle(env, "ibv_create_cq",
        ibv_create_cq(PTR(struct ibv_context, context), entries, NULL,
            PTR(struct ibv_comp_channel, channel), vector));
}

DISNI(jint, destroyCQ, jlong cq)
{
    return -ibv_destroy_cq(PTR(struct ibv_cq, cq));
}

DISNI(jlong, regMr, jlong pd, jlong address, jint bytes, jint access, jlong local_key,
    jlong remote_key, jlong handle)
{
    struct ibv_mr *region =
        ibv_reg_mr(PTR(struct ibv_pd, pd), PTR(void, address), (uint32_t)bytes, access);
    if (!check_handle(env, "ibv_reg_mr", region))
        return 0;
    *PTR(uint32_t, local_key) = region->lkey;
    *PTR(uint32_t, remote_key) = region->rkey;
    *PTR(uint32_t, handle) = region->handle;
    return HANDLE(region);
}

DISNI(void, deregMr, jlong region)
{
    check_code(env, "ibv_dereg_mr", ibv_dereg_mr(PTR(struct ibv_mr, region)));
}

DISNI(jint, queryOdpSupport, jlong context)
{
    struct ibv_device_attr_ex attributes = {0};
    int rc = ibv_query_device_ex(PTR(struct ibv_context, context), NULL, &attributes);
    if (rc || !(attributes.odp_caps.general_caps & IBV_ODP_SUPPORT))
        return -1;
    return (jint)attributes.odp_caps.per_transport_caps.rc_odp_caps;
}

/* On-demand paging is not used: memory is registered for as long as it is pinned. */
DISNI(jint, expPrefetchMr, jlong region __attribute__((unused)), jlong address __attribute__((unused)),
    jint bytes __attribute__((unused)))
{
    throw_verbs(env, "expPrefetchMr", ENOSYS, 0);
    return -ENOSYS;
}

DISNI(void, postSend, jlong qp, jlong requests)
{
    struct ibv_send_wr *first = PTR(struct ibv_send_wr, requests);
    struct ibv_send_wr *bad = NULL;
    int rc = ibv_post_send(PTR(struct ibv_qp, qp), first, &bad);
    if (rc) {
        int accepted = 0;
        for (struct ibv_send_wr *wr = first; wr && wr != bad; wr = wr->next)
            accepted++;
        throw_verbs(env, "ibv_post_send", rc < 0 ? -rc : rc, accepted);
    }
}

DISNI(void, postRecv, jlong qp, jlong requests)
{
    struct ibv_recv_wr *first = PTR(struct ibv_recv_wr, requests);
    struct ibv_recv_wr *bad = NULL;
    int rc = ibv_post_recv(PTR(struct ibv_qp, qp), first, &bad);
    if (rc) {
        int accepted = 0;
        for (struct ibv_recv_wr *wr = first; wr && wr != bad; wr = wr->next)
            accepted++;
        throw_verbs(env, "ibv_post_recv", rc < 0 ? -rc : rc, accepted);
    }
}

DISNI(jint, pollCQ, jlong cq, jint entries, jlong completions)
{
    int count = ibv_poll_cq(PTR(struct ibv_cq, cq), entries, PTR(struct ibv_wc, completions));
    if (count < 0)
        throw_verbs(env, "ibv_poll_cq", errno, 0);
    return count;
}

DISNI(jint, reqNotifyCQ, jlong cq, jint solicited_only)
{
    return check_code(env, "ibv_req_notify_cq",
        ibv_req_notify_cq(PTR(struct ibv_cq, cq), solicited_only));
}

DISNI(jint, getCqEvent, jlong channel, jint timeout_ms)
{
    struct ibv_comp_channel *events = PTR(struct ibv_comp_channel, channel);
    struct ibv_cq *cq;
    void *context;
    if (timeout_ms >= 0) {
        int ready = wait_readable(events->fd, timeout_ms);
        if (ready < 0)
            throw_verbs(env, "poll", errno, 0);
        if (ready <= 0)
            return -1;
    }
    return check_errno(env, "ibv_get_cq_event", ibv_get_cq_event(events, &cq, &context));
}

DISNI(jint, ackCqEvent, jlong cq, jint events)
{
    ibv_ack_cq_events(PTR(struct ibv_cq, cq), (unsigned int)events);
    return 0;
}

/* Our natives for regions, queue pairs and waiting: what DiSNI leaves out or cannot say. */
#include "geminid_records.h"
#include "natives.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

/* DiSNI's registration takes an int as length. */
GEMINID(jlong, registerMemory, jlong pd, jlong address, jlong bytes, jint access, jlong record)
{
    struct ibv_mr *region =
        ibv_reg_mr(PTR(struct ibv_pd, pd), PTR(void, address), (size_t)bytes, access);
    if (!check_handle(env, "ibv_reg_mr", region))
        return 0;
    *PTR(struct geminid_region, record) =
        (struct geminid_region){.local_key = region->lkey, .remote_key = region->rkey};
    return HANDLE(region);
}

/* The limits that were granted, at least those asked for, are written back. */
GEMINID(jlong, createQueuePair, jlong id, jlong pd, jlong send_cq, jlong receive_cq, jlong limits)
{
    struct rdma_cm_id *connection = PTR(struct rdma_cm_id, id);
    struct geminid_queue_pair_limits *wanted = PTR(struct geminid_queue_pair_limits, limits);
    struct ibv_qp_init_attr attributes = {
        .send_cq = PTR(struct ibv_cq, send_cq),
        .recv_cq = PTR(struct ibv_cq, receive_cq),
        .qp_type = IBV_QPT_RC,
        .cap = {
            .max_send_wr = wanted->sends,
            .max_recv_wr = wanted->receives,
            .max_send_sge = wanted->send_slices,
            .max_recv_sge = wanted->receive_slices,
            .max_inline_data = wanted->inline_bytes,
        },
    };
    if (check_errno(env, "rdma_create_qp",
            rdma_create_qp(connection, PTR(struct ibv_pd, pd), &attributes)))
        return 0;
    wanted->sends = attributes.cap.max_send_wr;
    wanted->receives = attributes.cap.max_recv_wr;
    wanted->send_slices = attributes.cap.max_send_sge;
    wanted->receive_slices = attributes.cap.max_recv_sge;
    wanted->inline_bytes = attributes.cap.max_inline_data;
    return HANDLE(connection->qp);
}

GEMINID(void, queryQueuePair, jlong qp, jlong record)
{
    struct geminid_queue_pair *to = PTR(struct geminid_queue_pair, record);
    struct ibv_qp_attr from;
    struct ibv_qp_init_attr made;
    int fields = IBV_QP_STATE | IBV_QP_PATH_MTU | IBV_QP_TIMEOUT | IBV_QP_RETRY_CNT |
        IBV_QP_RNR_RETRY | IBV_QP_MIN_RNR_TIMER | IBV_QP_SQ_PSN | IBV_QP_RQ_PSN;
    if (check_code(env, "ibv_query_qp", ibv_query_qp(PTR(struct ibv_qp, qp), &from, fields, &made)))
        return;
    *to = (struct geminid_queue_pair){
        .state = from.qp_state,
        .path_mtu_bytes = 128u << from.path_mtu,
        .ack_timeout = from.timeout,
        .retries = from.retry_cnt,
        .rnr_retries = from.rnr_retry,
        .rnr_timer = from.min_rnr_timer,
        .send_start = from.sq_psn,
        .receive_start = from.rq_psn,
    };
}

GEMINID(void, setRnrTimer, jlong qp, jint timer)
{
    struct ibv_qp_attr attributes = {.min_rnr_timer = (uint8_t)timer};
    check_code(env, "ibv_modify_qp(MIN_RNR_TIMER)",
        ibv_modify_qp(PTR(struct ibv_qp, qp), &attributes, IBV_QP_MIN_RNR_TIMER));
}

GEMINID(void, toError, jlong qp)
{
    struct ibv_qp_attr attributes = {.qp_state = IBV_QPS_ERR};
    check_code(env, "ibv_modify_qp(ERR)",
        ibv_modify_qp(PTR(struct ibv_qp, qp), &attributes, IBV_QP_STATE));
}

GEMINID(jint, createWakeup)
{
    int fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (fd < 0)
        throw_verbs(env, "eventfd", errno, 0);
    return fd;
}

GEMINID(void, wake, jint fd)
{
    uint64_t one = 1;
    /* EAGAIN: so many wake-ups are pending that one more changes nothing. */
    if (write(fd, &one, sizeof one) < 0 && errno != EAGAIN)
        throw_verbs(env, "write(eventfd)", errno, 0);
}

GEMINID(void, closeWakeup, jint fd)
{
    check_errno(env, "close(eventfd)", close(fd));
}

/*
 * Waits for a completion event or a wake-up, and takes what came. 1: a completion event, 0: woken or
 * timed out. A negative timeout waits forever.
 */
GEMINID(jint, awaitCompletion, jlong channel, jint wake_fd, jlong timeout_ns)
{
    struct ibv_comp_channel *events = PTR(struct ibv_comp_channel, channel);
    struct pollfd waiting[2] = {
        {.fd = events->fd, .events = POLLIN},
        {.fd = wake_fd, .events = POLLIN},
    };
    struct timespec timeout = {
        .tv_sec = (time_t)(timeout_ns / 1000000000),
        .tv_nsec = (long)(timeout_ns % 1000000000),
    };
    int ready = ppoll(waiting, 2, timeout_ns < 0 ? NULL : &timeout, NULL);
    if (ready < 0 && errno != EINTR)
        throw_verbs(env, "ppoll", errno, 0);
    if (ready <= 0)
        return 0;
    if (waiting[1].revents) {
        uint64_t pending;
        if (read(wake_fd, &pending, sizeof pending) < 0 && errno != EAGAIN) {
            throw_verbs(env, "read(eventfd)", errno, 0);
            return 0;
        }
    }
    if (!waiting[0].revents)
        return 0;
    struct ibv_cq *cq;
    void *context;
    if (check_errno(env, "ibv_get_cq_event", ibv_get_cq_event(events, &cq, &context)))
        return 0;
    /* The queue has no other consumer, so there is no lock to save by acknowledging in bulk. */
    ibv_ack_cq_events(cq, 1);
    return 1;
}

/* Prints what LayoutTest compares: every number that Java has from a C header, as name=value. */
#include "geminid_records.h"

#include <errno.h>
#include <netinet/in.h>
#include <stddef.h>
#include <stdio.h>

#include <infiniband/verbs.h>
#include <rdma/rdma_cma.h>

#define VALUE(name, value) printf("%s=%lld\n", name, (long long)(value))
#define OFFSET(name, type, field) VALUE(name, offsetof(struct type, field))

static void requests(void)
{
    OFFSET("RequestLayout.ID", ibv_send_wr, wr_id);
    OFFSET("RequestLayout.NEXT", ibv_send_wr, next);
    OFFSET("RequestLayout.SLICES", ibv_send_wr, sg_list);
    OFFSET("RequestLayout.SLICE_COUNT", ibv_send_wr, num_sge);
    OFFSET("RequestLayout.ID", ibv_recv_wr, wr_id);
    OFFSET("RequestLayout.NEXT", ibv_recv_wr, next);
    OFFSET("RequestLayout.SLICES", ibv_recv_wr, sg_list);
    OFFSET("RequestLayout.SLICE_COUNT", ibv_recv_wr, num_sge);
    OFFSET("RequestLayout.OPCODE", ibv_send_wr, opcode);
    OFFSET("RequestLayout.FLAGS", ibv_send_wr, send_flags);
    OFFSET("RequestLayout.IMMEDIATE", ibv_send_wr, imm_data);
    OFFSET("RequestLayout.REMOTE_ADDRESS", ibv_send_wr, wr.rdma.remote_addr);
    OFFSET("RequestLayout.REMOTE_KEY", ibv_send_wr, wr.rdma.rkey);
    VALUE("RequestLayout.SEND_BYTES", sizeof(struct ibv_send_wr));
    VALUE("RequestLayout.RECEIVE_BYTES", sizeof(struct ibv_recv_wr));
    OFFSET("RequestLayout.SLICE_ADDRESS", ibv_sge, addr);
    OFFSET("RequestLayout.SLICE_LENGTH", ibv_sge, length);
    OFFSET("RequestLayout.SLICE_KEY", ibv_sge, lkey);
    VALUE("RequestLayout.SLICE_BYTES", sizeof(struct ibv_sge));
    VALUE("RequestLayout.WRITE", IBV_WR_RDMA_WRITE);
    VALUE("RequestLayout.WRITE_WITH_IMMEDIATE", IBV_WR_RDMA_WRITE_WITH_IMM);
    VALUE("RequestLayout.SEND", IBV_WR_SEND);
    VALUE("RequestLayout.SEND_WITH_IMMEDIATE", IBV_WR_SEND_WITH_IMM);
    VALUE("RequestLayout.READ", IBV_WR_RDMA_READ);
    VALUE("SendList.FENCE", IBV_SEND_FENCE);
    VALUE("SendList.SIGNALED", IBV_SEND_SIGNALED);
    VALUE("SendList.SOLICITED", IBV_SEND_SOLICITED);
    VALUE("SendList.INLINE", IBV_SEND_INLINE);
}

static void completions(void)
{
    OFFSET("RequestLayout.COMPLETION_ID", ibv_wc, wr_id);
    OFFSET("RequestLayout.COMPLETION_STATUS", ibv_wc, status);
    OFFSET("RequestLayout.COMPLETION_OPCODE", ibv_wc, opcode);
    OFFSET("RequestLayout.COMPLETION_VENDOR_ERROR", ibv_wc, vendor_err);
    OFFSET("RequestLayout.COMPLETION_LENGTH", ibv_wc, byte_len);
    OFFSET("RequestLayout.COMPLETION_IMMEDIATE", ibv_wc, imm_data);
    OFFSET("RequestLayout.COMPLETION_QUEUE_PAIR", ibv_wc, qp_num);
    OFFSET("RequestLayout.COMPLETION_FLAGS", ibv_wc, wc_flags);
    VALUE("RequestLayout.COMPLETION_BYTES", sizeof(struct ibv_wc));
    VALUE("RequestLayout.COMPLETION_WITH_IMMEDIATE", IBV_WC_WITH_IMM);
    VALUE("RequestLayout.COMPLETION_RECEIVE", IBV_WC_RECV);
    VALUE("RequestLayout.COMPLETION_RECEIVE_OF_WRITE", IBV_WC_RECV_RDMA_WITH_IMM);
    VALUE("WorkStatus.SUCCESS", IBV_WC_SUCCESS);
    VALUE("WorkStatus.LOCAL_LENGTH_ERROR", IBV_WC_LOC_LEN_ERR);
    VALUE("WorkStatus.LOCAL_QUEUE_PAIR_OPERATION_ERROR", IBV_WC_LOC_QP_OP_ERR);
    VALUE("WorkStatus.LOCAL_EEC_OPERATION_ERROR", IBV_WC_LOC_EEC_OP_ERR);
    VALUE("WorkStatus.LOCAL_PROTECTION_ERROR", IBV_WC_LOC_PROT_ERR);
    VALUE("WorkStatus.FLUSHED", IBV_WC_WR_FLUSH_ERR);
    VALUE("WorkStatus.MEMORY_WINDOW_BIND_ERROR", IBV_WC_MW_BIND_ERR);
    VALUE("WorkStatus.BAD_RESPONSE", IBV_WC_BAD_RESP_ERR);
    VALUE("WorkStatus.LOCAL_ACCESS_ERROR", IBV_WC_LOC_ACCESS_ERR);
    VALUE("WorkStatus.REMOTE_INVALID_REQUEST", IBV_WC_REM_INV_REQ_ERR);
    VALUE("WorkStatus.REMOTE_ACCESS_ERROR", IBV_WC_REM_ACCESS_ERR);
    VALUE("WorkStatus.REMOTE_OPERATION_ERROR", IBV_WC_REM_OP_ERR);
    VALUE("WorkStatus.RETRY_EXCEEDED", IBV_WC_RETRY_EXC_ERR);
    VALUE("WorkStatus.RNR_RETRY_EXCEEDED", IBV_WC_RNR_RETRY_EXC_ERR);
}

static void states(void)
{
    VALUE("QueuePairState.RESET", IBV_QPS_RESET);
    VALUE("QueuePairState.INIT", IBV_QPS_INIT);
    VALUE("QueuePairState.READY_TO_RECEIVE", IBV_QPS_RTR);
    VALUE("QueuePairState.READY_TO_SEND", IBV_QPS_RTS);
    VALUE("QueuePairState.DRAINING", IBV_QPS_SQD);
    VALUE("QueuePairState.SEND_ERROR", IBV_QPS_SQE);
    VALUE("QueuePairState.ERROR", IBV_QPS_ERR);
    VALUE("MemoryAccess.LOCAL_WRITE", IBV_ACCESS_LOCAL_WRITE);
    VALUE("MemoryAccess.REMOTE_WRITE", IBV_ACCESS_REMOTE_WRITE);
    VALUE("MemoryAccess.REMOTE_READ", IBV_ACCESS_REMOTE_READ);
    VALUE("AsyncEvent.COMPLETION_QUEUE_ERROR", IBV_EVENT_CQ_ERR);
    VALUE("AsyncEvent.QUEUE_PAIR_FATAL", IBV_EVENT_QP_FATAL);
    VALUE("AsyncEvent.QUEUE_PAIR_REQUEST_ERROR", IBV_EVENT_QP_REQ_ERR);
    VALUE("AsyncEvent.QUEUE_PAIR_ACCESS_ERROR", IBV_EVENT_QP_ACCESS_ERR);
    VALUE("AsyncEvent.COMMUNICATION_ESTABLISHED", IBV_EVENT_COMM_EST);
    VALUE("AsyncEvent.DEVICE_FATAL", IBV_EVENT_DEVICE_FATAL);
    VALUE("AsyncEvent.PORT_ACTIVE", IBV_EVENT_PORT_ACTIVE);
    VALUE("AsyncEvent.PORT_ERROR", IBV_EVENT_PORT_ERR);
    VALUE("AsyncEvent.GID_CHANGE", IBV_EVENT_GID_CHANGE);
    VALUE("CmEventType.ADDR_RESOLVED", RDMA_CM_EVENT_ADDR_RESOLVED);
    VALUE("CmEventType.ADDR_ERROR", RDMA_CM_EVENT_ADDR_ERROR);
    VALUE("CmEventType.ROUTE_RESOLVED", RDMA_CM_EVENT_ROUTE_RESOLVED);
    VALUE("CmEventType.ROUTE_ERROR", RDMA_CM_EVENT_ROUTE_ERROR);
    VALUE("CmEventType.CONNECT_REQUEST", RDMA_CM_EVENT_CONNECT_REQUEST);
    VALUE("CmEventType.CONNECT_RESPONSE", RDMA_CM_EVENT_CONNECT_RESPONSE);
    VALUE("CmEventType.CONNECT_ERROR", RDMA_CM_EVENT_CONNECT_ERROR);
    VALUE("CmEventType.UNREACHABLE", RDMA_CM_EVENT_UNREACHABLE);
    VALUE("CmEventType.REJECTED", RDMA_CM_EVENT_REJECTED);
    VALUE("CmEventType.ESTABLISHED", RDMA_CM_EVENT_ESTABLISHED);
    VALUE("CmEventType.DISCONNECTED", RDMA_CM_EVENT_DISCONNECTED);
    VALUE("CmEventType.DEVICE_REMOVAL", RDMA_CM_EVENT_DEVICE_REMOVAL);
    VALUE("CmEventType.MULTICAST_JOIN", RDMA_CM_EVENT_MULTICAST_JOIN);
    VALUE("CmEventType.MULTICAST_ERROR", RDMA_CM_EVENT_MULTICAST_ERROR);
    VALUE("CmEventType.ADDR_CHANGE", RDMA_CM_EVENT_ADDR_CHANGE);
    VALUE("CmEventType.TIMEWAIT_EXIT", RDMA_CM_EVENT_TIMEWAIT_EXIT);
    VALUE("DisniConnectionManager.TCP_PORT_SPACE", RDMA_PS_TCP);
    VALUE("DisniDevice.PORT_ACTIVE", IBV_PORT_ACTIVE);
}

static void errors(void)
{
    VALUE("Errno.EPERM", EPERM);
    VALUE("Errno.EAGAIN", EAGAIN);
    VALUE("Errno.ENOMEM", ENOMEM);
    VALUE("Errno.EACCES", EACCES);
    VALUE("Errno.EFAULT", EFAULT);
    VALUE("Errno.EBUSY", EBUSY);
    VALUE("Errno.ENODEV", ENODEV);
    VALUE("Errno.EINVAL", EINVAL);
    VALUE("Errno.ENOSYS", ENOSYS);
    VALUE("Errno.EADDRINUSE", EADDRINUSE);
    VALUE("Errno.EADDRNOTAVAIL", EADDRNOTAVAIL);
    VALUE("Errno.ENETUNREACH", ENETUNREACH);
    VALUE("Errno.ENOTCONN", ENOTCONN);
    VALUE("Errno.ETIMEDOUT", ETIMEDOUT);
    VALUE("Errno.ECONNREFUSED", ECONNREFUSED);
    VALUE("Errno.EHOSTUNREACH", EHOSTUNREACH);
}

static void records(void)
{
    VALUE("NativeRecords.DEVICE_BYTES", sizeof(struct geminid_device));
    OFFSET("NativeRecords.DEVICE_GUID", geminid_device, guid);
    OFFSET("NativeRecords.DEVICE_QUEUE_PAIRS", geminid_device, queue_pairs_max);
    OFFSET("NativeRecords.DEVICE_REQUESTS", geminid_device, requests_max);
    OFFSET("NativeRecords.DEVICE_SLICES", geminid_device, slices_max);
    OFFSET("NativeRecords.DEVICE_COMPLETIONS", geminid_device, completions_max);
    OFFSET("NativeRecords.DEVICE_REGIONS", geminid_device, regions_max);
    OFFSET("NativeRecords.DEVICE_PORTS", geminid_device, ports);
    OFFSET("NativeRecords.DEVICE_FIRMWARE", geminid_device, firmware);
    OFFSET("NativeRecords.DEVICE_NAME", geminid_device, name);
    VALUE("NativeRecords.TEXT_BYTES", sizeof(((struct geminid_device *)0)->name));
    VALUE("NativeRecords.PORT_BYTES", sizeof(struct geminid_port));
    OFFSET("NativeRecords.PORT_STATE", geminid_port, state);
    OFFSET("NativeRecords.PORT_ACTIVE_MTU", geminid_port, active_mtu_bytes);
    OFFSET("NativeRecords.PORT_MAX_MTU", geminid_port, max_mtu_bytes);
    OFFSET("NativeRecords.PORT_MESSAGE_BYTES", geminid_port, message_bytes_max);
    VALUE("NativeRecords.GID_BYTES", sizeof(struct geminid_gid));
    OFFSET("NativeRecords.GID_VALUE", geminid_gid, gid);
    OFFSET("NativeRecords.GID_INDEX", geminid_gid, index);
    OFFSET("NativeRecords.GID_TYPE", geminid_gid, type);
    OFFSET("NativeRecords.GID_INTERFACE", geminid_gid, interface_index);
    VALUE("NativeRecords.LIMITS_BYTES", sizeof(struct geminid_queue_pair_limits));
    VALUE("NativeRecords.QUEUE_PAIR_BYTES", sizeof(struct geminid_queue_pair));
    OFFSET("NativeRecords.QUEUE_PAIR_STATE", geminid_queue_pair, state);
    OFFSET("NativeRecords.QUEUE_PAIR_MTU", geminid_queue_pair, path_mtu_bytes);
    OFFSET("NativeRecords.QUEUE_PAIR_ACK_TIMEOUT", geminid_queue_pair, ack_timeout);
    OFFSET("NativeRecords.QUEUE_PAIR_RETRIES", geminid_queue_pair, retries);
    OFFSET("NativeRecords.QUEUE_PAIR_RNR_RETRIES", geminid_queue_pair, rnr_retries);
    OFFSET("NativeRecords.QUEUE_PAIR_RNR_TIMER", geminid_queue_pair, rnr_timer);
    OFFSET("NativeRecords.QUEUE_PAIR_SEND_START", geminid_queue_pair, send_start);
    VALUE("NativeRecords.REGION_BYTES", sizeof(struct geminid_region));
    VALUE("NativeRecords.CM_EVENT_BYTES", sizeof(struct geminid_cm_event));
    OFFSET("NativeRecords.CM_EVENT_ID", geminid_cm_event, id);
    OFFSET("NativeRecords.CM_EVENT_LISTENER", geminid_cm_event, listen_id);
    OFFSET("NativeRecords.CM_EVENT_TYPE", geminid_cm_event, type);
    OFFSET("NativeRecords.CM_EVENT_STATUS", geminid_cm_event, status);
    OFFSET("NativeRecords.CM_EVENT_PRIVATE_BYTES", geminid_cm_event, private_bytes);
    OFFSET("NativeRecords.CM_EVENT_PRIVATE", geminid_cm_event, private_data);
    VALUE("NativeRecords.ASYNC_EVENT_BYTES", sizeof(struct geminid_async_event));
    OFFSET("NativeRecords.ASYNC_EVENT_TYPE", geminid_async_event, type);
    OFFSET("NativeRecords.ASYNC_EVENT_QUEUE_PAIR", geminid_async_event, queue_pair);
    OFFSET("NativeRecords.ASYNC_EVENT_PORT", geminid_async_event, port);
    VALUE("SocketAddresses.BYTES", sizeof(struct sockaddr_in6));
    VALUE("SocketAddresses.FAMILY_4", AF_INET);
    VALUE("SocketAddresses.FAMILY_6", AF_INET6);
    OFFSET("SocketAddresses.PORT", sockaddr_in6, sin6_port);
    OFFSET("SocketAddresses.ADDRESS_4", sockaddr_in, sin_addr);
    OFFSET("SocketAddresses.ADDRESS_6", sockaddr_in6, sin6_addr);
    OFFSET("SocketAddresses.SCOPE_6", sockaddr_in6, sin6_scope_id);
}

int main(void)
{
    requests();
    completions();
    states();
    errors();
    records();
    return 0;
}

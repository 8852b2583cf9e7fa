/* DiSNI's natives that read one field, or say how big a structure is. */
#include "natives.h"

#include <netinet/in.h>

/* What DiSNI 2.1 asks for; its NativeDispatcher refuses another. */
enum { DISNI_VERSION = 32 };

DISNI(jlong, getContext, jlong id)
{
    return HANDLE(PTR(struct rdma_cm_id, id)->verbs);
}

DISNI(jint, getQpNum, jlong qp)
{
    return (jint)PTR(struct ibv_qp, qp)->qp_num;
}

DISNI(jint, getContextFd, jlong context)
{
    return PTR(struct ibv_context, context)->cmd_fd;
}

DISNI(jint, getContextNumCompVectors, jlong context)
{
    return PTR(struct ibv_context, context)->num_comp_vectors;
}

DISNI(jint, getPdHandle, jlong pd)
{
    return (jint)PTR(struct ibv_pd, pd)->handle;
}

DISNI(jint, getSockAddrInSize)
{
    return sizeof(struct sockaddr_in);
}

DISNI(jint, getIbvRecvWRSize)
{
    return sizeof(struct ibv_recv_wr);
}

DISNI(jint, getIbvSendWRSize)
{
    return sizeof(struct ibv_send_wr);
}

DISNI(jint, getIbvSgeSize)
{
    return sizeof(struct ibv_sge);
}

DISNI(jint, getIbvWCSize)
{
    return sizeof(struct ibv_wc);
}

DISNI(jint, getRemoteAddressOffset)
{
    return offsetof(struct ibv_send_wr, wr.rdma.remote_addr);
}

DISNI(jint, getRKeyOffset)
{
    return offsetof(struct ibv_send_wr, wr.rdma.rkey);
}

DISNI(jint, getVersion)
{
    return DISNI_VERSION;
}

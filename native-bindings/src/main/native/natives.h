/*
 * What all natives share: how they are named, how handles travel, how errors reach Java.
 *
 * A handle is a pointer of rdma-core as a jlong; Java keeps it, and calls nothing with a handle it
 * has closed. A call that fails throws io.geminid.verbs.VerbsException with the call's name and its
 * errno; the few DiSNI natives that Java declares without an exception return -errno instead.
 */
#ifndef GEMINID_NATIVES_H
#define GEMINID_NATIVES_H

#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <infiniband/verbs.h>
#include <jni.h>
#include <rdma/rdma_cma.h>

/* A native of DiSNI's com.ibm.disni.verbs.impl.NativeDispatcher (its names start with "_"). */
#define DISNI(ret, name, ...)                                                                       \
    JNIEXPORT ret JNICALL Java_com_ibm_disni_verbs_impl_NativeDispatcher__1##name(                  \
        JNIEnv *env __attribute__((unused)), jobject self __attribute__((unused)), ##__VA_ARGS__)

/* A native of our own io.geminid.verbs.jni.RdmaNatives, all of them static. */
#define GEMINID(ret, name, ...)                                                                     \
    JNIEXPORT ret JNICALL Java_io_geminid_verbs_jni_RdmaNatives_##name(                             \
        JNIEnv *env __attribute__((unused)), jclass self __attribute__((unused)), ##__VA_ARGS__)

#define PTR(type, handle) ((type *)(uintptr_t)(handle))
#define HANDLE(pointer) ((jlong)(uintptr_t)(pointer))

/* Throws VerbsException; `accepted` counts the work requests taken before the failing one. */
void throw_verbs(JNIEnv *env, const char *call, int err, int accepted);

/* For calls that return 0 or set errno and return -1 (rdma_*). Returns 0 when it went well. */
int check_errno(JNIEnv *env, const char *call, int rc);

/* For calls that return 0 or the errno itself (most of ibv_*). Returns 0 when it went well. */
int check_code(JNIEnv *env, const char *call, int rc);

/* For calls that return a pointer, or NULL and set errno. */
jlong check_handle(JNIEnv *env, const char *call, void *pointer);

/* Waits until fd can be read; 1 yes, 0 timeout, -1 with errno set. A negative timeout waits forever. */
int wait_readable(int fd, int timeout_ms);

#endif

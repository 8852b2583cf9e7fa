/* How failures reach Java, and the one wait that the natives share. */
#include "natives.h"

#include <poll.h>
#include <stdio.h>

void throw_verbs(JNIEnv *env, const char *call, int err, int accepted)
{
    char buffer[128];
    if ((*env)->ExceptionCheck(env))
        return;
    jclass type = (*env)->FindClass(env, "io/geminid/verbs/VerbsException");
    if (!type)
        return; /* NoClassDefFoundError is pending and says more than we could */
    jmethodID make =
        (*env)->GetMethodID(env, type, "<init>", "(Ljava/lang/String;ILjava/lang/String;I)V");
    if (!make)
        return;
    jstring name = (*env)->NewStringUTF(env, call);
    if (!name)
        return;
    jstring text = (*env)->NewStringUTF(env, strerror_r(err, buffer, sizeof buffer));
    if (!text)
        return;
    jobject thrown = (*env)->NewObject(env, type, make, name, (jint)err, text, (jint)accepted);
    if (thrown)
        (*env)->Throw(env, (jthrowable)thrown);
}

int check_errno(JNIEnv *env, const char *call, int rc)
{
    if (rc)
        throw_verbs(env, call, errno, 0);
    return rc;
}

int check_code(JNIEnv *env, const char *call, int rc)
{
    if (rc)
        throw_verbs(env, call, rc, 0);
    return rc;
}

jlong check_handle(JNIEnv *env, const char *call, void *pointer)
{
    if (!pointer)
        throw_verbs(env, call, errno, 0);
    return HANDLE(pointer);
}

int wait_readable(int fd, int timeout_ms)
{
    struct pollfd waiting = {.fd = fd, .events = POLLIN};
    int ready = poll(&waiting, 1, timeout_ms);
    /* A signal ends the wait early, as a timeout would: callers wait in a loop with a deadline. */
    if (ready < 0 && errno == EINTR)
        return 0;
    return ready;
}

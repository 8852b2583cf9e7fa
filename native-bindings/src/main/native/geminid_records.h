/*
 * The records that our own natives fill in for Java, field by field, in the machine's byte order.
 * io.geminid.verbs.jni.NativeRecords has the same offsets; a test compares them.
 */
#ifndef GEMINID_RECORDS_H
#define GEMINID_RECORDS_H

#include <stdint.h>

struct geminid_device {
    uint64_t guid;
    uint64_t region_bytes_max;
    uint32_t vendor_id;
    uint32_t vendor_part_id;
    uint32_t queue_pairs_max;
    uint32_t requests_max;
    uint32_t slices_max;
    uint32_t completion_queues_max;
    uint32_t completions_max;
    uint32_t regions_max;
    uint32_t domains_max;
    uint32_t ports;
    char firmware[64];
    char name[64];
};

struct geminid_port {
    uint32_t state;
    uint32_t physical_state;
    uint32_t link_layer;
    uint32_t active_mtu_bytes;
    uint32_t max_mtu_bytes;
    uint32_t message_bytes_max;
    uint32_t gid_entries;
    uint32_t lid;
};

struct geminid_gid {
    uint8_t gid[16];
    uint32_t index;
    uint32_t type;
    uint32_t interface_index;
    uint32_t reserved;
};

struct geminid_queue_pair_limits {
    uint32_t sends;
    uint32_t receives;
    uint32_t send_slices;
    uint32_t receive_slices;
    uint32_t inline_bytes;
    uint32_t reserved;
};

struct geminid_queue_pair {
    uint32_t state;
    uint32_t path_mtu_bytes;
    uint32_t ack_timeout;
    uint32_t retries;
    uint32_t rnr_retries;
    uint32_t rnr_timer;
    uint32_t send_start;
    uint32_t receive_start;
};

struct geminid_region {
    uint32_t local_key;
    uint32_t remote_key;
};

struct geminid_cm_event {
    uint64_t id;
    uint64_t listen_id;
    uint32_t type;
    int32_t status;
    uint32_t private_bytes;
    uint32_t reserved;
    uint8_t private_data[256];
};

struct geminid_async_event {
    uint32_t type;
    uint32_t queue_pair;
    uint32_t port;
    uint32_t reserved;
};

#endif

/**
 * What every implementation of the verbs must do, as abstract suites: run by the software fabric
 * always, by real devices where there are any (tag {@code rdma}).
 *
 * <p>Start at {@link io.geminid.verbs.contract.VerbsContract}. A suite gets its network from a
 * {@link io.geminid.verbs.contract.VerbsRig}.
 */
package io.geminid.verbs.contract;

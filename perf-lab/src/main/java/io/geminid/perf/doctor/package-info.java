/**
 * {@code ./geminid doctor}: is this host ready for RDMA, and if not, which command fixes it.
 *
 * <p>Start at {@link io.geminid.perf.doctor.DoctorCommand}. {@link
 * io.geminid.perf.doctor.HostChecks} looks at what every host has, {@link
 * io.geminid.perf.doctor.KernelChecks} at what the kernel has for RDMA, {@link
 * io.geminid.perf.doctor.DeviceChecks} at the devices; a {@link io.geminid.perf.doctor.Diagnosis}
 * is what they found. Nothing on the host is changed.
 *
 * <p>Imports memory-manager for the pool's size and native-bindings for the devices. Sizes are in
 * bytes.
 */
package io.geminid.perf.doctor;

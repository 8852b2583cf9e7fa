package io.geminid.yarn;

import io.geminid.serial.RecordOutput;
import io.geminid.shuffle.partition.ResultPartition;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.yarn.api.records.FinalApplicationStatus;
import org.apache.hadoop.yarn.client.api.AMRMClient;
import org.apache.hadoop.yarn.conf.YarnConfiguration;
import org.apache.hadoop.yarn.util.AuxiliaryServiceHelper;

/**
 * The only container of an application: writes a partition into the directory of the node's shuffle
 * service and ends. Tells a socket where the service listens; the socket ends with the process.
 */
final class Container {

    private Container() {}

    public static void main(final String[] args) throws Exception {
        final Path directory = Path.of(args[0]);
        final int port = Integer.parseInt(args[1]);
        final String scheduler = args[2];
        try (Socket told = new Socket("127.0.0.1", port)) {
            final Configuration conf = new YarnConfiguration();
            conf.set(YarnConfiguration.RM_SCHEDULER_ADDRESS, scheduler);
            try (AMRMClient<AMRMClient.ContainerRequest> master = AMRMClient.createAMRMClient()) {
                master.init(conf);
                master.start();
                master.registerApplicationMaster("127.0.0.1", -1, "");
                try (PartitionUser worker = new PartitionUser(directory)) {
                    write(worker);
                }
                master.unregisterApplicationMaster(FinalApplicationStatus.SUCCEEDED, "", "");
            }
            final ByteBuffer metaData =
                    AuxiliaryServiceHelper.getServiceDataFromEnv(
                            GeminidShuffleService.NAME, System.getenv());
            final InetSocketAddress address = GeminidShuffleService.address(metaData);
            told.getOutputStream()
                    .write(
                            (address.getHostString() + '\n' + address.getPort() + '\n')
                                    .getBytes(StandardCharsets.UTF_8));
        }
    }

    static void write(final PartitionUser worker) throws Exception {
        try (ResultPartition partition = worker.create()) {
            for (int i = 0; i < PartitionUser.RECORDS; i++) {
                final RecordOutput out = partition.beginRecord(i % 2);
                out.putLong(i);
                partition.endRecord();
            }
            partition.notifyEndOfData();
            partition.finish();
        }
    }
}

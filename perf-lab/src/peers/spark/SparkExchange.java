import io.geminid.perf.blocking.exchange.Exchange;
import io.geminid.perf.blocking.exchange.ExchangeChild;
import io.geminid.perf.blocking.exchange.ExchangePlan;
import io.geminid.perf.blocking.exchange.Records;
import io.geminid.perf.blocking.exchange.Tally;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.spark.Partitioner;
import org.apache.spark.ShuffleDependency;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaSparkContext;
import scala.Tuple2;
import scala.concurrent.Await;
import scala.concurrent.duration.Duration;

/**
 * Spark's sort shuffle, written and read in one process: a stage of map tasks, and then as many
 * tasks that read one reduce partition after the other, so that starting tasks costs nothing.
 */
final class SparkExchange implements Exchange {

    /** What tasks have read; they are in this process. */
    private static final AtomicReference<Tally> READ = new AtomicReference<>();

    private final ExchangePlan plan;
    private final JavaSparkContext spark;
    private JavaPairRDD<Integer, byte[]> shuffled;
    private ShuffleDependency<Integer, byte[], byte[]> dependency;

    private SparkExchange(final ExchangePlan plan) {
        this.plan = plan;
        final String compress = Boolean.toString(plan.isCompressed());
        spark =
                new JavaSparkContext(
                        new SparkConf()
                                .setMaster("local[" + plan.tasks() + "]")
                                .setAppName("perf blocking")
                                .set("spark.ui.enabled", "false")
                                .set("spark.driver.host", "127.0.0.1")
                                .set("spark.driver.bindAddress", "127.0.0.1")
                                .set("spark.local.dir", plan.directory().toString())
                                .set("spark.serializer", "org.apache.spark.serializer.KryoSerializer")
                                .set("spark.shuffle.sync", Boolean.toString(plan.durable()))
                                .set("spark.shuffle.compress", compress)
                                .set("spark.shuffle.spill.compress", compress));
    }

    public static void main(final String[] arguments) throws Exception {
        final ExchangePlan plan = ExchangePlan.parse(arguments);
        ExchangeChild.serve(plan, new SparkExchange(plan));
        System.exit(0);
    }

    /** A key is the number of its partition. */
    private static final class ByKey extends Partitioner {

        private static final long serialVersionUID = 1L;

        private final int partitions;

        ByKey(final int partitions) {
            this.partitions = partitions;
        }

        @Override
        public int numPartitions() {
            return partitions;
        }

        @Override
        public int getPartition(final Object key) {
            return (Integer) key;
        }
    }

    /** The records of one task; the array is used again, since Spark serializes each at once. */
    private static final class Rows implements Iterator<Tuple2<Integer, byte[]>> {

        private final Records records;
        private final byte[] row;
        private final ByteBuffer number;
        private final Integer[] keys;
        private boolean has;

        Rows(final ExchangePlan plan, final int task) {
            records = new Records(plan, task);
            row = new byte[plan.recordBytes()];
            number = ByteBuffer.wrap(row);
            keys = new Integer[plan.subpartitions()];
            for (int i = 0; i < keys.length; i++) {
                keys[i] = i;
            }
            has = records.next();
        }

        @Override
        public boolean hasNext() {
            return has;
        }

        @Override
        public Tuple2<Integer, byte[]> next() {
            number.putLong(0, records.number());
            System.arraycopy(records.text(), records.textAt(), row, Long.BYTES, records.textBytes());
            final Integer key = keys[records.subpartition()];
            has = records.next();
            return new Tuple2<>(key, row);
        }
    }

    @Override
    @SuppressWarnings("unchecked")
    public void write() throws Exception {
        final List<Integer> tasks = new ArrayList<>();
        for (int task = 0; task < plan.tasks(); task++) {
            tasks.add(task);
        }
        final String[] words = plan.arguments().toArray(new String[0]);
        shuffled =
                spark.parallelize(tasks, plan.tasks())
                        .mapPartitionsToPair(task -> new Rows(ExchangePlan.parse(words), task.next()))
                        .partitionBy(new ByKey(plan.subpartitions()));
        dependency = (ShuffleDependency<Integer, byte[], byte[]>) shuffled.rdd().dependencies().head();
        Await.result(spark.sc().submitMapStage(dependency), Duration.Inf());
    }

    @Override
    public Tally read() {
        READ.set(Tally.EMPTY);
        final int subpartitions = plan.subpartitions();
        shuffled
                .coalesce(plan.tasks())
                .foreachPartition(
                        rows -> {
                            final Tally.Counter counter = new Tally.Counter(subpartitions);
                            while (rows.hasNext()) {
                                final Tuple2<Integer, byte[]> row = rows.next();
                                counter.add(
                                        row._1, ByteBuffer.wrap(row._2).getLong(0), row._2.length);
                            }
                            READ.accumulateAndGet(counter.tally(), Tally::plus);
                        });
        return READ.get();
    }

    @Override
    public void clear() {
        spark.sc().cleaner().get().doCleanupShuffle(dependency.shuffleId(), true);
    }

    @Override
    public void close() {
        spark.close();
    }
}

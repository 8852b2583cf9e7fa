package io.geminid.runtime.simulation;

import io.geminid.shuffle.ShuffleEnvironment;
import io.geminid.shuffle.ShuffleEnvironmentContext;
import io.geminid.shuffle.ShuffleMaster;
import io.geminid.shuffle.ShuffleMasterContext;
import io.geminid.shuffle.ShuffleServiceFactory;
import io.geminid.shuffle.network.NetworkContext;
import io.geminid.shuffle.service.StandardShuffleEnvironment;
import io.geminid.shuffle.service.StandardShuffleMaster;
import io.geminid.shuffle.transport.MemoryFabric;
import io.geminid.shuffle.transport.MemoryTransport;
import io.geminid.shuffle.transport.link.LinkContext;
import io.geminid.shuffle.wire.Handshake;
import io.geminid.shuffle.wire.WireVersion;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** What data goes over between workers: a fabric in memory, which takes turns with the others. */
final class SimulatedNetwork {

    /** Name of the service that goes over it. */
    static final String SERVICE = "memory";

    private final Random random;
    private final MemoryFabric fabric;

    SimulatedNetwork(final Simulation simulation, final Random random) {
        this.random = random;
        fabric = new MemoryFabric(random);
        simulation.ether().add(new Turns());
    }

    /** The service of one process. */
    Service service(final Simulation.Node node) {
        return new Service(node);
    }

    /** A connection breaks. */
    void cutAny() {
        fabric.cutAny();
    }

    /** The fabric does not say whether it has something to do: it is asked when nobody else has. */
    private final class Turns implements Simulation.Actor {

        private boolean idle;

        @Override
        public boolean isReady() {
            if (idle && random.nextInt(4) == 0) {
                idle = false;
            }
            return !idle;
        }

        @Override
        public void step() {
            idle = !fabric.step();
        }

        @Override
        public long nextNs() {
            idle = false;
            return NEVER;
        }
    }

    /** The shuffle service of one process. */
    final class Service implements ShuffleServiceFactory {

        private final Simulation.Node node;
        private final List<MemoryTransport> transports = new ArrayList<>();

        private Service(final Simulation.Node node) {
            this.node = node;
        }

        /** The process is killed. */
        void crash() {
            transports.forEach(fabric::crash);
        }

        @Override
        public String name() {
            return SERVICE;
        }

        @Override
        public ShuffleMaster createShuffleMaster(final ShuffleMasterContext context) {
            return new StandardShuffleMaster(SERVICE, context);
        }

        @Override
        public ShuffleEnvironment createShuffleEnvironment(
                final ShuffleEnvironmentContext context) {
            final Handshake self =
                    new Handshake(
                            WireVersion.FIRST,
                            WireVersion.CURRENT,
                            context.pool().context().segmentBytes(),
                            NetworkContext.CHANNELS_MAX,
                            0,
                            context.processId());
            final ShuffleEnvironmentContext simulated =
                    new ShuffleEnvironmentContext(
                            context.processId(),
                            context.properties(),
                            context.pool(),
                            context.nanoClock(),
                            node.newLoop()::schedule,
                            context.token());
            final MemoryTransport transport =
                    fabric.transport(new LinkContext(self, context.token()));
            transport.pauseWhile(node::isPaused);
            transports.add(transport);
            final NetworkContext limits =
                    NetworkContext.from(context.processId(), context.properties());
            return new StandardShuffleEnvironment(simulated, transport, limits);
        }
    }
}

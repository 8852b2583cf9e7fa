package io.geminid.runtime.task;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Every pair of states. */
class TaskStateTest {

    private static final Map<TaskState, Set<TaskState>> MAY_BECOME =
            Map.of(
                    TaskState.CREATED,
                            EnumSet.of(TaskState.DEPLOYING, TaskState.CANCELING, TaskState.FAILED),
                    TaskState.DEPLOYING,
                            EnumSet.of(
                                    TaskState.INITIALIZING, TaskState.CANCELING, TaskState.FAILED),
                    TaskState.INITIALIZING,
                            EnumSet.of(TaskState.RUNNING, TaskState.CANCELING, TaskState.FAILED),
                    TaskState.RUNNING,
                            EnumSet.of(
                                    TaskState.DRAINED,
                                    TaskState.FINISHED,
                                    TaskState.CANCELING,
                                    TaskState.FAILED),
                    TaskState.DRAINED,
                            EnumSet.of(TaskState.FINISHED, TaskState.CANCELING, TaskState.FAILED),
                    TaskState.CANCELING, EnumSet.of(TaskState.CANCELED, TaskState.FAILED),
                    TaskState.FINISHED, EnumSet.noneOf(TaskState.class),
                    TaskState.CANCELED, EnumSet.noneOf(TaskState.class),
                    TaskState.FAILED, EnumSet.noneOf(TaskState.class));

    @Test
    void everyStepThatIsNotInTheTableIsRefused() {
        for (final TaskState from : TaskState.values()) {
            for (final TaskState to : TaskState.values()) {
                assertThat(from.canBecome(to))
                        .as("%s -> %s", from, to)
                        .isEqualTo(MAY_BECOME.get(from).contains(to));
            }
            assertThat(from.isTerminal()).isEqualTo(MAY_BECOME.get(from).isEmpty());
        }
    }
}

package io.geminid.flink.state.suite;

import java.util.Map;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Tests of Flink's that ask for what Flink does not promise, each with its reason. */
final class KnownDifferences implements ExecutionCondition {

    private static final Map<String, String> REASONS =
            Map.of(
                    "testMapStateIteratorArbitraryAccess",
                    "expects a map's entries in the order of their keys, which MapState does not"
                            + " promise: Gemini's maps are hashed");

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(final ExtensionContext context) {
        return context.getTestMethod()
                .map(method -> REASONS.get(method.getName()))
                .map(ConditionEvaluationResult::disabled)
                .orElseGet(() -> ConditionEvaluationResult.enabled("as Flink has it"));
    }
}

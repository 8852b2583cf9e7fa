import java.util.HashMap;
import java.util.Map;

/** Arguments of the form name=value. */
final class Arguments {

    private Arguments() {}

    static Map<String, String> parse(final String[] args) {
        final Map<String, String> parsed = new HashMap<>();
        for (final String each : args) {
            final int split = each.indexOf('=');
            if (split < 0) {
                throw new IllegalArgumentException("'" + each + "' is no name=value");
            }
            parsed.put(each.substring(0, split), each.substring(split + 1));
        }
        return parsed;
    }
}

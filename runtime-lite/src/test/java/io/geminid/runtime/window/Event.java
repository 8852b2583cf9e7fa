package io.geminid.runtime.window;

import io.geminid.serial.RecordSerializer;
import io.geminid.serial.Serializers;

/**
 * A record of the tests.
 *
 * @param key its key
 * @param id different for each
 * @param time its timestamp
 */
record Event(long key, long id, long time) {

    static final RecordSerializer<Event> SERIALIZER =
            Serializers.of(
                    "event",
                    (event, out) -> {
                        out.putLong(event.key);
                        out.putLong(event.id);
                        out.putLong(event.time);
                    },
                    in -> new Event(in.getLong(), in.getLong(), in.getLong()));
}

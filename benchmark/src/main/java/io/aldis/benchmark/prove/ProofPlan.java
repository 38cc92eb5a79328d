package io.aldis.benchmark.prove;

import io.aldis.benchmark.compare.Contender;
import io.aldis.codec.MqttVersion;
import java.time.Duration;
import java.util.List;

/**
 * What is to be done to a broker.
 *
 * @param broker how it is started, each time with the same directory
 * @param rounds how often it is killed
 * @param seed of all that is left to chance, but for the time things take
 * @param load what it carries meanwhile
 * @param patience how long nothing may happen before what is owed counts as lost
 */
public record ProofPlan(Contender.Local broker, int rounds, long seed, Load load, Duration patience) {

    /**
     * What a broker carries.
     *
     * @param subscribers clients with persistent sessions that come and go
     * @param publishers clients with persistent sessions that publish as fast as they are acknowledged; at least 2
     * @param window messages each publisher has under way, at most
     * @param backlog messages a subscriber may lack before its publishers wait, so that no queue overflows
     * @param versions that clients speak, in turns; at least one
     */
    public record Load(int subscribers, int publishers, int window, int backlog, List<MqttVersion> versions) {

        public Load {
            versions = List.copyOf(versions);
        }

        /** What this client speaks. */
        MqttVersion version(int client) {
            return versions.get(client % versions.size());
        }
    }
}

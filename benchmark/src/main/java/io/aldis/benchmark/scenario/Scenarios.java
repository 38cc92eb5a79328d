package io.aldis.benchmark.scenario;

import io.aldis.benchmark.plan.Plan;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/** Makes plans of scenarios, those in files and those that are shipped. */
public final class Scenarios {

    private static final List<String> NAMES = List.of("telemetry-fan-in", "command-fan-out", "chat", "home-automation");

    private static final String ENDING = ".yaml";

    /** More is no scenario, but a mistyped name. */
    private static final long LARGEST_FILE = 1 << 20;

    private Scenarios() {}

    /**
     * One that is shipped.
     *
     * @param name by which it is called
     * @param description what it models, a sentence or two
     */
    public record Shipped(String name, String description) {}

    /**
     * The plan of the scenario in a file.
     *
     * @throws ScenarioFailed if the file cannot be read or does not say what it should; tells all that is wrong
     */
    public static Plan read(Path file, Overrides overrides) {
        return ScenarioReader.read(file.toString(), textOf(file), overrides).plan(overrides);
    }

    /**
     * The plan of a scenario that is shipped.
     *
     * @throws ScenarioFailed if there is none of that name, or the overrides do not go with it
     */
    public static Plan shipped(String name, Overrides overrides) {
        return ScenarioReader.read(name + ENDING, source(name), overrides).plan(overrides);
    }

    /** All that are shipped, in the order in which they are told. */
    public static List<Shipped> shipped() {
        return NAMES.stream()
                .map(name -> new Shipped(name, ScenarioReader.description(name + ENDING, source(name))))
                .toList();
    }

    /**
     * The text of a scenario that is shipped, to begin one's own with.
     *
     * @throws ScenarioFailed if there is none of that name
     */
    public static String source(String name) {
        if (!NAMES.contains(name)) {
            throw ScenarioFailed.of(
                    name,
                    "no scenario of this name is shipped"
                            + NearestName.hint(name, NAMES).orElse("; those that are: " + String.join(", ", NAMES)));
        }
        try (InputStream in = Scenarios.class.getResourceAsStream(name + ENDING)) {
            if (in == null) {
                throw new IllegalStateException("The scenario " + name + " is missing in the jar.");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static String textOf(Path file) {
        String name = file.toString();
        try {
            if (Files.isDirectory(file)) {
                throw ScenarioFailed.of(name, "expected a file, came a directory");
            }
            if (Files.size(file) > LARGEST_FILE) {
                throw ScenarioFailed.of(name, "expected a scenario, came a file of more than 1 MiB");
            }
            return Files.readString(file);
        } catch (NoSuchFileException none) {
            throw ScenarioFailed.of(name, "there is no such file");
        } catch (AccessDeniedException denied) {
            throw ScenarioFailed.of(name, "it may not be read; see the rights of the file");
        } catch (CharacterCodingException coded) {
            throw ScenarioFailed.of(name, "expected text in UTF-8, came something else");
        } catch (IOException failure) {
            throw ScenarioFailed.of(name, "it cannot be read: " + failure.getMessage());
        }
    }
}

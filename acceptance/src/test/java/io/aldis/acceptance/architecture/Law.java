package io.aldis.acceptance.architecture;

import com.tngtech.archunit.lang.ArchRule;
import java.util.List;

/**
 * A rule of the house, together with code that breaks it: a rule that nothing can break is worth nothing.
 *
 * @param offences each is Java source, one or more compilation units, that the rule must object to
 */
record Law(String name, ArchRule rule, List<String> offences) {

    static Law of(String name, ArchRule rule, String... offences) {
        return new Law(name, rule, List.of(offences));
    }

    @Override
    public String toString() {
        return name;
    }
}

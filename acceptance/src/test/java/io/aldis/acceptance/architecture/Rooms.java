package io.aldis.acceptance.architecture;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * The packages below a module's own one, which knows them all. A room may use those its arrows point to, and what those may use.
 *
 * @param home the module's own package
 * @param arrows to each room those it points to
 */
record Rooms(String home, Map<String, Set<String>> arrows) {
    /** The module's own package, seen as a room. */
    static final String ROOT = "";

    /** The word after the home in the package of one of its classes, or {@link #ROOT}. */
    String room(JavaClass type) {
        String name = type.getPackageName();
        return name.length() > home.length() ? name.substring(home.length() + 1).split("\\.", -1)[0] : ROOT;
    }

    boolean areHomeOf(JavaClass type) {
        return (type.getPackageName() + ".").startsWith(home + ".");
    }

    ArchCondition<JavaClass> followTheArrows() {
        return new ArchCondition<>("follow the arrows of ARCHITECTURE.md") {
            @Override
            public void check(JavaClass user, ConditionEvents events) {
                String from = room(user);
                if (from.equals(ROOT)) {
                    return;
                }
                if (!arrows.containsKey(from)) {
                    events.add(SimpleConditionEvent.violated(user, "The room of " + user + " is not on the plan"));
                    return;
                }
                Set<String> below = below(from);
                user.getDirectDependenciesFromSelf().stream()
                        .filter(use -> areHomeOf(use.getTargetClass()))
                        .filter(use -> !room(use.getTargetClass()).equals(from))
                        .filter(use -> !below.contains(room(use.getTargetClass())))
                        .forEach(use -> events.add(SimpleConditionEvent.violated(user, use.getDescription())));
            }
        };
    }

    private Set<String> below(String room) {
        Set<String> below = new HashSet<>();
        for (String next : arrows.getOrDefault(room, Set.of())) {
            below.add(next);
            below.addAll(below(next));
        }
        return below;
    }
}

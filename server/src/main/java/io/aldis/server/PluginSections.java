package io.aldis.server;

import io.aldis.broker.plugin.PluginConfiguration;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.EnumNamingStrategies;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.cfg.CoercionAction;
import tools.jackson.databind.cfg.CoercionInputShape;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.exc.UnrecognizedPropertyException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What was written for plugins, as {@code plugin.NAME.KEY=VALUE}: a section for each, which becomes its record. Values are written
 * as those of the broker's own settings are.
 */
final class PluginSections implements PluginConfiguration {

    private static final Pattern WRITTEN = Pattern.compile("plugin\\.([^.=]+)\\.([^=]+)=(.*)", Pattern.DOTALL);

    private static final Set<Class<?>> WHOLE_NUMBERS = Set.of(
            byte.class,
            Byte.class,
            short.class,
            Short.class,
            int.class,
            Integer.class,
            long.class,
            Long.class,
            BigInteger.class);

    private static final Set<Class<?>> NUMBERS =
            Set.of(float.class, Float.class, double.class, Double.class, BigDecimal.class);

    /** By name of the plugin, then by key. */
    private final Map<String, Map<String, String>> sections = new LinkedHashMap<>();

    /** Whether a setting is one of a plugin. */
    static boolean isForPlugin(String written) {
        return WRITTEN.matcher(written).matches();
    }

    /** Adds a setting of a plugin. */
    void add(String written) {
        var parts = WRITTEN.matcher(written);
        if (parts.matches()) {
            sections.computeIfAbsent(parts.group(1), name -> new LinkedHashMap<>())
                    .put(parts.group(2), parts.group(3));
        }
    }

    @Override
    public void check(Collection<String> plugins) {
        sections.forEach((name, section) -> {
            if (!plugins.contains(name)) {
                String first = section.keySet().iterator().next();
                throw new IllegalArgumentException("There is no plugin '" + name + "' for the setting plugin." + name
                        + "." + first + "; " + instead(name, plugins));
            }
        });
    }

    private static String instead(String name, Collection<String> plugins) {
        if (plugins.isEmpty()) {
            return "no plugin was found (start --plugins DIR loads them).";
        }
        return NearestName.to(name, plugins)
                .map(near -> "did you mean '" + near + "'?")
                .orElse("there is " + String.join(", ", plugins) + ".");
    }

    @Override
    public boolean has(String plugin) {
        return sections.containsKey(plugin);
    }

    @Override
    @SuppressWarnings("unchecked") // It is of the class of T.
    public <T extends Record> T section(String plugin, T defaults) {
        Map<String, String> section = sections.getOrDefault(plugin, Map.of());
        if (section.isEmpty()) {
            return defaults;
        }
        JsonMapper mapper = mapper();
        try {
            ObjectNode tree = (ObjectNode) mapper.valueToTree(defaults);
            section.forEach((key, value) -> put(tree, key, value));
            return (T) mapper.treeToValue(tree, defaults.getClass());
        } catch (JacksonException wrong) {
            throw new IllegalArgumentException(explained(plugin, section, wrong), wrong);
        }
    }

    /** A new one for each record: it remembers classes, which are to go with their plugin. */
    private static JsonMapper mapper() {
        SimpleModule kinds = new SimpleModule()
                .addSerializer(Duration.class, new DurationWriter())
                .addDeserializer(Duration.class, new DurationReader());
        return JsonMapper.builder()
                .addModule(kinds)
                .propertyNamingStrategy(PropertyNamingStrategies.KEBAB_CASE)
                .enumNamingStrategy(EnumNamingStrategies.KEBAB_CASE)
                .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                .withCoercionConfigDefaults(
                        coercion -> coercion.setCoercion(CoercionInputShape.EmptyString, CoercionAction.Fail))
                .build();
    }

    /** Puts what was written over the default. */
    private static void put(ObjectNode tree, String key, String value) {
        ObjectNode home = tree;
        String[] names = key.split("\\.", -1);
        for (int i = 0; i < names.length - 1; i++) {
            home = home.get(names[i]) instanceof ObjectNode inner ? inner : home.putObject(names[i]);
        }
        String last = names[names.length - 1];
        JsonNode present = home.get(last);
        if (present instanceof ArrayNode) {
            ArrayNode list = home.putArray(last);
            SettingKind.LIST.read().apply(value).forEach(list::add);
        } else {
            home.put(last, value);
        }
    }

    // What is wrong.

    private static String explained(String plugin, Map<String, String> section, JacksonException wrong) {
        String key = "plugin." + plugin;
        for (JacksonException.Reference step : wrong.getPath()) {
            key += step.getPropertyName() == null ? "" : "." + step.getPropertyName();
        }
        if (wrong instanceof UnrecognizedPropertyException unknown) {
            return unknown(key, unknown);
        }
        String value = section.get(key.substring(Math.min(key.length(), plugin.length() + "plugin..".length())));
        String written = value == null ? key : key + "=" + value;
        if (wrong instanceof MismatchedInputException unfit) {
            String why = String.valueOf(unfit.getOriginalMessage());
            return written + ": "
                    + (why.toLowerCase(Locale.ROOT).contains("overflow") || why.contains("out of range")
                            ? "the number is too large"
                            : expected(key, unfit.getTargetType()) + " is expected");
        }
        Throwable cause = wrong.getCause();
        return written + ": " + (cause == null ? wrong.getOriginalMessage() : cause.getMessage());
    }

    private static String unknown(String key, UnrecognizedPropertyException unknown) {
        String section =
                key.substring(0, key.length() - unknown.getPropertyName().length());
        List<String> known = new ArrayList<>();
        for (Object name : unknown.getKnownPropertyIds()) {
            known.add(section + name);
        }
        return "there is no setting '" + key + "'"
                + NearestName.to(key, known)
                        .map(near -> "; did you mean '" + near + "'?")
                        .orElse("; there is " + String.join(", ", known));
    }

    private static String expected(String key, @Nullable Class<?> type) {
        if (type == null) {
            return "something else";
        }
        if (WHOLE_NUMBERS.contains(type)) {
            return "a whole number";
        }
        if (NUMBERS.contains(type)) {
            return "a number";
        }
        if (type == boolean.class || type == Boolean.class) {
            return "true or false";
        }
        if (type == Duration.class) {
            return SettingKind.DURATION_TEXT.written();
        }
        if (type.isEnum()) {
            return "one of "
                    + Stream.of(type.getEnumConstants())
                            .map(constant -> ((Enum<?>) constant)
                                    .name()
                                    .toLowerCase(Locale.ROOT)
                                    .replace('_', '-'))
                            .collect(Collectors.joining(", "));
        }
        return type.isRecord() ? "a setting within it, such as " + key + ".KEY," : "a " + type.getSimpleName();
    }

    // Durations are written as everywhere, and kept to the nanosecond.

    private static final class DurationWriter extends ValueSerializer<Duration> {
        @Override
        public void serialize(Duration value, JsonGenerator out, SerializationContext context) {
            out.writeString(value.toString());
        }
    }

    private static final class DurationReader extends ValueDeserializer<Duration> {
        @Override
        public Duration deserialize(JsonParser in, DeserializationContext context) {
            String written = in.getString();
            try {
                return written.startsWith("P")
                        ? Duration.parse(written)
                        : SettingKind.DURATION_TEXT.read().apply(written);
            } catch (IllegalArgumentException none) {
                throw context.weirdStringException(written, Duration.class, String.valueOf(none.getMessage()));
            }
        }
    }
}

package io.aldis.codec;

import java.util.ArrayList;
import java.util.List;

/** Lists of user properties, which nearly every packet of MQTT 5.0 may carry. */
final class UserProperties {
    private UserProperties() {}

    static List<UserProperty> append(List<UserProperty> properties, String name, String value) {
        List<UserProperty> longer = new ArrayList<>(properties.size() + 1);
        longer.addAll(properties);
        longer.add(new UserProperty(name, value));
        return longer;
    }
}

package io.aldis.codec;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Bytes as one writes them down to explain them: hexadecimal pairs and 'text', a field to a line, and behind a {@code
 * #} what it is.
 */
final class Wire {
    private static final Pattern TOKEN = Pattern.compile("#.*|'([^']*)'|([0-9A-Fa-f]{2})|(\\S)");

    private Wire() {}

    static Binary bytes(String anatomy) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        anatomy.lines().forEach(line -> {
            Matcher token = TOKEN.matcher(line);
            while (token.find()) {
                if (token.group(3) != null) {
                    throw new IllegalArgumentException("neither hexadecimal nor 'text': " + line);
                }
                if (token.group(1) != null) {
                    bytes.writeBytes(token.group(1).getBytes(StandardCharsets.UTF_8));
                } else if (token.group(2) != null) {
                    bytes.writeBytes(HexFormat.of().parseHex(token.group(2)));
                }
            }
        });
        return Binary.wrap(bytes.toByteArray());
    }
}

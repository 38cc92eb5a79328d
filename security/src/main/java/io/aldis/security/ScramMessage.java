package io.aldis.security;

import io.aldis.codec.Binary;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** What a client says in SCRAM, read strictly (RFC 5802 §7). */
final class ScramMessage {

    private ScramMessage() {}

    /**
     * The first message of a client.
     *
     * @param gs2Header how it begins, up to the second comma, included
     * @param bare what follows
     * @param username prepared
     * @param nonce of the client
     */
    record First(String gs2Header, String bare, String username, String nonce) {}

    /**
     * The last message of a client.
     *
     * @param channelBinding decoded
     * @param nonce of client and server
     * @param withoutProof all before the proof, and before the comma there
     * @param proof 32 bytes
     */
    record Final(String channelBinding, String nonce, String withoutProof, Binary proof) {}

    /** Reads a client-first-message. */
    static First first(Binary data) {
        String message = text(data);
        int flagEnd = comma(message, 0);
        int headerEnd = comma(message, flagEnd + 1);
        String flag = message.substring(0, flagEnd);
        if (!flag.equals("n") && !flag.equals("y")) {
            throw new ScramException(
                    flag.startsWith("p=") ? "channel binding is not supported" : "there is no channel binding flag");
        }
        String bare = message.substring(headerEnd + 1);
        String[] attributes = bare.split(",", -1);
        if (attributes[0].startsWith("m=")) {
            throw new ScramException("a mandatory extension is not supported");
        }
        if (attributes.length < 2) {
            throw new ScramException("there is no nonce");
        }
        String username = name(value("n", attributes[0]));
        requireSame(username, message.substring(flagEnd + 1, headerEnd));
        String nonce = nonce(value("r", attributes[1]));
        requireExtensions(attributes, 2, attributes.length);
        return new First(message.substring(0, headerEnd + 1), bare, username, nonce);
    }

    /** Reads a client-final-message. */
    static Final last(Binary data) {
        String message = text(data);
        String[] attributes = message.split(",", -1);
        if (attributes.length < 3) {
            throw new ScramException("channel binding, nonce and proof are not all there");
        }
        String channelBinding = text(Binary.wrap(base64(value("c", attributes[0]))));
        String nonce = nonce(value("r", attributes[1]));
        requireExtensions(attributes, 2, attributes.length - 1);
        String proof = attributes[attributes.length - 1];
        Binary decoded = Binary.wrap(base64(value("p", proof)));
        if (decoded.size() != Sha256.BYTES) {
            throw new ScramException("the proof has not 32 bytes");
        }
        return new Final(channelBinding, nonce, message.substring(0, message.length() - proof.length() - 1), decoded);
    }

    private static String text(Binary data) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(data.toArray()))
                    .toString();
        } catch (CharacterCodingException illFormed) {
            throw new ScramException("it is not UTF-8");
        }
    }

    private static int comma(String message, int from) {
        int at = message.indexOf(',', from);
        if (at < 0) {
            throw new ScramException("its header has no end");
        }
        return at;
    }

    private static String value(String attribute, String text) {
        if (!text.startsWith(attribute + "=")) {
            throw new ScramException("the attribute " + attribute + " is not in its place");
        }
        return text.substring(2);
    }

    /** Whom the client wants to act for: nobody, or itself. */
    private static void requireSame(String username, String authorization) {
        if (!authorization.isEmpty() && !name(value("a", authorization)).equals(username)) {
            throw new ScramException("nobody may act for another user");
        }
    }

    /** A saslname: commas and equals signs are written "=2C" and "=3D". */
    private static String name(String escaped) {
        String rest = escaped.replace("=2C", "").replace("=3D", "");
        if (rest.indexOf('=') >= 0) {
            throw new ScramException("the user name is not well escaped");
        }
        try {
            return Prepared.username(escaped.replace("=2C", ",").replace("=3D", "="));
        } catch (IllegalArgumentException forbidden) {
            throw new ScramException("the user name is not allowed");
        }
    }

    /** Printable ASCII without commas. */
    private static String nonce(String nonce) {
        if (nonce.isEmpty() || !nonce.chars().allMatch(c -> c >= '!' && c <= '~')) {
            throw new ScramException("the nonce is empty, or not printable");
        }
        return nonce;
    }

    /** What nobody has to understand: a letter, an equals sign, something. */
    private static void requireExtensions(String[] attributes, int from, int to) {
        for (int i = from; i < to; i++) {
            String attribute = attributes[i];
            boolean named = attribute.length() > 2
                    && attribute.charAt(1) == '='
                    && ((attribute.charAt(0) >= 'a' && attribute.charAt(0) <= 'z')
                            || (attribute.charAt(0) >= 'A' && attribute.charAt(0) <= 'Z'));
            if (!named || attribute.startsWith("m=")) {
                throw new ScramException("an extension is mandatory, or cannot be read");
            }
        }
    }

    /** With padding, and in the one way in which these bytes are written. */
    private static byte[] base64(String encoded) {
        try {
            byte[] bytes = Base64.getDecoder().decode(encoded);
            if (Base64.getEncoder().encodeToString(bytes).equals(encoded)) {
                return bytes;
            }
        } catch (IllegalArgumentException illFormed) {
            throw new ScramException("it is not base64");
        }
        throw new ScramException("it is not base64");
    }
}

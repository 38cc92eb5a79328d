package io.aldis.broker.lifecycle;

import io.aldis.broker.plugin.Plugin;
import io.aldis.broker.plugin.PluginFailed;
import java.util.ServiceConfigurationError;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;

/** What a stranger's failure says, in words for people. */
final class Words {

    private static final String SERVICE = Plugin.class.getName() + ": ";

    /** What says in its own words what is wrong, where a more special one needs its name. */
    private static final Set<Class<?>> PLAIN = Set.of(IllegalArgumentException.class, IllegalStateException.class);

    private Words() {}

    /** As the end of a sentence. */
    static String ending(Throwable failure) {
        String said = of(failure);
        return said.endsWith("?") ? said : said + ".";
    }

    /** As a part of a sentence. */
    static String of(Throwable failure) {
        if (isWrapping(failure) && failure.getCause() != null) {
            return of(failure.getCause());
        }
        String said = String.valueOf(failure.getMessage());
        if (failure instanceof PluginFailed
                || failure instanceof TimeoutException
                || PLAIN.contains(failure.getClass())) {
            return withoutStop(said);
        }
        if (failure instanceof ServiceConfigurationError) {
            String told = said.startsWith(SERVICE) ? said.substring(SERVICE.length()) : said;
            return failure.getCause() == null ? told : told + ": " + of(failure.getCause());
        }
        String kind = failure.getClass().getSimpleName();
        String told = failure.getMessage() == null ? kind : kind + ": " + said;
        return failure instanceof NoClassDefFoundError ? told + " (a class is missing in the jar)" : told;
    }

    private static String withoutStop(String said) {
        return said.endsWith(".") ? said.substring(0, said.length() - 1) : said;
    }

    private static boolean isWrapping(Throwable failure) {
        return failure instanceof PluginThread.Failed
                || failure instanceof CompletionException
                || failure instanceof ExceptionInInitializerError;
    }
}

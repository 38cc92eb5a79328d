package io.aldis.broker.settings;

import java.util.function.UnaryOperator;

/**
 * All settings of a broker, in groups. Immutable; each group says what its settings are and checks their ranges.
 *
 * <pre>{@code
 * Settings.defaults().withQueue(queue -> queue.withMaximumMessages(10_000).withKeepQos0(true))
 * }</pre>
 *
 * @param connection one connection
 * @param session one session
 * @param queue what waits for clients
 * @param publish what clients may publish
 * @param subscription what clients may subscribe to
 * @param retained what is kept for later subscribers
 * @param sys what the broker publishes of itself
 * @param authentication who is let in
 * @param hook what hooks are allowed
 * @param plugin how plugins are started and stopped
 * @param overload what happens when the broker does not keep up
 * @param durability what acknowledgements promise
 */
public record Settings(
        ConnectionSettings connection,
        SessionSettings session,
        QueueSettings queue,
        PublishSettings publish,
        SubscriptionSettings subscription,
        RetainedSettings retained,
        SysSettings sys,
        AuthenticationSettings authentication,
        HookSettings hook,
        PluginSettings plugin,
        OverloadSettings overload,
        DurabilitySettings durability) {

    /** The defaults of all groups. */
    public static Settings defaults() {
        return new Settings(
                ConnectionSettings.defaults(),
                SessionSettings.defaults(),
                QueueSettings.defaults(),
                PublishSettings.defaults(),
                SubscriptionSettings.defaults(),
                RetainedSettings.defaults(),
                SysSettings.defaults(),
                AuthenticationSettings.defaults(),
                HookSettings.defaults(),
                PluginSettings.defaults(),
                OverloadSettings.defaults(),
                DurabilitySettings.defaults());
    }

    /** These with changes to {@link #connection}. */
    public Settings withConnection(UnaryOperator<ConnectionSettings> change) {
        return new Settings(
                change.apply(connection),
                session,
                queue,
                publish,
                subscription,
                retained,
                sys,
                authentication,
                hook,
                plugin,
                overload,
                durability);
    }

    /** These with changes to {@link #session}. */
    public Settings withSession(UnaryOperator<SessionSettings> change) {
        return new Settings(
                connection,
                change.apply(session),
                queue,
                publish,
                subscription,
                retained,
                sys,
                authentication,
                hook,
                plugin,
                overload,
                durability);
    }

    /** These with changes to {@link #queue}. */
    public Settings withQueue(UnaryOperator<QueueSettings> change) {
        return new Settings(
                connection,
                session,
                change.apply(queue),
                publish,
                subscription,
                retained,
                sys,
                authentication,
                hook,
                plugin,
                overload,
                durability);
    }

    /** These with changes to {@link #publish}. */
    public Settings withPublish(UnaryOperator<PublishSettings> change) {
        return new Settings(
                connection,
                session,
                queue,
                change.apply(publish),
                subscription,
                retained,
                sys,
                authentication,
                hook,
                plugin,
                overload,
                durability);
    }

    /** These with changes to {@link #subscription}. */
    public Settings withSubscription(UnaryOperator<SubscriptionSettings> change) {
        return new Settings(
                connection,
                session,
                queue,
                publish,
                change.apply(subscription),
                retained,
                sys,
                authentication,
                hook,
                plugin,
                overload,
                durability);
    }

    /** These with changes to {@link #retained}. */
    public Settings withRetained(UnaryOperator<RetainedSettings> change) {
        return new Settings(
                connection,
                session,
                queue,
                publish,
                subscription,
                change.apply(retained),
                sys,
                authentication,
                hook,
                plugin,
                overload,
                durability);
    }

    /** These with changes to {@link #sys}. */
    public Settings withSys(UnaryOperator<SysSettings> change) {
        return new Settings(
                connection,
                session,
                queue,
                publish,
                subscription,
                retained,
                change.apply(sys),
                authentication,
                hook,
                plugin,
                overload,
                durability);
    }

    /** These with changes to {@link #authentication}. */
    public Settings withAuthentication(UnaryOperator<AuthenticationSettings> change) {
        return new Settings(
                connection,
                session,
                queue,
                publish,
                subscription,
                retained,
                sys,
                change.apply(authentication),
                hook,
                plugin,
                overload,
                durability);
    }

    /** These with changes to {@link #hook}. */
    public Settings withHook(UnaryOperator<HookSettings> change) {
        return new Settings(
                connection,
                session,
                queue,
                publish,
                subscription,
                retained,
                sys,
                authentication,
                change.apply(hook),
                plugin,
                overload,
                durability);
    }

    /** These with changes to {@link #plugin}. */
    public Settings withPlugin(UnaryOperator<PluginSettings> change) {
        return new Settings(
                connection,
                session,
                queue,
                publish,
                subscription,
                retained,
                sys,
                authentication,
                hook,
                change.apply(plugin),
                overload,
                durability);
    }

    /** These with changes to {@link #overload}. */
    public Settings withOverload(UnaryOperator<OverloadSettings> change) {
        return new Settings(
                connection,
                session,
                queue,
                publish,
                subscription,
                retained,
                sys,
                authentication,
                hook,
                plugin,
                change.apply(overload),
                durability);
    }

    /** These with changes to {@link #durability}. */
    public Settings withDurability(UnaryOperator<DurabilitySettings> change) {
        return new Settings(
                connection,
                session,
                queue,
                publish,
                subscription,
                retained,
                sys,
                authentication,
                hook,
                plugin,
                overload,
                change.apply(durability));
    }
}

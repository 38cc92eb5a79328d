package io.aldis.spring;

import io.aldis.broker.hook.HookRegistry;

/**
 * A bean that brings hooks. All there are register theirs in the order of the beans.
 *
 * <pre>{@code
 * @Bean
 * HookRegistration authentication(UserService users) {
 *     return hooks -> hooks.blocking().onBasicAuth(
 *             login -> users.knows(login.username(), login.password()) ? login.accept() : login.refuse("Who?"));
 * }
 * }</pre>
 */
@FunctionalInterface
public interface HookRegistration {

    /** Registers hooks. */
    void register(HookRegistry hooks);
}

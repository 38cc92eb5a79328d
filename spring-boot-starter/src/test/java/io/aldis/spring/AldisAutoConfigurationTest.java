package io.aldis.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.aldis.broker.Broker;
import io.aldis.broker.admin.Admin;
import io.aldis.broker.settings.Settings;
import io.aldis.codec.Binary;
import io.aldis.codec.Connect;
import io.aldis.codec.Qos;
import io.aldis.codec.ReasonCode;
import io.aldis.testkit.RawClient;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.Banner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

class AldisAutoConfigurationTest {

    /** An application whose users are known and whose packets are small. */
    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {
        @Bean
        HookRegistration authentication() {
            return hooks -> hooks.onBasicAuth(
                    login -> login.hasPassword("secret") ? login.accept() : login.refuse("Wrong password."));
        }

        @Bean
        BrokerCustomizer smallPackets() {
            return builder -> builder.settings(
                    Settings.defaults().withConnection(connection -> connection.withMaximumPacketSize(2048)));
        }
    }

    private static ConfigurableApplicationContext run(Map<String, Object> properties) {
        SpringApplication application = new SpringApplication(Application.class);
        application.setBannerMode(Banner.Mode.OFF);
        application.setDefaultProperties(properties);
        return application.run();
    }

    private static Connect withPassword(String password) {
        return Connect.v5("client").withCredentials("ann", Binary.utf8(password));
    }

    @Test
    void anApplicationHasABrokerWithItsHooksAndSettings() {
        try (ConfigurableApplicationContext context = run(Map.of("aldis.port", 0, "aldis.loops", 1))) {
            int port = context.getBean(Broker.class).port();
            try (RawClient client = RawClient.connect(port)) {
                assertThat(client.connect(withPassword("secret")).properties().maximumPacketSize())
                        .isEqualTo(2048);
                client.subscribe("t", Qos.AT_MOST_ONCE);
                assertThat(context.getBean(Admin.class).client("client")).isPresent();
            }
            try (RawClient stranger = RawClient.connect(port)) {
                stranger.send(withPassword("guess"));
                stranger.expectRefusal(ReasonCode.BAD_USER_NAME_OR_PASSWORD);
            }
        }
    }

    @Test
    void theBrokerStopsWithTheApplication() {
        ConfigurableApplicationContext context = run(Map.of("aldis.port", 0));
        try (RawClient client =
                RawClient.connected(context.getBean(Broker.class).port(), withPassword("secret"))) {
            context.close();
            client.expectDisconnect(ReasonCode.SERVER_SHUTTING_DOWN);
        }
    }

    @Test
    void anApplicationMayDoWithoutABroker() {
        try (ConfigurableApplicationContext context = run(Map.of("aldis.enabled", false))) {
            assertThat(context.getBeanProvider(Broker.class).getIfAvailable()).isNull();
        }
    }
}

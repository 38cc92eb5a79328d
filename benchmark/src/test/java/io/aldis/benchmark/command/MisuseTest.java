package io.aldis.benchmark.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What makes no sense ends with exit code 2 before anything is run, and with a message that tells how to mend it. */
class MisuseTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "p2p -s 27 | Invalid value for option '--size': expected 28 to 67,108,864, but it was 27.",
                "publish -s 10 | Invalid value for option '--size': expected 28 to 67,108,864, but it was 10.",
                "p2p --qos 3 | Invalid value for option '--qos': expected 0 to 2, but it was 3.",
                "p2p --qos -1 | Invalid value for option '--qos': expected 0 to 2, but it was -1.",
                "p2p --subqos 3 | Invalid value for option '--subqos': expected 0 to 2, but it was 3.",
                "publish -qos 3 | Invalid value for option '--qos': expected 0 to 2, but it was 3.",
                "publish -sub 1 -subqos 7 | Invalid value for option '--subqos': expected 0 to 2, but it was 7.",
                "subscribe -qos 3 | Invalid value for option '--qos': expected 0 to 2, but it was 3.",
                "connect -p 0 | Invalid value for option '--port': expected 1 to 65535, but it was 0.",
                "connect -p 65536 | Invalid value for option '--port': expected 1 to 65535, but it was 65536.",
                "connect -p mqtt | Invalid value for option '--port': expected 1 to 65535, but it was mqtt.",
                "connect --mqtt 6 | Invalid value for option '--mqtt': expected 3.1, 3.1.1 or 5.0, but it was 6.",
                "connect --ca x.pem | --ca, --cert, --key and --insecure need --tls as well.",
                "connect --insecure | --ca, --cert, --key and --insecure need --tls as well.",
                "connect --tls --cert x | --cert and --key belong together, and only one of them was given.",
                "connect --tls --key x | --cert and --key belong together, and only one of them was given.",
                "p2p --rate -1 | Invalid value for option '--rate': expected 0 to 100,000,000, but it was -1.",
                "p2p --rate NaN | Invalid value for option '--rate': expected 0 to 100,000,000, but it was NaN.",
                "p2p -c 0 | Invalid value for option '--pairs': expected 1 to 1,000,000, but it was 0.",
                "connect -c 0 | Invalid value for option '--clients': expected 1 to 1,000,000, but it was 0.",
                "connect -ci -1 | Invalid value for option '--connect-interval': expected 0 to 3,600,000, but it was -1.",
                "connect -t 0 | Invalid value for option '--timeout': expected 0.1 to 86,400, but it was 0.",
                "publish -n 0 | Invalid value for option '--messages': expected 1 to 1,000,000,000,000, but it was 0.",
                "publish -i -5 | Invalid value for option '--interval': expected 0 to 3,600,000, but it was -5.",
                "p2p -d 0 | Invalid value for option '--duration': expected 0.1 to 86,400, but it was 0.",
                "p2p --window 0 | Invalid value for option '--window': expected 1 to 65,535, but it was 0.",
                "p2p --loops 0 | Invalid value for option '--loops': expected 1 to 256, but it was 0.",
                "shared --share-groups 11 | Invalid value for option '--share-groups': expected 1 to 10, but it was 11.",
                "slow-consumer --slow 21 | Invalid value for option '--slow': expected 1 to 20, but it was 21.",
                "offline -qos 0 | In the mode offline messages are queued, which QoS 0 is not for: give 1 or 2 to --qos"
                        + " and --subqos, or leave them out.",
                "publish -topic a/# | Invalid value for option '--topic': expected a topic, which is not empty and has no"
                        + " + or #, but it was a/#.",
                "subscribe -topic a/# | Invalid value for option '--topic': expected the beginning of a topic filter, in"
                        + " which + and # are whole levels, but it was a/#.",
                "publish -topic {nobody} | \"{nobody}\" has the variable {nobody}, which does not exist. Those there are:"
                        + " {client}, {client%N}, {group}, {run}, {message}, {random:A-B} with A not above B.",
                "scenario | Which scenario? Name a YAML file or one of those that --list shows.",
                "scenario chatt | chatt: no scenario of this name is shipped; did you mean \"chat\"?",
                "scenario ./chatt.yaml | ./chatt.yaml: there is no such file",
                "scenario chat -d 0 | Invalid value for option '--duration': expected 0.1 to 86,400, but it was 0.",
            })
    void aValueThatMakesNoSenseIsTold(String line, String message) {
        assertThat(Typed.wrong(line.split(" "))).isEqualTo("aldis bench: " + message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "conect -c 1 | \"conect\" is no mode. Did you mean connect? (aldis bench --help tells more)",
                "walk | \"walk\" is no mode. (aldis bench --help tells more)",
                "p2p --duraton 3 | There is no option --duraton. Did you mean --duration? (aldis bench p2p --help tells more)",
                "p2p -quiet | There is no option -quiet. Did you mean --quiet? (aldis bench p2p --help tells more)",
                "--foo | There is no option --foo. (aldis bench --help tells more)",
                "connect 10 | \"10\" was not expected here. (aldis bench connect --help tells more)",
                "connect -c ten | Invalid value for option '--clients': 'ten' is not an int (aldis bench connect --help tells more)",
                "connect -c | Missing required parameter for option '--clients' (COUNT) (aldis bench connect --help tells more)",
                "compare --scenario p2p | Missing required option: '--broker=NAME=…' (aldis bench compare --help tells more)",
                "compare --broker a=h:1 | Missing required option: '--scenario=SCENARIO' (aldis bench compare --help tells more)",
            })
    void whatIsNotKnownIsTold(String line, String message) {
        assertThat(Typed.wrong(line.split(" "))).isEqualTo("aldis bench: " + message);
    }

    @Test
    void withoutAModeTheyAreTold() {
        assertThat(Typed.wrong())
                .startsWith("aldis bench: Which mode? One of: connect, publish, subscribe, p2p, ")
                .endsWith(" (aldis bench --help tells more)");
    }

    @Test
    void filesThatCannotBeWrittenAreToldBeforeTheRun(@TempDir Path folder) {
        Path missing = folder.resolve("missing");
        for (String option : new String[] {"--json", "--csv", "--report"}) {
            assertThat(Typed.wrong("p2p", option, missing + "/file"))
                    .isEqualTo("aldis bench: The report cannot be written to " + missing
                            + "/file: there is no directory " + missing + ". Make it, or name another.");
        }
        assertThat(Typed.wrong("p2p", "--json", folder.toString())).contains("that is a directory");
        assertThat(Typed.wrong("compare", "--broker", "a=h:1", "--scenario", "p2p", "--markdown", missing + "/file"))
                .contains("there is no directory");
    }

    @Test
    void theScenariosOfAComparisonAreCheckedBeforeIt() {
        assertThat(comparing("p2p -c 0"))
                .isEqualTo("aldis bench: Invalid value for option '--pairs': expected 1 to 1,000,000, but it was 0.");
        assertThat(comparing("p2p --foo"))
                .isEqualTo("aldis bench: There is no option --foo. (aldis bench p2p --help tells more)");
        assertThat(comparing("nothing")).startsWith("aldis bench: nothing: no scenario of this name is shipped; ");
        assertThat(comparing("compare --broker a=h:1 --scenario x"))
                .isEqualTo("aldis bench: \"compare\" is no scenario, but a command.");
        assertThat(comparing("p2p -p 1884 -pwd secret"))
                .isEqualTo(
                        "aldis bench: --port is for the whole comparison or a matter of its brokers, and not for one of"
                                + " its scenarios: p2p -p 1884 -pwd ***");
        assertThat(comparing("chat --json -")).startsWith("aldis bench: --json is for the whole comparison");
        assertThat(comparing("p2p 'a")).contains("quote");
    }

    private static String comparing(String scenario) {
        return Typed.wrong("compare", "--broker", "a=h:1", "--scenario", scenario);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--rounds 0 | Invalid value for option '--rounds': expected 1 to 1,000, but it was 0.",
                "--warm-up-rounds -1 | Invalid value for option '--warm-up-rounds': expected 0 to 1,000, but it was -1.",
                "--broker a=h:2 | Two brokers are called a. Give each a name of its own, such as a-2.",
                "--broker b=mosquitto | Broker b is neither host:port of a broker that runs nor a command line with {port} in it",
            })
    void aComparisonIsChecked(String options, String message) {
        String line = "compare --broker a=h:1 --scenario p2p " + options;
        assertThat(Typed.wrong(line.split(" "))).startsWith("aldis bench: " + message);
    }
}

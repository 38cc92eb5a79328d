package io.aldis.benchmark.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aldis.benchmark.result.Result;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class HtmlReportTest {

    private static final Pattern DATA =
            Pattern.compile("<script type=\"application/json\" id=\"result\">(.*?)</script>", Pattern.DOTALL);

    @Test
    void nothingIsLoadedFromElsewhere() {
        assertThat(HtmlReport.of(ExampleResult.minute()))
                .contains("default-src 'none'")
                .doesNotContainPattern("(?i)(src|href|action|data)\\s*=\\s*[\"']?\\s*(https?:|//)")
                .doesNotContainPattern("(?i)url\\(\\s*[\"']?\\s*(https?:|//)")
                .doesNotContainPattern("(?i)@import|fetch\\(|XMLHttpRequest|import\\(");
    }

    @Test
    void theDataIsTheJsonReportWhateverStandsInIt() {
        String page = HtmlReport.of(ExampleResult.bad());
        Matcher data = DATA.matcher(page);
        assertThat(data.find()).isTrue();
        assertThat(data.group(1)).doesNotContain("<", ">", "\u2028");
        assertThat(new JsonMapper().readValue(data.group(1), Result.class)).isEqualTo(ExampleResult.bad());
    }

    @Test
    void whatOthersWroteIsShownAsText() {
        assertThat(HtmlReport.of(ExampleResult.bad()))
                .contains("<li>&lt;/script&gt;&lt;!-- tags &amp; &quot;quotes&quot;")
                .doesNotContain("<!-- tags");
    }

    @Test
    void theVerdictIsSeenAtOnce() {
        assertThat(HtmlReport.of(ExampleResult.minute()))
                .contains("class=\"verdict good\"", "The broker kept its promises.");
        assertThat(HtmlReport.of(ExampleResult.bad()))
                .contains("class=\"verdict bad\"", "The broker broke its promises.", "exit code 5");
    }

    @Test
    void aRunWithoutMessagesHasNoFigureThatIsNoNumber() {
        String page = HtmlReport.of(ExampleResult.nothing());
        assertThat(page.substring(0, page.indexOf("</main>"))).doesNotContain("NaN", "Infinity");
    }

    @Test
    void blanksOfTheTemplateThatStandInTextAreLeftAlone() {
        assertThat(Page.of("a {{data}} $1 \\").section("<p>{{scripts}}</p>").toString())
                .contains("<title>a {{data}} $1 \\</title>", "<p>{{scripts}}</p>");
    }

    @Test
    void aScriptThatWouldEndTooEarlyIsRefused() {
        assertThatThrownBy(() -> Page.of("page").script("'</script>'")).isInstanceOf(IllegalArgumentException.class);
    }
}

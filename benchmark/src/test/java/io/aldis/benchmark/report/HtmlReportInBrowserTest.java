package io.aldis.benchmark.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.aldis.benchmark.result.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** What a browser makes of the page: whether its scripts run and its charts are drawn. */
class HtmlReportInBrowserTest {

    private static final List<String> CHARTS = List.of(
            "chart-rates", "chart-latency", "chart-percentiles", "chart-cpu", "chart-memory", "chart-connections");

    /** Counts the pixels that were painted on each chart's canvas, which the page itself does not tell. */
    private static final String PROBE = """
            <script>
            addEventListener('load', () => setTimeout(() => {
              for (const canvas of document.querySelectorAll('.plot canvas')) {
                const pixels = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
                let painted = 0;
                for (let i = 3; i < pixels.length; i += 4) {
                  painted += pixels[i] > 0 ? 1 : 0;
                }
                canvas.closest('.plot').dataset.painted = painted;
              }
            }, 1000));
            </script>
            """;

    // A browser that was ended may still hold files of its profile.
    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    Path folder;

    private Optional<Browser> browser = Optional.empty();

    @BeforeEach
    void aBrowser() {
        browser = Optional.of(Browser.orSkip(folder));
    }

    @Test
    void everyChartOfARunIsDrawn() throws Exception {
        String dom = dom(ExampleResult.minute());
        for (String chart : CHARTS) {
            assertThat(attribute(dom, chart, "data-drawn")).as(chart).isEqualTo("true");
            assertThat(canvas(dom, chart, "width")).as(chart).isGreaterThan(300);
            assertThat(canvas(dom, chart, "height")).as(chart).isGreaterThan(100);
            assertThat(number(dom, chart, "data-painted")).as(chart).isGreaterThan(5_000);
        }
        assertThat(number(dom, "chart-rates", "data-points")).isEqualTo(60);
        assertThat(number(dom, "chart-connections", "data-points")).isEqualTo(60);
        assertThat(number(dom, "chart-memory", "data-points")).isEqualTo(60);
        assertThat(number(dom, "chart-latency", "data-points")).isEqualTo(53);
        assertThat(number(dom, "chart-percentiles", "data-points"))
                .isGreaterThan(ExampleResult.minute()
                                .measured()
                                .get(0)
                                .delivery()
                                .curve()
                                .size()
                        - 2);
    }

    @Test
    void noScriptFails() throws Exception {
        for (Result result : List.of(ExampleResult.minute(), ExampleResult.bad(), ExampleResult.nothing())) {
            String body = startTag(dom(result), "<body[^>]*>");
            assertThat(body).contains("data-ready=\"true\"").doesNotContain("data-errors");
        }
    }

    @Test
    void aScriptThatFailsIsSeen() throws Exception {
        Path page = folder.resolve("page.html");
        Page.of("page").script("notThere();").write(page);
        assertThat(startTag(browser.orElseThrow().dom(page), "<body[^>]*>")).contains("notThere is not defined");
    }

    @Test
    void theFiguresAreOnTheCards() throws Exception {
        String dom = dom(ExampleResult.bad());
        assertThat(card(dom, "in")).contains("1,200", "12,000 sent");
        assertThat(card(dom, "out")).contains("1,195");
        assertThat(card(dom, "p50")).contains("Delivery p50", "1.250");
        assertThat(card(dom, "p99")).contains("12.50", "max 1,250 ms");
        assertThat(card(dom, "lost")).contains("60", "of 12,000", "5 duplicates, 3 late, 2 corrupt");
        assertThat(card(dom, "tool-cpu")).contains("100.0");
        assertThat(card(dom(ExampleResult.minute()), "broker-memory")).contains("402.0 MiB", "29.7 KiB per connection");
    }

    @Test
    void aChartWithoutDataSaysSo() throws Exception {
        String dom = dom(ExampleResult.nothing());
        assertThat(attribute(dom, "chart-rates", "data-empty")).isEqualTo("true");
        assertThat(dom).contains("No messages were delivered.", "process is not known.");
        assertThat(attribute(dom, "chart-connections", "data-drawn")).isEqualTo("true");
    }

    @Test
    void thePageCanBePictured() throws Exception {
        Path page = folder.resolve("page.html");
        Path picture = folder.resolve("page.png");
        HtmlReport.write(ExampleResult.minute(), page);
        browser.orElseThrow().picture(page, picture, 1280, 2300);
        assertThat(Files.size(picture)).isGreaterThan(20_000);
    }

    private String dom(Result result) throws IOException, InterruptedException {
        Path page = folder.resolve("page.html");
        Files.writeString(page, HtmlReport.of(result).replace("</body>", PROBE + "</body>"));
        return browser.orElseThrow().dom(page);
    }

    private static String startTag(String dom, String pattern) {
        Matcher tag = Pattern.compile(pattern).matcher(dom);
        assertThat(tag.find()).as("%s in the page", pattern).isTrue();
        return tag.group();
    }

    private static String attribute(String dom, String id, String name) {
        String tag = startTag(dom, "<div[^>]* id=\"" + id + "\"[^>]*>");
        Matcher attribute = Pattern.compile(" " + name + "=\"([^\"]*)\"").matcher(tag);
        return attribute.find() ? attribute.group(1) : "none";
    }

    private static int number(String dom, String id, String name) {
        return Integer.parseInt(attribute(dom, id, name));
    }

    private static int canvas(String dom, String id, String name) {
        String rest = dom.substring(dom.indexOf(startTag(dom, "<div[^>]* id=\"" + id + "\"[^>]*>")));
        Matcher attribute = Pattern.compile(" " + name + "=\"(\\d+)\"").matcher(startTag(rest, "<canvas[^>]*>"));
        return attribute.find() ? Integer.parseInt(attribute.group(1)) : 0;
    }

    private static String card(String dom, String id) {
        return startTag(dom, "(?s)<div[^>]* id=\"card-" + id + "\".*?</div>");
    }
}

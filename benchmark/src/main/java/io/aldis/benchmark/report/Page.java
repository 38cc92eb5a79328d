package io.aldis.benchmark.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A page in one file that needs no network: styles, the chart library, data and scripts are all in it, and its content security policy
 * forbids to load anything else.
 *
 * <p>Its scripts find {@code aldis.data(id)} and {@code aldis.chart(id, options)}, which {@code page.js} explains, and a place for each
 * chart that {@link #chart} has made. When a chart has been drawn its place has {@code data-drawn="true"}; when all scripts have run
 * the body has {@code data-ready="true"}, and {@code data-errors} if one of them failed.
 */
public final class Page {

    private static final Pattern BLANK = Pattern.compile("\\{\\{(\\w+)}}");
    private static final String LIBRARY = "META-INF/maven/org.webjars.npm/uplot/pom.properties";

    private final String title;
    private final StringBuilder sections = new StringBuilder();
    private final StringBuilder styles = new StringBuilder();
    private final StringBuilder data = new StringBuilder();
    private final StringBuilder scripts = new StringBuilder();

    private Page(String title) {
        this.title = title;
    }

    /** An empty page. */
    public static Page of(String title) {
        return new Page(title);
    }

    /** Adds a part of the page's body, in HTML. */
    public Page section(String html) {
        sections.append(html).append('\n');
        return this;
    }

    /** Adds rules to those every page has. */
    public Page style(String css) {
        styles.append(css).append('\n');
        return this;
    }

    /** Adds data that scripts find under an id. */
    public Page data(String id, String json) {
        data.append("<script type=\"application/json\" id=\"" + text(id) + "\">" + harmless(json) + "</script>\n");
        return this;
    }

    /** Adds a script, which runs when all of the page is there. */
    public Page script(String js) {
        scripts.append(element("script", js));
        return this;
    }

    /** Text as it stands in HTML, also in the value of an attribute. */
    public static String text(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }

    /**
     * The place of a chart, in HTML.
     *
     * @param id by which a script draws it
     * @param heading above it
     * @param description of what it shows, for those who do not see it
     */
    public static String chart(String id, String heading, String description) {
        return "<figure class=\"chart\"><figcaption>" + text(heading) + "</figcaption><div class=\"plot\" id=\""
                + text(id) + "\" role=\"img\" aria-label=\"" + text(description) + "\"></div></figure>\n";
    }

    /** Writes it to a file, and fails with {@link ReportFailed} if that is not possible. */
    public void write(Path path) {
        ReportFile.write(path, toString());
    }

    /** All of it. */
    @Override
    public String toString() {
        Map<String, String> parts = Map.of(
                "title",
                text(title),
                "styles",
                element("style", library("uPlot.min.css"))
                        + element("style", resource("page.css"))
                        + (styles.isEmpty() ? "" : element("style", styles.toString())),
                "sections",
                sections.toString(),
                "data",
                data.toString(),
                "scripts",
                element("script", resource("errors.js"))
                        + element("script", licence() + library("uPlot.iife.min.js"))
                        + element("script", resource("page.js"))
                        + scripts
                        + element("script", "aldis.ready();"));
        return BLANK.matcher(resource("page.html"))
                .replaceAll(blank -> Matcher.quoteReplacement(parts.getOrDefault(blank.group(1), "")));
    }

    /** What would end a script or begin a comment in it, or a line in older JavaScript, written in another way. */
    private static String harmless(String json) {
        return json.replace("<", "\\u003c")
                .replace(">", "\\u003e")
                .replace("\u2028", "\\u2028")
                .replace("\u2029", "\\u2029");
    }

    private static String element(String name, String content) {
        if (content.contains("</" + name)) {
            throw new IllegalArgumentException("What stands in a " + name + " must not have </" + name + " in it.");
        }
        return "<" + name + ">\n" + content.strip() + "\n</" + name + ">\n";
    }

    /** What the licence of the chart library asks to go with each copy. */
    private static String licence() {
        return "/*\n"
                + read(Page.class.getClassLoader(), libraryFolder() + "LICENSE").strip() + "\n*/\n";
    }

    private static String library(String name) {
        return read(Page.class.getClassLoader(), libraryFolder() + "dist/" + name);
    }

    private static String libraryFolder() {
        Properties properties = new Properties();
        try (InputStream in = Page.class.getClassLoader().getResourceAsStream(LIBRARY)) {
            if (in == null) {
                throw new IllegalStateException(
                        "The chart library uPlot is missing: there is no " + LIBRARY + " on the class path.");
            }
            properties.load(in);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        return "META-INF/resources/webjars/uplot/" + properties.getProperty("version") + "/";
    }

    /** A file that lies beside this class. */
    static String resource(String name) {
        return read(Page.class.getClassLoader(), Page.class.getPackageName().replace('.', '/') + "/" + name);
    }

    private static String read(ClassLoader loader, String name) {
        try (InputStream in = loader.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("There is no " + name + " on the class path.");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}

package io.aldis.benchmark.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportFileTest {

    @TempDir
    Path folder;

    @Test
    void aFileIsReplacedAndNothingElseLeft() throws IOException {
        Path file = folder.resolve("run.json");
        Files.writeString(file, "a longer text of an earlier run");
        ReportFile.write(file, "new: µ");
        assertThat(file).hasContent("new: µ");
        assertThat(names()).containsExactly("run.json");
    }

    @Test
    void aLinkStaysALink() throws IOException {
        Path file = Files.writeString(folder.resolve("real.json"), "old");
        Path link = Files.createSymbolicLink(folder.resolve("link.json"), file);
        ReportFile.write(link, "new");
        assertThat(link).isSymbolicLink();
        assertThat(file).hasContent("new");
    }

    @Test
    void everyKindOfReportCanBeAFile() throws IOException {
        JsonReport.write(ExampleResult.bad(), folder.resolve("a.json"));
        CsvReport.write(ExampleResult.bad(), folder.resolve("a.csv"));
        HtmlReport.write(ExampleResult.bad(), folder.resolve("a.html"));
        assertThat(folder.resolve("a.json")).hasContent(JsonReport.of(ExampleResult.bad()));
        assertThat(folder.resolve("a.csv")).hasContent(CsvReport.of(ExampleResult.bad()));
        assertThat(folder.resolve("a.html")).hasContent(HtmlReport.of(ExampleResult.bad()));
    }

    @Test
    void aMissingDirectoryIsNamed() {
        Path file = folder.resolve("missing").resolve("run.json");
        assertThatThrownBy(() -> ReportFile.write(file, ""))
                .isInstanceOf(ReportFailed.class)
                .hasMessage("The report cannot be written to " + file + ": there is no directory " + file.getParent()
                        + ". Make it, or name another.");
    }

    @Test
    void aDirectoryIsNoFile() throws IOException {
        assertThatThrownBy(() -> ReportFile.check(folder))
                .isInstanceOf(ReportFailed.class)
                .hasMessage("The report cannot be written to " + folder + ": that is a directory. Name a file in it.");
        assertThat(names()).isEmpty();
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> String.valueOf(file.getFileName())).toList();
        }
    }
}

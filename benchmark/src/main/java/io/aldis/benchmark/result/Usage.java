package io.aldis.benchmark.result;

/**
 * What a process and its children used in some time.
 *
 * @param cpuSeconds user and system time
 * @param residentBytes memory at the end
 * @param residentGrowth how much more than at the beginning, in bytes
 * @param peakBytes the most it ever held
 */
public record Usage(double cpuSeconds, long residentBytes, long residentGrowth, long peakBytes) {}

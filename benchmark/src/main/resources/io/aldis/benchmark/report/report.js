// The charts of one run.
(() => {
  'use strict';

  const {phases, samples} = aldis.data('result');
  const x = samples.map(sample => sample.at);
  const of = pick => samples.map(pick);
  const latency = key => of(sample => sample.counts.received > 0 ? sample[key] : null);
  const time = {
    x,
    end: Math.max(0, ...phases.map(phase => phase.begin + phase.seconds)),
    phases: phases.map(phase => ({...phase, end: phase.begin + phase.seconds})),
  };
  const some = values => values.some(value => value > 0) ? values : [];

  aldis.chart('chart-rates', {
    ...time,
    series: [
      {label: 'sent', color: 'blue', values: some(of(sample => sample.derived.sentPerSecond)), wide: true},
      {label: 'received', color: 'green', values: some(of(sample => sample.derived.receivedPerSecond))},
      {label: 'acknowledged', color: 'amber', values: some(of(sample => sample.derived.acknowledgedPerSecond)), dash: true},
    ],
    empty: 'No messages were sent or received.',
  });

  aldis.chart('chart-latency', {
    ...time,
    log: true,
    format: aldis.format.millis,
    series: [
      {label: 'max', color: 'red', values: latency('max')},
      {label: 'p99', color: 'amber', values: latency('p99')},
      {label: 'p50', color: 'green', values: latency('p50')},
    ],
    empty: 'No messages were delivered.',
  });

  const kinds = [
    ['delivery', 'blue'], ['acknowledge', 'amber'], ['retained', 'teal'], ['subscribe', 'violet'], ['connect', 'green'],
    ['delay', 'red'],
  ];
  const measured = phases.some(phase => phase.measured) ? phases.filter(phase => phase.measured) : phases;
  const curves = measured.flatMap((phase, index) => kinds
    .filter(([kind]) => phase[kind].count > 0 && phase[kind].curve.length > 0)
    .map(([kind, color]) => ({
      label: measured.length > 1 ? phase.name + ': ' + kind : kind,
      color: measured.length > 1 ? kinds[index % kinds.length][1] : color,
      dash: measured.length > 1 && kind !== 'delivery',
      points: new Map(phase[kind].curve.map(point => [aldis.percentileAt(point.percentile, phase[kind].count), point.millis])),
    })));
  const levels = [...new Set(curves.flatMap(curve => [...curve.points.keys()]))].sort((a, b) => a - b);
  aldis.chart('chart-percentiles', {
    x: levels,
    percentiles: true,
    log: true,
    format: aldis.format.millis,
    series: curves.map(curve => ({...curve, values: levels.map(level => curve.points.get(level) ?? null)})),
    empty: 'There are no latencies.',
  });

  aldis.chart('chart-cpu', {
    ...time,
    format: aldis.format.plain,
    series: [
      {label: 'broker', color: 'violet', values: of(sample => sample.brokerCores), fill: true},
      {label: 'this tool', color: 'grey', values: of(sample => sample.toolCores)},
    ],
  });

  aldis.chart('chart-memory', {
    ...time,
    format: aldis.format.bytes,
    series: [{label: 'resident', color: 'violet', values: of(sample => sample.brokerBytes), fill: true}],
    empty: 'The broker\u2019s process is not known.',
  });

  aldis.chart('chart-connections', {
    ...time,
    series: [{label: 'open', color: 'teal', values: of(sample => sample.connections), fill: true}],
  });
})();

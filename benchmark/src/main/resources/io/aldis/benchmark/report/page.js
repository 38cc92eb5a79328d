// What the scripts of a page draw charts with.
//
// aldis.data(id)             the data embedded under that id
// aldis.format               numbers for axes and legends: count, millis, bytes, plain, clock, percentile
// aldis.chart(id, options)   draws a chart in the place with that id, or says in words that there is nothing to draw:
//   x         growing numbers
//   series    [{label, color, values, fill, dash, wide}]: color is the name of a colour in page.css, such as "blue"; values has null
//             where there is none
//   format    how values are written: one of aldis.format; aldis.format.count if left out
//   log       whether the vertical axis is logarithmic; otherwise it begins at 0
//   percentiles  whether x is 1/(1-p), on a logarithmic axis that is written as percentiles; otherwise x is seconds
//   end       where the axis of seconds ends
//   phases    [{name, begin, end, measured}] to be marked on the axis of seconds
//   empty     what to say if there is nothing to draw
// aldis.percentileAt(p, count)  the x of a percentile from 0 to 100; the maximum stands where one value of count does
const aldis = (() => {
  'use strict';

  const drawn = [];
  let palette = {};

  const color = name => palette[name] ??=
    getComputedStyle(document.documentElement).getPropertyValue('--' + name).trim();

  const digits = (value, most) => value.toLocaleString('en-US', {maximumFractionDigits: most});
  const precise = value => {
    const size = Math.abs(value);
    return digits(value, size < 10 ? 2 : size < 100 ? 1 : 0);
  };
  const format = {
    plain: precise,
    count: value => Math.abs(value) >= 1e6 ? precise(value / 1e6) + 'M' : Math.abs(value) >= 1e4 ? precise(value / 1e3) + 'k'
      : digits(value, Math.abs(value) < 100 ? 1 : 0),
    millis: value => value >= 1000 ? precise(value / 1000) + ' s' : value >= 1 || value === 0 ? precise(value) + ' ms'
      : precise(value * 1000) + ' µs',
    bytes: value => {
      const unit = value >= 2 ** 30 ? 3 : value >= 2 ** 20 ? 2 : value >= 2 ** 10 ? 1 : 0;
      return precise(value / 1024 ** unit) + ' ' + ['B', 'KiB', 'MiB', 'GiB'][unit];
    },
    clock: value => {
      const whole = Math.floor(value + 1e-6);
      const two = number => String(number).padStart(2, '0');
      return whole < 3600 ? Math.floor(whole / 60) + ':' + two(whole % 60)
        : Math.floor(whole / 3600) + ':' + two(Math.floor(whole / 60) % 60) + ':' + two(whole % 60);
    },
    percentile: x => digits(100 - 100 / x, Math.max(0, Math.ceil(Math.log10(x)) - 2) + (x < 100 && x !== 2 && x !== 10 ? 1 : 0)) + '%',
  };

  const data = id => JSON.parse(document.getElementById(id).textContent);

  const percentileAt = (percentile, count) => {
    const most = Math.max(1, count);
    return percentile >= 100 ? most : Math.min(most, 1 / (1 - percentile / 100));
  };

  const font = (size, weight = '') => weight + ' ' + size + 'px system-ui, -apple-system, "Segoe UI", Roboto, Arial, sans-serif';

  // Shades the phases that count, and names each phase above the place where it begins.
  function phaseMarks(phases) {
    return {hooks: {drawClear: u => {
      const {ctx, bbox} = u;
      const ratio = devicePixelRatio;
      ctx.save();
      ctx.font = font(11 * ratio, '500');
      for (const phase of phases) {
        const left = Math.max(bbox.left, u.valToPos(phase.begin, 'x', true));
        const right = Math.min(bbox.left + bbox.width, u.valToPos(phase.end, 'x', true));
        if (right <= left) {
          continue;
        }
        if (phase.measured) {
          ctx.fillStyle = color('shade');
          ctx.fillRect(left, bbox.top, right - left, bbox.height);
        }
        ctx.strokeStyle = color('line');
        ctx.lineWidth = ratio;
        ctx.beginPath();
        ctx.moveTo(left, bbox.top - 12 * ratio);
        ctx.lineTo(left, bbox.top + bbox.height);
        ctx.stroke();
        if (ctx.measureText(phase.name).width + 8 * ratio < right - left) {
          ctx.fillStyle = color(phase.measured ? 'blue' : 'soft');
          ctx.textAlign = 'left';
          ctx.textBaseline = 'alphabetic';
          ctx.fillText(phase.name, left + 5 * ratio, bbox.top - 4 * ratio);
        }
      }
      ctx.restore();
    }}};
  }

  function xScale(options) {
    if (options.percentiles) {
      return {time: false, distr: 3, log: 10, range: (u, least, most) => [least, Math.max(most, least * 10)]};
    }
    const first = options.x[0];
    const last = options.x[options.x.length - 1];
    // All of the time, unless the reader has chosen a part of it.
    return {time: false, range: (u, least, most) => options.x.length === 1 || least === first && most === last
      ? [0, Math.max(last, options.end || 0)] : [least, most]};
  }

  function yScale(options) {
    return options.log
      ? {distr: 3, log: 10, range: (u, least, most) => uPlot.rangeLog(least, Math.max(most, least * 2), 10, false)}
      : {range: (u, least, most) => [0, most > 0 ? most * 1.1 : 1]};
  }

  // Of the places on the axis of percentiles those at which there is room to write.
  function spaced(u, places) {
    const room = 52;
    let last = -room;
    return places.filter(place => {
      const at = u.valToPos(place, 'x');
      const fits = at - last >= (place === 10 ? 26 : room);
      last = fits ? at : last;
      return fits;
    });
  }

  // Where a logarithmic axis spans some decades, a line for each is enough.
  const fewLines = (u, places) => places[places.length - 1] / places[0] < 30 ? places
    : places.map(place => Math.abs(Math.log10(place) - Math.round(Math.log10(place))) < 1e-6 ? place : null);

  function axes(options, write) {
    const look = {
      stroke: () => color('soft'),
      font: font(12),
      grid: {stroke: () => color('line'), width: 1},
      ticks: {show: false},
    };
    const powers = [2, ...Array.from({length: 12}, (unused, i) => 10 ** (i + 1))];
    const x = options.percentiles
      ? {splits: (u, axis, least, most) => spaced(u, powers.filter(power => power >= least && power <= most * 1.0001)),
         filter: (u, splits) => splits,
         values: (u, splits) => splits.map(format.percentile)}
      : {incrs: [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600, 7200, 21600], space: 60,
         values: (u, splits) => splits.map(format.clock)};
    const y = {size: 64, space: options.log ? 28 : 36,
      ...(write === format.bytes ? {incrs: Array.from({length: 50}, (unused, i) => 2 ** i)} : {}),
      ...(options.log ? {grid: {...look.grid, filter: fewLines}} : {}),
      values: (u, splits) => splits.map(split => split === null ? null : write(split))};
    return [{...look, ...x, size: 32}, {...look, ...y}];
  }

  function chart(id, options) {
    const place = document.getElementById(id);
    const has = value => value !== null && value !== undefined && !(options.log && value <= 0);
    const series = options.series
      .map(one => ({...one, values: one.values.map(value => has(value) ? value : null)}))
      .filter(one => one.values.some(value => value !== null));
    if (series.length === 0) {
      place.classList.add('empty');
      place.dataset.empty = 'true';
      place.textContent = options.empty || 'Nothing was measured.';
      return null;
    }
    const write = options.format || format.count;
    const known = series.map(one => one.values.filter(value => value !== null).length);
    const size = () => ({width: Math.max(240, place.clientWidth), height: 260});
    const shown = new uPlot({
      ...size(),
      padding: [options.phases ? 22 : 12, 14, 0, 0],
      scales: {x: xScale(options), y: yScale(options)},
      axes: axes(options, write),
      cursor: {
        points: {size: 7},
        y: false,
        ...(options.percentiles ? {} : {sync: {key: 'seconds', scales: ['x', null]}}),
      },
      legend: {markers: {
        width: 0,
        fill: (u, index) => index === 0 ? 'transparent' : `var(--${series[index - 1].color})`,
      }},
      series: [
        {label: '', value: (u, value) => value == null ? '' : options.percentiles ? format.percentile(value) : format.clock(value)},
        ...series.map((one, index) => ({
          label: one.label,
          stroke: () => color(one.color),
          fill: one.fill ? () => color(one.color) + '1c' : undefined,
          width: one.wide ? 6 : one.dash ? 1.5 : 2,
          alpha: one.wide ? 0.45 : 1,
          dash: one.dash ? [5, 4] : undefined,
          spanGaps: Boolean(options.percentiles),
          points: {show: known[index] < 3, size: 7},
          value: (u, value) => value == null ? '' : write(value),
        })),
      ],
      plugins: options.phases ? [phaseMarks(options.phases)] : [],
      hooks: {draw: [() => {
        place.dataset.points = String(Math.max(...known));
        place.dataset.drawn = 'true';
      }]},
    }, [options.x, ...series.map(one => one.values)], place);
    new ResizeObserver(() => {
      if (Math.abs(size().width - shown.width) > 1) {
        shown.setSize(size());
      }
    }).observe(place);
    drawn.push(shown);
    return shown;
  }

  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
    palette = {};
    drawn.forEach(one => one.redraw(true, true));
  });

  const ready = () => { document.body.dataset.ready = 'true'; };

  return {data, format, chart, percentileAt, ready};
})();

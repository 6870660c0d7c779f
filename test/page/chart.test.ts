import { describe, expect, it } from 'vitest';
import { lineChart } from '../../src/page/chart.ts';
import { dotChart } from '../../src/page/dots.ts';

const series = (points: readonly (readonly [number, number])[]) => [{ name: 'train', tone: 1, points }] as const;
const chart = (points: readonly (readonly [number, number])[]) =>
  lineChart({ heading: 'Loss', description: 'falls', xLabel: 'epoch', series: series(points) }).markup;

describe('lineChart', () => {
  it('draws one line through all points', () => {
    const [, path = ''] =
      /<path class="line" d="([^"]*)"/.exec(
        chart([
          [1, 3],
          [2, 2],
          [3, 1],
        ]),
      ) ?? [];
    const places = path
      .slice(1)
      .split('L')
      .map((place) => place.split(' ').map(Number));
    expect(places).toHaveLength(3);
    expect(places[0]![0]).toBeLessThan(places[1]![0]!); // x goes right
    expect(places[0]![1]).toBeLessThan(places[1]![1]!); // a lower value stands lower
  });

  it('leaves a gap where a value is missing', () => {
    expect(
      chart([
        [1, 3],
        [2, Number.NaN],
        [3, 1],
        [4, 0],
      ]),
    ).toMatch(/d="M[\d. ]+M[\d. ]+L[\d. ]+"/);
  });

  it('shows a single epoch', () => {
    const markup = chart([[1, 0.5]]);
    expect(markup).toContain('<circle');
    expect(markup).not.toMatch(/NaN|Infinity/);
    expect(markup.match(/text-anchor="middle">\d/g)).toHaveLength(1);
  });

  it('draws a bar for each interval, within the axis', () => {
    const [line] = series([
      [1, 0.5],
      [2, 0.6],
    ]);
    const markup = lineChart({
      heading: 'Accuracy',
      description: '',
      xLabel: 'run',
      series: [{ ...line, intervals: [[2, 0.1, 0.9]] }],
    }).markup;
    const [, x, y1, y2] = /class="interval-bar" x1="([\d.]+)" x2="\1" y1="([\d.]+)" y2="([\d.]+)"/.exec(markup) ?? [];
    const dots = [...markup.matchAll(/class="dot" cx="([\d.]+)" cy="([\d.]+)"/g)];
    expect(x).toBe(dots[1]![1]);
    expect(Number(y2)).toBeLessThan(Number(dots[1]![2]));
    expect(Number(y1)).toBeGreaterThan(Number(dots[0]![2]));
    expect(Number(y1)).toBeLessThan(200);
  });

  it('says in words what it shows', () => {
    expect(chart([[1, 1]])).toContain('<title>Loss</title><desc>falls</desc>');
  });
});

describe('dotChart', () => {
  it('draws a whisker from bound to bound, and cuts long labels', () => {
    const rows = [{ label: 'a very long name of a class', value: 0.5, low: 0.25, high: 0.75, text: '0.500' }];
    const markup = dotChart({ heading: 'Recall', description: '', rows, include: [0, 1] }).markup;
    const [, x1, x2] = /class="whisker" x1="([\d.]+)" x2="([\d.]+)"/.exec(markup) ?? [];
    const [, cx] = /class="dot" cx="([\d.]+)"/.exec(markup) ?? [];
    expect((Number(x1) + Number(x2)) / 2).toBeCloseTo(Number(cx), 0);
    expect(markup).toContain('>a very long n…</text>');
    expect(markup).toContain('<title>a very long name of a class: 0.500</title>');
  });
});

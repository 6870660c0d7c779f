import { describe, expect, it } from 'vitest';
import { curveChart } from '../../../src/page/charts/curves.ts';
import { dotChart } from '../../../src/page/charts/dots.ts';
import { lineChart, type Series } from '../../../src/page/charts/lines.ts';
import { scatterChart } from '../../../src/page/charts/scatter.ts';

type Points = Series['points'];

const chart = async (points: Points, more: Partial<Parameters<typeof lineChart>[0]> = {}): Promise<string> => {
  const series = [{ name: 'train', points }];
  return (await lineChart({ heading: 'Loss', description: 'falls', xLabel: 'epoch', series, ...more })).markup;
};

/** The drawing without the spec below it. */
const svgOf = (markup: string): string => /<svg.*<\/svg>/s.exec(markup)![0];

/** The places that the first line of a drawing goes through. */
const lineOf = (markup: string): readonly (readonly number[])[] => {
  const group =
    /class="mark-line[^"]*"[^>]*><path d="([^"]*)"/.exec(markup) ?? /class="mark-line.*?d="([^"]*)"/s.exec(markup);
  return group![1]!
    .slice(1)
    .split('L')
    .map((place) => place.split(',').map(Number));
};

describe('lineChart', () => {
  it('draws one line through all points', async () => {
    const places = lineOf(
      await chart([
        [1, 3],
        [2, 2],
        [3, 1],
      ]),
    );
    expect(places).toHaveLength(3);
    expect(places[0]![0]).toBeLessThan(places[1]![0]!); // x goes right
    expect(places[0]![1]).toBeLessThan(places[1]![1]!); // a lower value stands lower
  });

  it('leaves a gap where a value is missing', async () => {
    const svg = svgOf(
      await chart([
        [1, 3],
        [2, Number.NaN],
        [3, 1],
        [4, 0],
      ]),
    );
    expect(svg).toMatch(/d="M[\d.,]+Z?M[\d.,]+L[\d.,]+"/);
    expect(svg).not.toMatch(/NaN|undefined/);
  });

  it('shows a single epoch', async () => {
    const svg = svgOf(await chart([[1, 0.5]]));
    expect(svg).toContain('mark-symbol');
    expect(svg).not.toMatch(/NaN|Infinity/);
    expect(svg.match(/>1<\/text>/g)).toHaveLength(1);
  });

  it('counts epochs by whole numbers, and calls two lines by name', async () => {
    const points: Points = [
      [1, 0.5],
      [2, 0.25],
    ];
    const two = [
      { name: 'train', points },
      { name: 'validation', points },
    ];
    const svg = svgOf(await chart(points, { series: two }));
    expect(svg.match(/>(train|validation)<\/text>/g)).toHaveLength(2);
    expect(svg).not.toMatch(/>1\.5<\/text>/);
    expect(svgOf(await chart(points))).not.toContain('>train</text>');
  });

  it('holds intervals and what it is told to include within its axis', async () => {
    const tall = svgOf(
      await chart(
        [
          [1, 0.5],
          [2, 0.6],
        ],
        { include: [0, 1] },
      ),
    );
    expect(tall).toContain('>0.0</text>');
    expect(tall).toContain('>1.0</text>');
    const series = [
      {
        name: 'a',
        points: [
          [1, 0.5],
          [2, 0.6],
        ] as Points,
        intervals: [[2, 0.1, 0.9]] as const,
      },
    ];
    const svg = svgOf(await chart([], { series }));
    expect(svg).toMatch(/>0\.[12]0?<\/text>/);
    expect(svg).toMatch(/>0\.[89]0?<\/text>/);
  });

  it('says in words what it shows, and takes its colours from the page', async () => {
    const markup = await chart(
      [
        [1, 1],
        [2, 2],
      ],
      { mark: { x: 2, label: 'best, epoch 2' } },
    );
    expect(markup).toContain('<title>Loss</title><desc>falls</desc>');
    expect(markup).toContain('>best, epoch 2</text>');
    expect(svgOf(markup)).toContain('stroke="var(--series-1)"');
    expect(svgOf(markup)).not.toMatch(/#[0-9a-f]{6}|http/i);
  });

  it('draws the same bytes each time, whatever was drawn before', async () => {
    const draw = () =>
      chart(
        [
          [1, 3],
          [2, 2],
        ],
        {
          series: [
            {
              name: 'a',
              points: [
                [1, 3],
                [2, 2],
              ],
            },
            {
              name: 'b',
              points: [
                [1, 2],
                [2, 1],
              ],
            },
          ],
        },
      );
    const first = await draw();
    await chart([
      [1, 1],
      [2, 5],
    ]);
    expect(await draw()).toBe(first);
  });

  it('holds its spec, for people who want a chart of their own', async () => {
    const [, text] = /<pre[^>]*>(.*)<\/pre>/s.exec(
      await chart([
        [1, 3],
        [2, 2],
      ]),
    )!;
    const spec = JSON.parse(text!.replaceAll('&quot;', '"')) as { data: { values: unknown[] }; $schema: string };
    expect(spec.$schema).toMatch(/vega-lite\/v6/);
    expect(spec.data.values).toEqual([
      { x: 1, y: 3, series: 'train' },
      { x: 2, y: 2, series: 'train' },
    ]);
  });
});

describe('dotChart', () => {
  it('draws a whisker from bound to bound, and cuts long labels', async () => {
    const rows = [{ label: `a </text>"'\\ long name`, value: 0.5, low: 0.25, high: 0.75, text: '0.500' }];
    const svg = svgOf((await dotChart({ heading: 'Recall', description: '', rows, include: [0, 1] })).markup);
    expect(svg).toContain('>a &lt;/text&gt;"\'\\ …</text>');
    expect(svg).toContain('>0.500</text>');
    const whisker = /mark-rule role-mark.*?<line transform="translate\(([\d.]+),[\d.]+\)" x2="(-?[\d.]+)"/s.exec(svg)!;
    const dot = /mark-symbol role-mark.*?<path transform="translate\(([\d.]+),/s.exec(svg)!;
    expect(Number(whisker[1]) + Number(whisker[2]) / 2).toBeCloseTo(Number(dot[1]), 0);
  });

  it('tells apart rows of one name', async () => {
    const row = { label: 'twin', value: 0.5, low: 0.4, high: 0.6, text: '0.5' };
    const svg = svgOf((await dotChart({ heading: 'F1', description: '', rows: [row, row] })).markup);
    expect(svg.match(/>twin<\/text>/g)).toHaveLength(2);
  });
});

it('scatterChart draws each point, and the line of right predictions', async () => {
  const chart = { heading: 'x', description: '', xLabel: 'actual', yLabel: 'predicted' };
  const svg = svgOf(
    (
      await scatterChart({
        ...chart,
        points: [
          [1, 2],
          [2, 1],
          [3, 3],
        ],
      })
    ).markup,
  );
  expect(svg.match(/<path transform="translate/g)).toHaveLength(3);
  expect(svg).toContain('>actual</text>');
  expect(svg).toContain('>predicted</text>');
  const [from, to] = lineOf(svg);
  // From the lower left corner to the upper right one.
  expect([from![0], to![1]]).toEqual([0, 0]);
  expect(Math.min(from![1]!, to![0]!)).toBeGreaterThan(200);
});

it('curveChart draws curves of shares over shares, with what they are compared with', async () => {
  const curves = [
    {
      name: 'spam',
      points: [
        [0, 0],
        [0.1, 0.8],
        [1, 1],
      ] as const,
    },
  ];
  const markup = await curveChart({
    ...{ heading: 'ROC', description: '', xLabel: 'false alarms', yLabel: 'found', curves },
    reference: [
      [0, 0],
      [1, 1],
    ],
    points: [{ x: 0.1, y: 0.8, label: 'threshold 0.4' }],
  });
  const svg = svgOf(markup.markup);
  expect(svg).toContain('>threshold 0.4</text>');
  expect(svg.match(/mark-line/g)!.length).toBeGreaterThan(1);
});

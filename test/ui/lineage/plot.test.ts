import { expect, it } from 'vitest';
import { renderPlot } from '../../../src/ui/lineage/plot.ts';

const point = (value: number, half = 0) => ({ value, low: value - half, high: value + half });
const ends = { from: '2026-11-01', to: '2026-11-30' };
const draw = (points: Parameters<typeof renderPlot>[0]['points'], symbols: 'unicode' | 'ascii' = 'unicode') =>
  renderPlot({ points, ...ends }, { columns: 40, symbols }).join('\n');

it('draws values with their intervals and leaves gaps', () => {
  expect(draw([point(0.2, 0.1), point(0.5, 0.2), undefined, point(0.9, 0.05), point(0.4)])).toMatchInlineSnapshot(`
    "  1.0 ┤
          │                   ●
          │                   │
          │         │
          │         │
      0.5 ┤         ●
          │         │              ●
          │    │    │
          │    ●
          │    │
        0 ┤
          └─────────────────────────
           2026-11-01     2026-11-30"
  `);
});

it('draws with plain characters', () => {
  const text = draw([point(1), point(3, 1), point(2)], 'ascii');
  expect(text).toMatch(/^[\x20-\x7e\n]*$/);
  expect(text).toMatchInlineSnapshot(`
    "  4 +         |
        |         |
        |         |
      3 +         *
        |         |
        |         |
        |         |
      2 +         |    *
        |
        |
      1 +    *
        +----------------------
         2026-11-01  2026-11-30"
  `);
});

it('puts many points into a column: its last value, and all that they hold', () => {
  const many = Array.from({ length: 5000 }, (_, index) => point(index % 100 === 99 ? 10 : index / 1000));
  const lines = draw(many).split('\n');
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(40);
  expect(draw(many)).toMatchInlineSnapshot(`
    "  10 ┤│││││││││││││●│││││││││││││●
         │││││││││││││││││││││││││││││
         │││││││││││││││││││││││││││││
         │││││││││││││││││││││││││││││
         │││││││││││││││││││││││││││││
       5 ┤│││││││││││││││││││││││││●●│
         ││││││││││││││││││││●●●●●●│
         │││││││││││││││●●●●●│
         │││││││││●●●●●││
         ││││●●●●●│
       0 ┤●●●│
         └────────────────────────────
          2026-11-01        2026-11-30
          a column for 178 or 179 runs"
  `);
});

it('draws one value, and values that are all the same', () => {
  expect(draw([point(0.5)])).toContain('●');
  expect(draw([point(0), point(0)])).not.toMatch(/NaN|Infinity/);
});

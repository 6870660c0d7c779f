import type { TracedStageRun, TraceReport, TraceSide } from '../../lineage/trace-report.ts';
import { formatCount, plural, shortDigest } from '../format.ts';
import type { Paint } from '../paint.ts';
import { oneLine, wrap } from '../text.ts';
import { decisiveLines, inputLine, stageRunLine } from './stage-run-lines.ts';
import { drawTree, type TreeNode } from './tree.ts';

interface Look {
  readonly paint: Paint;
  /** Cells in a line, or `Infinity` where lines are not to be broken. */
  readonly columns: number;
}

/** A trace as trees: what the target was made from, and what was made from it. Ends with a line end. */
export const renderTrace = (report: TraceReport, look: Look): string =>
  [...head(report, look), ...upwards(report, look), ...downwards(report, look), ''].join('\n');

const head = ({ target }: TraceReport, { paint, columns }: Look): string[] => {
  const { what, digest, path, recordedAs, note } = target;
  const title = path === undefined ? `${what} ${digest}` : `${oneLine(path)}  ${what} ${digest}`;
  return [
    paint.bold(title),
    ...(note === undefined ? [] : wrap(`  ${oneLine(note)}`, columns)),
    ...recordedAs.map((name) => `  recorded as ${oneLine(name)}`),
  ];
};

const upwards = ({ target, up }: TraceReport, look: Look): string[] => {
  if (up === undefined) return [];
  if (up.count === 0) {
    const none =
      target.what === 'run'
        ? 'nothing: no stage of it was executed'
        : 'nothing that a stage made: it came from outside';
    return ['', `${look.paint.bold('made from')} ${none}`];
  }
  return [
    '',
    `${look.paint.bold('made from')} ${plural(up.count, 'stage run')}`,
    ...treeOf(up, look, upNode),
    ...more(up),
  ];
};

const downwards = ({ down }: TraceReport, look: Look): string[] => {
  if (down === undefined) return [];
  const title = look.paint.bold('made from it');
  if (down.count === 0) return ['', `${title} nothing: no stage used it`];
  const { counts, models, runs } = down.made;
  const kinds = [...counts].map(([type, count]) => countOf(count, type));
  const made = kinds.length === 0 ? 'no artifact' : kinds.join(', ');
  return [
    '',
    ...wrap(`${title} ${made}; ${plural(down.count, 'stage run')} in ${plural(runs, 'run')}`, look.columns),
    ...(models.length === 0 ? [] : modelLines(models, counts.get('model') ?? 0, look)),
    ...treeOf(down, look, downNode),
    ...more(down),
  ];
};

/** Types of artifacts are words of stage types, as `model`; not all of them have a plural of their own. */
const countOf = (count: number, type: string): string => {
  if (type === 'any') return count === 1 ? '1 artifact of any type' : `${formatCount(count)} artifacts of any type`;
  return `${formatCount(count)} ${oneLine(type)}${count === 1 ? '' : ' artifacts'}`;
};

const modelLines = (
  models: NonNullable<TraceReport['down']>['made']['models'],
  count: number,
  { paint }: Look,
): string[] => [
  ...models.map(
    ({ digest, pipeline, stage, name, run }) =>
      `  ${paint.bold('model')} ${shortDigest(digest)}  ${oneLine(`${pipeline}: ${stage}.${name}`)}  run ${oneLine(run)}`,
  ),
  ...(count > models.length ? [`  and ${plural(count - models.length, 'older model')} (--all)`] : []),
  '',
];

const more = ({ count, shown }: TraceSide): string[] =>
  count > shown.size ? [`and ${plural(count - shown.size, 'more stage run')} (--all)`] : [];

type Drawing = Look & {
  readonly side: TraceSide;
  /** Stage runs that stand somewhere already. */
  readonly drawn: Set<number>;
};

const treeOf = (side: TraceSide, look: Look, draw: (number: number, drawing: Drawing) => TreeNode): string[] => {
  const drawing: Drawing = { ...look, side, drawn: new Set() };
  const roots = side.roots.filter((number) => side.shown.has(number));
  // A root may already stand below another one: it is drawn there alone.
  const nodes = roots.flatMap((number) => (drawing.drawn.has(number) ? [] : [draw(number, drawing)]));
  return drawTree(nodes, look.columns);
};

/** A stage run with all that decided its outs; what is shared is drawn once, and referred to after. */
const upNode = (number: number, drawing: Drawing): TreeNode =>
  once(number, drawing, (stageRun) => {
    const { record, next } = stageRun;
    if (record === undefined)
      return [
        { text: 'its record cannot be read', children: [] },
        ...next.flatMap((above) => nodeIn(above, drawing, upNode)),
      ];
    const makers = makersOf(stageRun, drawing);
    return [
      ...decisiveLines(record, drawing.paint).map((text) => ({ text, children: [] })),
      ...record.inputs.map((input, i) => ({
        text: inputLine(input, drawing.paint),
        children: [
          ...filesIn(stageRun, input.name, drawing),
          ...makers(i).flatMap((above) => nodeIn(above, drawing, upNode)),
        ],
      })),
    ];
  });

/** The raw files of a folder. */
const filesIn = ({ rawFiles }: TracedStageRun, input: string, { paint }: Look): TreeNode[] => {
  const { shown, count } = rawFiles?.get(input) ?? { shown: [], count: 0 };
  const more = count - shown.length;
  return [
    ...shown.map(({ path, hex }) => `${oneLine(path)}  ${paint.dim(hex.slice(0, 8))}`),
    ...(more > 0 ? [`and ${plural(more, 'more file')} (--all)`] : []),
  ].map((text) => ({ text, children: [] }));
};

const downNode = (number: number, drawing: Drawing): TreeNode =>
  once(number, drawing, ({ outs, next }) => [
    ...outs.map(({ name, digest, type }) => ({
      text: `${drawing.paint.dim('made')} ${oneLine(name)}  ${drawing.paint.dim(shortDigest(digest))}  ${oneLine(type)}`,
      children: [],
    })),
    ...next.flatMap((below) => nodeIn(below, drawing, downNode)),
  ]);

const once = (
  number: number,
  drawing: Drawing,
  children: (stageRun: TracedStageRun) => readonly TreeNode[],
): TreeNode => {
  const { side, drawn, paint } = drawing;
  const stageRun = side.shown.get(number)!;
  if (drawn.has(number))
    return { text: `${oneLine(stageRun.stage)}  in run ${oneLine(stageRun.run)} (see above)`, children: [] };
  drawn.add(number);
  return { text: stageRunLine(stageRun, paint), children: children(stageRun) };
};

const nodeIn = (
  number: number,
  drawing: Drawing,
  draw: (number: number, drawing: Drawing) => TreeNode,
): readonly TreeNode[] => (drawing.side.shown.has(number) ? [draw(number, drawing)] : []);

/** Which of the stage runs above made an input: told once, at the first input that came from it. */
const makersOf = ({ inputs, next }: TracedStageRun, { side }: Drawing) => {
  const left = new Set(next);
  return (i: number): number[] => {
    const { digest, upstream, from } = inputs[i]!;
    if (/^(path|package|url) /.test(from)) return [];
    const found = [...left].filter((number) => {
      const above = side.shown.get(number);
      if (upstream !== undefined) return above?.stageRun === upstream;
      return above?.outs.some((out) => out.digest === digest);
    });
    for (const number of found) left.delete(number);
    return found;
  };
};
